"""Rules on CDA documents: the CR-IMG report; each module is one part of the document."""

from validators.cda import (  # noqa: F401 - registers the rules on a report
    acts,
    authors,
    body,
    catalog,
    document,
    elements,
    encounter,
    header_schema,
    links,
    narrative,
    orders,
    patient,
    readable,
    sections,
)
from validators.cda.subject import Cda, load, recognises

__all__ = ["Cda", "load", "recognises"]
