"""A Key Object Selection Document as its rules look at it (PS3.3 A.35.4)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, cached_property
from typing import NamedTuple

from validators.catalogue.tables import data_dictionary
from validators.engine import Embedded
from validators.kos import tags
from validators.model import Node
from validators.reading import limits
from validators.reading.dicom import Buffer, Item, Part10, read, read_meta
from validators.rules import Selector, rules_for

rule = rules_for("kos")

MEDIA_STORAGE_CLASS = 0x00020002
META_CLASS_AT = 166
"""Where (0002,0002) has its value after a group length and a version of the usual size."""
KOS_CLASS = "1.2.840.10008.5.1.4.1.1.88.59"
META_CLASS_END = META_CLASS_AT + len(KOS_CLASS)
REFERENCE_TYPES = ("IMAGE", "COMPOSITE", "WAVEFORM")
IDENTIFIER_SEQUENCES = frozenset(
    {
        tags.ISSUER_OF_ACCESSION_NUMBER,
        tags.PATIENT_ID_QUALIFIERS,
        tags.ORDER_PLACER,
        tags.ORDER_FILLER,
    }
)


class Code(NamedTuple):
    """A coded entry (PS3.3 8.8); absent parts are empty."""

    value: str
    scheme: str
    meaning: str

    @property
    def key(self) -> tuple[str, str]:
        return self.scheme, self.value

    def __str__(self) -> str:
        return f"({self.value}, {self.scheme}, {self.meaning})"


NO_CODE = Code("", "", "")


class Located(Node):
    """An item together with the document that holds it."""

    __slots__ = ("item", "kos")

    def __init__(self, item: Item, kos: Kos) -> None:
        self.item = item
        self.kos = kos

    @property
    def path(self) -> str:
        return self.item.path

    @property
    def place(self) -> int:
        return self.item.offset

    def place_of(self, child: str) -> int:
        return self.item.place_of(child)


class Reference(Located):
    """An item that refers to an instance, in the evidence or in the content tree."""

    __slots__ = ("instance", "sop_class")

    def __init__(self, item: Item, kos: Kos) -> None:
        super().__init__(item, kos)
        self.sop_class = item.text(tags.REFERENCED_SOP_CLASS)
        self.instance = item.text(tags.REFERENCED_SOP_INSTANCE)


class Series(Located):
    """A Referenced Series item of the evidence."""

    __slots__ = ("study", "uid")

    def __init__(self, item: Item, kos: Kos, study: Item) -> None:
        super().__init__(item, kos)
        self.study = study.text(tags.STUDY_INSTANCE_UID)
        self.uid = item.text(tags.SERIES_INSTANCE_UID)


class Kos:
    """A Key Object Selection Document: the file, and its parts by the names of the standard."""

    given: frozenset[str] = frozenset()
    embedded: tuple[Embedded, ...] = ()

    def __init__(self, file: Part10) -> None:
        self.file = file
        self.root = file.dataset
        self._selected: dict[Selector, Sequence[Item]] = {}

    def release(self) -> None:
        """Free the memory of the document; nothing can be asked of it afterwards."""
        self.file.release()
        self.__dict__.clear()

    def select(self, scope: Selector) -> Sequence[Item]:
        """The items of a scope, sought once: many rules look at the same ones."""
        found = self._selected.get(scope)
        if found is None:
            found = self._selected[scope] = list(scope(self))  # type: ignore[arg-type]
        return found

    @property
    def unread(self) -> str:
        return self.file.limit

    @cached_property
    def requests(self) -> list[Item]:
        return self.root.items(tags.REFERENCED_REQUEST)

    @cached_property
    def studies(self) -> list[Item]:
        """The items of the Current Requested Procedure Evidence Sequence."""
        return self.root.items(tags.EVIDENCE)

    @cached_property
    def series(self) -> list[Series]:
        """The Referenced Series items of the evidence."""
        return [
            Series(item, self, study)
            for study in self.studies
            for item in study.items(tags.REFERENCED_SERIES)
        ]

    @cached_property
    def evidence(self) -> list[Reference]:
        """The instances of the evidence, in the order of the file."""
        return [
            Reference(item, self)
            for series in self.series
            for item in series.item.items(tags.REFERENCED_SOP)
        ]

    @cached_property
    def instances_by_series(self) -> dict[str, set[str]]:
        """The instances that the evidence lists for each series, by its UID."""
        found: dict[str, set[str]] = defaultdict(set)
        for series in self.series:
            found[series.uid].update(
                item.text(tags.REFERENCED_SOP_INSTANCE)
                for item in series.item.items(tags.REFERENCED_SOP)
            )
        return found

    @cached_property
    def evidence_by_instance(self) -> dict[str, Reference]:
        return {reference.instance: reference for reference in reversed(self.evidence)}

    @cached_property
    def content(self) -> list[Item]:
        """The content items below the root, parents before children."""
        found: list[Item] = []
        waiting = self.root.items(tags.CONTENT)[::-1]
        while waiting:
            item = waiting.pop()
            found.append(item)
            waiting.extend(item.items(tags.CONTENT)[::-1])
        return found

    @cached_property
    def content_by_type(self) -> dict[str, list[Item]]:
        """The content items below the root by their value type."""
        found: dict[str, list[Item]] = defaultdict(list)
        for item in self.content:
            found[value_type(item)].append(item)
        return found

    def content_of(self, types: Iterable[str]) -> list[Item]:
        """The content items below the root of these value types."""
        by_type = self.content_by_type
        return [item for one in types for item in by_type.get(one, ())]

    @cached_property
    def top_concepts(self) -> set[tuple[str, str]]:
        """The concept names of the content items right below the root."""
        return {concept_name(item).key for item in self.root.items(tags.CONTENT)}

    @cached_property
    def selected(self) -> list[Reference]:
        """The instances that TID 2010 rows 8 to 10 refer to, in the order of the file."""
        return [
            Reference(referenced, self)
            for item in self.root.items(tags.CONTENT)
            if value_type(item) in REFERENCE_TYPES
            for referenced in item.items(tags.REFERENCED_SOP)[:1]
        ]

    @cached_property
    def selected_by_instance(self) -> dict[str, Reference]:
        return {reference.instance: reference for reference in reversed(self.selected)}

    @cached_property
    def title(self) -> Code:
        return concept_name(self.root)


def load(buffer: Buffer) -> Kos:
    """Read a KOS. Never raises for its content."""
    if len(buffer) > limits.MAX_KOS_BYTES:
        return Kos(Part10(size=len(buffer), limit=f"MAX_KOS_BYTES {limits.MAX_KOS_BYTES}"))
    return Kos(read(buffer))


def recognises(buffer: Buffer) -> str:
    """What a file is instead of a KOS: its SOP class, or no DICOM; "" for a KOS."""
    if buffer[128:132] != b"DICM":
        return "DICM"
    if buffer[META_CLASS_AT:META_CLASS_END] == KOS_CLASS.encode():
        return ""
    found = read_meta(buffer).text(MEDIA_STORAGE_CLASS)
    found = found or read(buffer).dataset.text(tags.SOP_CLASS_UID)
    return "" if found == KOS_CLASS else found or "(0008,0016)"


def value_type(item: Item) -> str:
    return item.text(tags.VALUE_TYPE)


def code(item: Item) -> Code:
    """The code of a code item, whichever attribute holds its value."""
    value = (
        item.text(tags.CODE_VALUE)
        or item.text(tags.LONG_CODE_VALUE)
        or item.text(tags.URN_CODE_VALUE)
    )
    return Code(value, item.text(tags.CODING_SCHEME_DESIGNATOR), item.text(tags.CODE_MEANING))


def concept_name(item: Item) -> Code:
    """The concept name of a content item."""
    found = item.items(tags.CONCEPT_NAME)
    return code(found[0]) if found else NO_CODE


def concept_code(item: Item) -> Code:
    """The value of a CODE content item."""
    found = item.items(tags.CONCEPT_CODE)
    return code(found[0]) if found else NO_CODE


def whole_document(kos: Kos) -> Iterable[Item]:
    return (kos.root,)


def referenced_requests(kos: Kos) -> Iterable[Item]:
    return kos.requests


def referenced_studies(kos: Kos) -> Iterable[Item]:
    return kos.studies


def referenced_series(kos: Kos) -> Iterable[Series]:
    return kos.series


def referenced_instances(kos: Kos) -> Iterable[Reference]:
    """The SOP items of the evidence."""
    return kos.evidence


def selected_instances(kos: Kos) -> Iterable[Reference]:
    """The SOP items of the content tree, TID 2010 rows 8 to 10."""
    return kos.selected


def document(kos: Kos) -> Iterable[Located]:
    """The document as a whole, for what only all of it shows."""
    return (Located(kos.root, kos),)


def content_items(kos: Kos) -> Iterable[Item]:
    return kos.content


def nested_containers(kos: Kos) -> Iterable[Item]:
    """The CONTAINER items below the root."""
    return kos.content_of(("CONTAINER",))


@cache
def _code_sequences() -> frozenset[int]:
    """The sequences whose items are coded entries (PS3.3 8.8), which PS3.6 names so."""
    return frozenset(
        tag for tag, entry in data_dictionary().items() if entry.name.endswith("Code Sequence")
    )


def code_items(kos: Kos) -> Iterator[Item]:
    """The items of the code sequences."""
    coded = _code_sequences()
    return (
        item for item in kos.file.nested if item.sequence is not None and item.sequence.tag in coded
    )


def identifier_items(kos: Kos) -> Iterator[Item]:
    """The items that name an assigning authority (Hierarchic Designator, PS3.3 10.14)."""
    return (
        item
        for item in kos.file.nested
        if item.sequence is not None and item.sequence.tag in IDENTIFIER_SEQUENCES
    )
