"""Value representation, multiplicity, length and structure of values (PS3.5 6.2, 6.4)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache

from validators.catalogue.tables import data_dictionary
from validators.dicom.subject import HasFile, elements_of, rule, whole_file
from validators.model import Defect
from validators.reading.charset import decode
from validators.reading.dicom import IMPLICIT_VR, Element, Part10

# PS3.5 Table 6.2-1, in characters.
SHORTEST = 16
MAX_LENGTHS = {"SH": SHORTEST, "LO": 64, "ST": 1024, "LT": 10240}
MULTI_VALUED = frozenset(
    ["AE", "AS", "CS", "DA", "DS", "DT", "IS", "LO", "PN", "SH", "TM", "UC", "UI"]
)
PN_GROUPS, PN_COMPONENTS, PN_GROUP_LENGTH = 3, 5, 64


def explicit_file(subject: HasFile) -> Iterable[Part10]:
    """The file, where its data set stores value representations."""
    return () if subject.file.transfer_syntax == IMPLICIT_VR else (subject.file,)


def _representations(element: Element) -> str:
    return " | ".join(data_dictionary()[element.tag].vrs)


def multiple_values(subject: HasFile) -> Iterable[Element]:
    """The elements that have several values, or must have."""
    return [one for one in subject.file.multiple if one.raw and _kind(one) in MULTI_VALUED]


@cache
def _multiplicity(vm: str) -> tuple[int, int | None, int]:
    """Least, most (None: any) and step of a multiplicity such as 1, 2-2n or 1-n."""
    low, _, high = vm.partition("-")
    if not high:
        return int(low), int(low), 1
    if high.endswith("n"):
        return int(low), None, int(high[:-1] or 1)
    return int(low), int(high), 1


@rule("DICOM-VR-01", over=explicit_file, verifies=("DCM-V01",))
def value_representation_wrong(file: Part10) -> Iterator[Defect]:
    """The stored value representation is that of the data dictionary.

    Why: a reader decodes the value as the stored representation says, and gets it wrong.
    Fix: write the value representation that PS3.6 gives for the tag.
    """
    for element in file.misrepresented:
        if element.vr != "UN":
            yield element.defect(expected=_representations(element), actual=element.vr)


@rule("DICOM-VR-15", over=explicit_file, verifies=("DCM-V01-UN",))
def value_representation_unknown(file: Part10) -> Iterator[Defect]:
    """No element of the data dictionary is stored with value representation UN.

    Why: many readers show such a value as bytes.
    Fix: write the value representation that PS3.6 gives for the tag.
    """
    for element in file.misrepresented:
        if element.vr == "UN":
            yield element.defect(expected=_representations(element), actual="UN")


@rule("DICOM-VR-16", over=whole_file, verifies=("DCM-V01-TAG",))
def public_tag_unknown(file: Part10) -> Iterator[Defect]:
    """Every public tag is in the data dictionary.

    Why: an unknown tag is mistyped, or newer than the dictionary of this suite.
    Fix: check the tag; put data of one's own into a private block.
    """
    for element in file.unregistered:
        yield element.defect(expected="PS3.6", actual=element.vr or "UN")


@rule("DICOM-VR-09", over=multiple_values, verifies=("DCM-V09",))
def multiplicity_wrong(element: Element) -> Iterator[Defect]:
    """The number of values is one that the data dictionary allows.

    Why: a reader takes the first value or the whole text, and shows something else.
    Fix: write as many values as PS3.6 allows; a backslash separates values.
    """
    entry = data_dictionary().get(element.tag)
    vm = entry.vm if entry else "1-n"
    count = decode(element.raw, element.item.codec).count("\\") + 1
    low, high, step = _multiplicity(vm)
    if count < low or (high is not None and count > high) or (count - low) % step:
        yield element.defect(expected=f"VM {vm}", actual=f"VM {count}")


@rule("DICOM-VR-08", over=elements_of("SH", "LO", "ST", "LT", "PN"), verifies=("DCM-V08",))
def value_too_long(element: Element) -> Iterable[Defect]:
    """No value is longer than its value representation allows, in characters.

    Why: readers cut what is too long, or refuse the object.
    Fix: shorten the value.
    """
    if len(element.raw) <= SHORTEST:
        return ()
    kind = _kind(element)
    limit = MAX_LENGTHS.get(kind, PN_GROUP_LENGTH)
    return _too_long(element, kind, limit) if len(element.raw) > limit else ()


def _kind(element: Element) -> str:
    """The value representation of the dictionary, or the stored one."""
    entry = data_dictionary().get(element.tag)
    return entry.vrs[0] if entry else element.vr


def _too_long(element: Element, kind: str, limit: int) -> Iterator[Defect]:
    text = decode(element.raw, element.item.codec).rstrip(" \0")
    if kind in ("ST", "LT"):
        parts = [text]
    else:
        separators = "=\\" if kind == "PN" else "\\"
        parts = text.translate(str.maketrans(separators, "\\" * len(separators))).split("\\")
    for part in parts:
        if len(part.strip(" \r\n\t")) > limit:
            yield element.defect(expected=f"<= {limit}", actual=f"{len(part)}: {part}")


@rule("DICOM-VR-10", over=elements_of("PN"), verifies=("DCM-V10",))
def person_name_malformed(element: Element) -> Iterator[Defect]:
    """A person name has at most three groups, of at most five components each.

    Why: what is beyond is lost, or shifts the name by a component.
    Fix: write family^given^middle^prefix^suffix; the caret is no character of a name.
    """
    for value in element.values:
        groups = value.split("=")
        if len(groups) > PN_GROUPS:
            yield element.defect(expected=f"<= {PN_GROUPS} =", actual=value)
        elif any(group.count("^") >= PN_COMPONENTS for group in groups):
            yield element.defect(expected=f"<= {PN_COMPONENTS - 1} ^", actual=value)


@rule("DICOM-VR-20", over=elements_of("PN"), verifies=("DCM-V10-FAMILY",))
def person_name_of_one_component(element: Element) -> Iterator[Defect]:
    """A person name separates family name and given name by a caret.

    Why: a name without caret is the retired form, in which everything is the family name.
    Fix: write family^given; a family name alone may stay as it is.
    """
    for value in element.values:
        if value and "^" not in value:
            yield element.defect(expected="family^given", actual=value)
