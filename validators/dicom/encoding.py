"""Encoding of the data set: order, lengths, groups, private blocks (PS3.5 7)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from validators.dicom.subject import HasFile, elements_of, problems, rule, whole_file
from validators.model import Defect
from validators.reading.dicom import Element, Item, Part10
from validators.reading.dicom_tree import tag_text

SPACE = 0x20
FOREIGN_GROUPS = frozenset({0x0000, 0x0002, 0x0004, 0x0006})
SPACE_PADDED = [
    "AE",
    "AS",
    "CS",
    "DA",
    "DS",
    "DT",
    "IS",
    "LO",
    "LT",
    "PN",
    "SH",
    "ST",
    "TM",
    "UC",
    "UR",
    "UT",
]


def root_data_set(subject: HasFile) -> Iterable[Item]:
    return (subject.file.dataset,)


def private_elements(subject: HasFile) -> Iterable[Element]:
    """The private elements that are not creators of a block."""
    return [element for element in subject.file.private if element.tag & 0xFFFF > 0xFF]


@rule("DICOM-ENC-01", over=whole_file, verifies=("DCM-F09",))
def elements_out_of_order(file: Part10) -> Iterator[Defect]:
    """In every data set the tags ascend, each once.

    Why: readers stop looking when they have passed a tag; of two equal tags one is lost.
    Fix: sort the elements by tag and remove the duplicates.
    """
    yield from problems(file, "order")


@rule("DICOM-ENC-02", over=whole_file, verifies=("DCM-F10",))
def odd_length(file: Part10) -> Iterator[Defect]:
    """Every value has an even number of bytes.

    Why: some readers refuse an odd length, others read one byte too many.
    Fix: pad the value to an even length, and count the padding in the length.
    """
    yield from problems(file, "odd")


@rule("DICOM-ENC-03", over=elements_of("UI"), verifies=("DCM-F10-PAD",), bulk=True)
def uid_padded_with_space(elements: Iterable[Element]) -> Iterator[Defect]:
    """A UID of odd length is padded with one NUL, and with nothing else.

    Why: a UID compared byte by byte with a trailing space is another UID.
    Fix: pad with one zero byte.
    """
    for element in elements:
        raw = element.raw
        if raw[-1] <= SPACE and raw.rstrip(b"\0 ") + b"\0" != raw:
            yield element.defect(expected="00", actual=raw[len(raw.rstrip(b"\0 ")) :].hex(" "))


@rule("DICOM-ENC-04", over=elements_of(*SPACE_PADDED), verifies=("DCM-F10-PAD",), bulk=True)
def text_padded_with_nul(elements: Iterable[Element]) -> Iterator[Defect]:
    """Text is padded with a space, never with NUL.

    Why: the NUL becomes a character of the value: names and codes no longer compare equal.
    Fix: pad with one space.
    """
    for element in elements:
        if element.raw[-1] == 0:
            yield element.defect(expected="20", actual="00")


@rule("DICOM-ENC-05", over=root_data_set, verifies=("DCM-F11",))
def foreign_group(data_set: Item) -> Iterator[Defect]:
    """No element of the command, file meta or directory groups is in the data set.

    Why: these groups live outside data sets; many readers abort when they meet one.
    Fix: remove the elements of groups 0000, 0002, 0004 and 0006.
    """
    for tag in data_set.elements:
        if tag >> 16 in FOREIGN_GROUPS:
            yield data_set.defect(expected="", actual=tag_text(tag), child=tag_text(tag))


@rule("DICOM-ENC-06", over=whole_file, verifies=("DCM-F11-GL",))
def group_length_in_data_set(file: Part10) -> Iterator[Defect]:
    """No group length element (gggg,0000) is in the data set.

    Why: they are retired, and wrong as soon as anything in the group changes.
    Fix: remove them.
    """
    for defect in problems(file, "group-length"):
        if int(defect.path[-10:-6], 16) not in FOREIGN_GROUPS:
            yield defect


@rule("DICOM-ENC-07", over=private_elements, verifies=("DCM-F16",))
def private_element_without_creator(element: Element) -> Iterator[Defect]:
    """Each private element lies in a block that its creator reserves in the same data set.

    Why: without the creator nobody knows whose element it is.
    Fix: write the creator (gggg,00xx) in the same data set, or remove the element.
    """
    creator = element.tag & 0xFFFF0000 | (element.tag & 0xFFFF) >> 8
    if creator not in element.item.elements:
        yield element.defect(expected=tag_text(creator))
