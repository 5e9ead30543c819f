"""The Key Object Description of a DRIM-M KOS: a French text with a grammar (DRIM-M A.6).

    Examen : <Study Description>
    Acte = <act>
    Série-<Series Instance UID> : <modality> @ <location> : <Series Description>

Lines end with LF, CR or CRLF; blanks are normalised before anything is compared.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

from validators.catalogue import value_set
from validators.catalogue.tables import context_group
from validators.kos import tags
from validators.kos.subject import Kos, Located, concept_name, document, rule
from validators.kos.template import DESCRIPTION
from validators.model import Defect, shown
from validators.reading.dicom import Element, Item
from validators.reading.limits import MAX_DESCRIPTION_LINES

MODALITY_SET = "1.2.250.1.213.1.1.5.618"
"""JDV_ModaliteAcquisition_CISIS."""

ACT_LINE = 1
"""Rank of the line of the act, the first being 0."""

_EXAM = re.compile(r"Examen\s*:\s*(.*)")
_ACT = re.compile(r"Acte\s*=\s*(?::\s*)?(.*)")
# "é" arrives as U+FFFD encoded three times over in one official sample.
_SERIES = re.compile(
    r"S(?:é|e\u0301|\ufffd|ï¿½|e)rie-([0-9.]+)\s*:\s*([A-Z0-9]{2,16})\s*@\s?(.*?)\s?:(?:\s+(.*)|$)"
)
_SERIES_MARK = re.compile(r"S\S{1,3}rie-([0-9.]*)")
_LEGACY = re.compile(r"Serie-([0-9.]+)\s*:\s*([A-Z0-9]{2,16})\s*:\s*(.*)")


class Line(NamedTuple):
    """One line of the text: its number from 1, its text, and the element that holds it."""

    number: int
    text: str
    element: Element

    def defect(self, *, expected: object, actual: object) -> Defect:
        place = self.element
        return Defect(place.path, shown(expected), shown(actual), place.offset, self.number)


class SeriesLine(NamedTuple):
    """A series line: which series, its modality and its description."""

    line: Line
    uid: str
    modality: str
    description: str


@cache
def modalities() -> frozenset[str]:
    """The acquisition modalities of the CI-SIS; and CID 32, for series that are no acquisition."""
    _, acquisition = value_set("modality")
    return acquisition | {value for _, value in context_group("32")}


def texts(kos: Kos) -> Iterable[Description]:
    """The Key Object Description that has a text, the first where KOS-TID-07 finds several."""
    for item in kos.content_of(("TEXT",)):
        at_the_root = item.sequence is not None and item.sequence.item is kos.root
        if at_the_root and concept_name(item).key == DESCRIPTION:
            element = item.elements.get(tags.TEXT_VALUE)
            if element is not None and element.text:
                return (Description(item, kos),)
    return ()


def content_present(kos: Kos) -> Iterable[Located]:
    return document(kos) if kos.root.items(tags.CONTENT) else ()


class Description(Located):
    """A Key Object Description, read into lines once."""

    __slots__ = ("lines",)

    def __init__(self, item: Item, kos: Kos) -> None:
        super().__init__(item, kos)
        element = item.elements[tags.TEXT_VALUE]
        rows = re.split(r"\r\n|\r|\n", element.text, maxsplit=MAX_DESCRIPTION_LINES)
        self.lines = [
            Line(number, text.strip(), element)
            for number, text in enumerate(_joined(rows), start=1)
            if text.strip()
        ]
        """The lines that are not blank, trimmed, numbered as they stand."""


def _joined(rows: list[str]) -> list[str]:
    """Rows with the breaks of a pretty-printer undone: a row of blanks and text goes on."""
    joined: list[list[str]] = []
    for row in rows:
        if joined and row[:4] == "    ":
            joined[-1].append(row.strip())
        else:
            joined.append([row.rstrip()])
    return [" ".join(parts) for parts in joined]


def series_lines(node: Description) -> list[SeriesLine]:
    """The series lines of a text, in the present form or in the legacy one."""
    found = []
    for line in node.lines:
        match = _SERIES.fullmatch(line.text)
        legacy = None if match else _LEGACY.fullmatch(line.text)
        if match:
            found.append(SeriesLine(line, match[1], match[2], match[4] or ""))
        elif legacy:
            found.append(SeriesLine(line, legacy[1], legacy[2], legacy[3]))
    return found


@rule("KOS-TXT-01", over=content_present, verifies=("DRIM-A-CNT-03",))
def description_absent(node: Located) -> Iterator[Defect]:
    """The content tree has a Key Object Description (113012, DCM) with a text.

    Why: viewers take the modality and the description of each series from it.
    Fix: add the TEXT item with the lines of the examination, the act and each series.
    """
    if not texts(node.kos):
        yield node.defect(expected="(113012, DCM)", child="(0040,A730)")


@rule("KOS-TXT-02", over=texts, verifies=("DRIM-A-CNT-05", "DRIM-A-GEN-11"))
def examination_line_wrong(node: Description) -> Iterator[Defect]:
    """The first line is « Examen : » and the Study Description.

    Why: the viewer shows it as the name of the examination.
    Fix: write « Examen : » and the text of Study Description (0008,1030).
    """
    first = node.lines[0]
    match = _EXAM.fullmatch(first.text)
    expected = " ".join(node.kos.root.text(tags.STUDY_DESCRIPTION).split())
    found = " ".join(match[1].split()) if match else ""
    if match is None or (expected and found != expected):
        yield first.defect(expected=f"Examen : {expected}", actual=first.text)


@rule("KOS-TXT-03", over=texts, verifies=("DRIM-A-CNT-06",))
def act_line_absent(node: Description) -> Iterator[Defect]:
    """The second line is « Acte = » and the act.

    Why: the viewer shows it, and the report is matched with it.
    Fix: write « Acte = » and the display name of the act of the report as second line.
    """
    acts = [rank for rank, line in enumerate(node.lines) if _ACT.fullmatch(line.text)]
    if not acts:
        yield node.defect(expected="Acte = ...", child="(0040,A160)")
        return
    line = node.lines[acts[0]]
    match = _ACT.fullmatch(line.text)
    if acts[0] != ACT_LINE or not (match and match[1]):
        yield line.defect(expected=f"[{ACT_LINE + 1}] Acte = ...", actual=line.text)


@rule("KOS-TXT-04", over=texts, verifies=("DRIM-A-CNT-07",))
def series_line_malformed(node: Description) -> Iterator[Defect]:
    """After the act each line is « Série-UID : modality @ location : description ».

    Why: viewers cut the line at these signs.
    Fix: write the signs and the blanks around them as they stand; the location may be empty.
    """
    for line in node.lines[1:]:
        if not any(form.fullmatch(line.text) for form in (_SERIES, _LEGACY, _ACT)):
            yield line.defect(expected="Série-<UID> : <modality> @ <location> : <description>",
                              actual=line.text)  # fmt: skip


@rule("KOS-TXT-05", over=texts, verifies=("DRIM-A-CNT-08",))
def series_line_of_the_old_form(node: Description) -> Iterator[Defect]:
    """No series line has the form of 2023, without accent or without « @ ».

    Why: present viewers look for « @ » and find no modality.
    Fix: write « Série-UID : modality @ location : description ».
    """
    for line in node.lines:
        if line.text.startswith("Serie-") and (
            _LEGACY.fullmatch(line.text) or _SERIES.fullmatch(line.text)
        ):
            yield line.defect(expected="Série-<UID> : <modality> @ <location> : <description>",
                              actual=line.text)  # fmt: skip


@rule("KOS-TXT-06", over=texts, verifies=("DRIM-A-CNT-09",))
def series_without_line(node: Description) -> Iterator[Defect]:
    """Each series of the evidence has one line, and each line names such a series.

    Why: a series without line has no modality in the viewer; a line without series is nothing.
    Fix: write one line for each series, with its Series Instance UID.
    """
    marks = (_SERIES_MARK.match(line.text) for line in node.lines)
    counts = Counter(match[1] for match in marks if match)
    series = {one.uid for one in node.kos.series if one.uid}
    for uid in sorted(series - counts.keys()):
        yield node.defect(expected=f"Série-{uid}", child="(0040,A160)")
    for uid, count in counts.items():
        if uid not in series:
            yield node.defect(expected="(0020,000E)", actual=f"Série-{uid}", child="(0040,A160)")
        elif count > 1:
            yield node.defect(expected="1", actual=f"{count}: Série-{uid}", child="(0040,A160)")


@rule("KOS-TXT-07", over=texts, verifies=("DRIM-A-CNT-09-MODALITY",))
def modality_unknown(node: Description) -> Iterator[Defect]:
    """The modality of each series line is in the value set of acquisition modalities, or in CID 32.

    Why: readers search the DMP by modality.
    Fix: write the modality (0008,0060) of the series.
    """
    for line in series_lines(node):
        if line.modality not in modalities():
            yield line.line.defect(expected=MODALITY_SET, actual=line.modality)


@rule("KOS-TXT-08", over=texts, verifies=("DRIM-A-CNT-10",))
def description_null(node: Description) -> Iterator[Defect]:
    """No line says « null » where a description is missing.

    Why: a programmer's word is shown to a doctor.
    Fix: leave the description empty.
    """
    for line in node.lines:
        match = _EXAM.fullmatch(line.text) or _ACT.fullmatch(line.text)
        series = _SERIES.fullmatch(line.text)
        found = match[1] if match else series[4] if series else ""
        if found and found.strip() == "null":
            yield line.defect(expected="", actual=line.text)
