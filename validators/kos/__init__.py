"""Rules on Key Object Selection Documents; each module is one part of the document."""

import validators.dicom  # noqa: F401 - registers the rules on any DICOM file
from validators.kos import (  # noqa: F401 - registers the rules on a KOS
    attributes,
    content_tree,
    description,
    equipment,
    evidence,
    iod,
    key_images,
    mado,
    mado_groups,
    patient,
    references,
    requests,
    retrieve_url,
    sop_common,
    template,
    title,
)
from validators.kos.subject import Kos, load

__all__ = ["Kos", "load"]
