"""Coded metadata that a fixed value does not say: events, confidentiality, format, title, lot."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from validators.catalogue import value_set
from validators.model import Defect, Node
from validators.xds import schemes
from validators.xds.subject import (
    Code,
    Entry,
    Submission,
    all_entries,
    kos_entries,
    report_entries,
    rule,
)

MODALITIES, REGIONS = "1.2.840.10008.2.16.4", "2.16.840.1.113883.6.96"
MODALITY_SET, REGION_SET = "1.2.250.1.213.1.1.5.618", "1.2.250.1.213.1.1.5.695"
CONFIDENTIALITY, NORMAL = "2.16.840.1.113883.5.25", ("N", "R", "V")
MASKING = "1.2.250.1.213.1.1.4.13"
MASKS = ("MASQUE_PS", "INVISIBLE_PATIENT", "INVISIBLE_REPRESENTANTS_LEGAUX")
REPORT_FORMATS = {
    "urn:ihe:iti:xds-sd:pdf:2008": "1.3.6.1.4.1.19376.1.2.3",
    "urn:ihe:rad:CDA:ImagingReportStructuredHeadings:2013": "1.3.6.1.4.1.19376.1.2.3",
}
"""Format of a report of level 1 and of level 3 (ASS_A11), with their coding scheme."""
TITLE, COMMENTS = "Reference d'Objets d'un Examen d'Imagerie", "KOS"


class Event(Node):
    """An event code: what it is by its code, whatever its coding scheme."""

    __slots__ = ("code",)

    def __init__(self, code: Code) -> None:
        self.code = code

    @property
    def path(self) -> str:
        return self.code.node.path

    @property
    def line(self) -> int | None:
        return self.code.node.line

    @property
    def is_modality(self) -> bool:
        return self.code.scheme in (MODALITIES, MODALITY_SET) or (
            self.code.code in value_set("modality")[1]
        )

    @property
    def is_region(self) -> bool:
        return self.code.scheme == REGION_SET or self.code.code in value_set("region")[1]


def events(submission: Submission) -> list[Event]:
    """The event codes of the KOS."""
    return [
        Event(one) for entry in kos_entries(submission) for one in entry.codes(schemes.EVENT_CODES)
    ]


def modalities(submission: Submission) -> Iterable[Event]:
    return [one for one in events(submission) if one.is_modality]


def regions(submission: Submission) -> Iterable[Event]:
    return [one for one in events(submission) if one.is_region and not one.is_modality]


def foreign_entries(submission: Submission) -> Iterable[Entry]:
    """The entries, where the lot holds a KOS."""
    return submission.entries if kos_entries(submission) else ()


@rule("XDS-EVT-01", over=modalities, verifies=("XDS-EVT-01",))
def modality_of_another_scheme(event: Event) -> Iterator[Defect]:
    """A modality among the event codes is of DICOM's coding scheme, and of the value set.

    Why: a query for exams of a modality names code and scheme; another scheme is not found.
    Fix: write the code of the value set with coding scheme 1.2.840.10008.2.16.4.
    """
    found = event.code
    if found.scheme != MODALITIES or found.code not in value_set("modality")[1]:
        yield event.defect(expected=MODALITIES, actual=f"{found.code} {found.scheme}")


@rule("XDS-EVT-02", over=regions, verifies=("XDS-EVT-02",))
def region_of_another_scheme(event: Event) -> Iterator[Defect]:
    """A region among the event codes is of the coding scheme of SNOMED CT.

    Why: a query for exams of a region names code and scheme; another scheme is not found.
    Fix: write the code of the value set with coding scheme 2.16.840.1.113883.6.96.
    """
    found = event.code
    if found.scheme != REGIONS:
        yield event.defect(expected=REGIONS, actual=f"{found.code} {found.scheme}")


@rule("XDS-EVT-03", over=kos_entries, verifies=("XDS-EVT-03",))
def event_absent(entry: Entry) -> Iterator[Defect]:
    """The event codes of a KOS hold an act, and a modality.

    Why: the consumer chooses by them which exams to open.
    Fix: write the act of the report and one code for each modality of the study.
    """
    found = [Event(one) for one in entry.codes(schemes.EVENT_CODES)]
    child = f"Classification[{schemes.EVENT_CODES}]"
    if not any(one.is_modality for one in found):
        yield entry.defect(expected=MODALITIES, child=child)
    # A region under another scheme than its own stands for the act in older samples.
    acts = [one for one in found if not one.is_modality]
    if not any(one.code.scheme not in (REGIONS, REGION_SET) for one in acts):
        yield entry.defect(expected=">= 1", actual="0", child=child)


@rule("XDS-CONF-01", over=all_entries, verifies=("XDS-CONF-01",))
def confidentiality_not_allowed(entry: Entry) -> Iterator[Defect]:
    """Confidentiality is one of N, R, V, with masks of the value set beside it.

    Why: the DMP shows the document by these codes; it refuses those that it does not know.
    Fix: write N of 2.16.840.1.113883.5.25, and the masks with 1.2.250.1.213.1.1.4.13.
    """
    found = entry.codes(schemes.CONFIDENTIALITY)
    for one in found:
        normal = one.scheme == CONFIDENTIALITY and one.code in NORMAL
        mask = one.scheme == MASKING and one.code in MASKS
        if not normal and not mask:
            expected = " | ".join((*NORMAL, *MASKS))
            yield one.node.defect(expected=expected, actual=f"{one.code} {one.scheme}")
    if found and not any(one.scheme == CONFIDENTIALITY for one in found):
        expected = f"{' | '.join(NORMAL)} {CONFIDENTIALITY}"
        yield entry.defect(expected=expected, child=f"Classification[{schemes.CONFIDENTIALITY}]")


@rule("XDS-FMT-02", over=report_entries, verifies=("XDS-FMT-02",))
def report_format_unknown(entry: Entry) -> Iterator[Defect]:
    """The format of a report is that of level 1 or of level 3.

    Why: the consumer chooses by it how to show the report.
    Fix: write urn:ihe:iti:xds-sd:pdf:2008 for level 1, the format of structured headings for
    level 3.
    """
    for one in entry.codes(schemes.FORMAT_CODE):
        if one.code not in REPORT_FORMATS:
            yield one.node.defect(expected=" | ".join(REPORT_FORMATS), actual=one.code or None)


@rule("XDS-LOT-01", over=foreign_entries, verifies=("XDS-LOT-01",))
def entry_not_of_a_drimbox(entry: Entry) -> Iterator[Defect]:
    """A DRIMbox submits the KOS and its signature, and nothing else.

    Why: the report is published by its producer; published twice, it is there twice.
    Fix: leave the report out of the lot.
    """
    if not entry.is_kos and not entry.is_signature:
        found = [one.code for one in entry.codes(schemes.TYPE_CODE)]
        yield entry.defect(expected="IMG-KOS | E1762", actual=", ".join(found) or None)


@rule("XDS-TITLE-01", over=kos_entries, verifies=("XDS-TITLE-01",))
def title_differs(entry: Entry) -> Iterator[Defect]:
    """The title of a KOS is that of the official samples.

    Why: it is what the user of the DMP sees in the list.
    Fix: write Reference d'Objets d'un Examen d'Imagerie.
    """
    found = entry.value("{*}Name/{*}LocalizedString", "value")
    if found != TITLE:
        yield entry.defect(expected=TITLE, actual=found or None, child="Name")


@rule("XDS-TITLE-02", over=kos_entries, verifies=("XDS-TITLE-02",))
def comments_differ(entry: Entry) -> Iterator[Defect]:
    """The comments of a KOS are KOS.

    Why: every official sample has them.
    Fix: nothing, if they are meant so.
    """
    found = entry.value("{*}Description/{*}LocalizedString", "value")
    if found != COMMENTS:
        yield entry.defect(expected=COMMENTS, actual=found or None, child="Description")
