"""The rejection note that the archive sends when instances were rejected (IHE RAD, IOCM)."""

from __future__ import annotations

from collections.abc import Sequence

from pydicom import Dataset

from simulators.faults import Fault
from simulators.pacs.stages import Note, adjusted
from testdata.exam import Exam, SeriesPlan, Study
from testdata.kos import write
from testdata.kos_parts import code, item
from testdata.rejection import rejection_note

REASON = ("111207", "DCM", "Image artifact(s)")
"""A code of CID 7011, Rejected for Quality Reasons (PS3.16)."""


def note(
    exam: Exam,
    study: Study,
    series: SeriesPlan,
    rejected: str,
    faults: Sequence[Fault] = (),
) -> bytes:
    """The note that rejects one instance for its quality, as a file to be sent by C-STORE.

    It says what is wrong with the image, as a title of quality does (PS3.16 TID 2010).
    """
    document = rejection_note(exam, study, series, rejected)
    document.ContentSequence.insert(0, _reason())
    return write(adjusted(Note(document), faults).dataset)


def _reason() -> Dataset:
    """The Document Title Modifier (TID 2010 row 2)."""
    return item(
        RelationshipType="HAS CONCEPT MOD",
        ValueType="CODE",
        ConceptNameCodeSequence=[code("113011", "DCM", "Document Title Modifier")],
        ConceptCodeSequence=[code(*REASON)],
    )
