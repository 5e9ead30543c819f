"""Rules on XDS.b submissions: metadata, documents, signature, answer; by what they look at."""

from validators.xds import (  # noqa: F401 - registers the rules
    answer,
    assertion,
    associations,
    codes,
    content,
    metadata,
    patient,
    people,
    references,
    signature,
    structure,
    times,
)
from validators.xds.subject import Submission, load, recognises

__all__ = ["Submission", "load", "recognises"]
