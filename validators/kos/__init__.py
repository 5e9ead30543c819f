"""Rules on Key Object Selection Documents; each module is one part of the document.

They judge in the order of these imports: the file, what it is, its attributes, their meaning.
"""

import validators.dicom  # noqa: F401 - the rules on the file come first
from validators.kos import sop_common  # noqa: F401, I001 - the gate before all others
from validators.kos import attributes  # noqa: F401
from validators.kos import (  # noqa: F401
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
    template,
)
from validators.kos.subject import Kos, load

__all__ = ["Kos", "load"]
