"""Value representations: the syntax of each value (PS3.5 6.2, 9.1)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import lru_cache

from validators.dicom.subject import HasFile, elements_of, rule
from validators.model import Defect
from validators.reading.dicom import Element

_UID = re.compile(rb"[0-2](?:\.(?:0|[1-9][0-9]*))+")
_PADDED_UID = re.compile(_UID.pattern + rb"\0?")
MAX_UID = 64
_DATE = re.compile(rb"[0-9]{8}")
_TIME = re.compile(rb"(?:[01][0-9]|2[0-3])(?:[0-5][0-9](?:(?:[0-5][0-9]|60)(?:\.[0-9]{1,6})?)?)?")
_DATE_TIME = re.compile(
    rb"[0-9]{4}(?:(?:0[1-9]|1[0-2])(?:(?:0[1-9]|[12][0-9]|3[01])"
    rb"(?:(?:[01][0-9]|2[0-3])(?:[0-5][0-9](?:(?:[0-5][0-9]|60)(?:\.[0-9]{1,6})?)?)?)?)?)?"
    rb"(?:[+-](?:0[0-9]|1[0-4])[0-5][0-9])?"
)
_INTEGER = re.compile(rb"[+-]?[0-9]+")
_DECIMAL = re.compile(rb"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[Ee][+-]?[0-9]+)?")
_CODE = re.compile(rb"[A-Z0-9 _]{0,16}")
_TITLE = re.compile(rb"[\x20-\x5b\x5d-\x7e]{1,16}")
# RFC 3986 appendix A, characters and percent-encoding only.
_URI_CHARACTERS = rb"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=]*"
_URI = re.compile(
    rb"[A-Za-z][A-Za-z0-9+.\-]*:" + _URI_CHARACTERS
    + rb"(?:%[0-9A-Fa-f]{2}" + _URI_CHARACTERS + rb")*"
)  # fmt: skip
INT_MIN, INT_MAX = -(2**31), 2**31 - 1
DICOM_ROOT = b"1.2.840.10008."
INSTANCE_UIDS = frozenset({0x00080018, 0x00081155, 0x0020000D, 0x0020000E})


@lru_cache(maxsize=1024)
def is_date(value: bytes) -> bool:
    """Whether the value is a day of the calendar, YYYYMMDD."""
    if not _DATE.fullmatch(value):
        return False
    try:
        date(int(value[:4]), int(value[4:6]), int(value[6:]))
    except ValueError:
        return False
    return True


def instance_uids(subject: HasFile) -> Iterable[Element]:
    """The elements that identify a study, a series or an instance."""
    return [element for element in elements_of("UI")(subject) if element.tag in INSTANCE_UIDS]


def _each(element: Element, good: Callable[[bytes], object], expected: str) -> Iterator[Defect]:
    """A defect for each value of the element that is not good; empty values are allowed."""
    for padded in element.raw.rstrip(b"\0").split(b"\\"):
        value = padded.strip(b" ")
        if value and not good(value):
            yield element.defect(expected=expected, actual=value.decode("latin_1"))


def _bad_uids(element: Element) -> Iterator[Defect]:
    """A defect for each value that is no UID; trailing padding is judged elsewhere."""
    for padded in element.raw.split(b"\\"):
        value = padded.rstrip(b"\0 ")
        if value and (len(value) > MAX_UID or not _UID.fullmatch(value)):
            yield element.defect(expected="UID", actual=value.decode("latin_1"))


@rule("DICOM-VR-02", over=elements_of("UI"), verifies=("DCM-V02",), bulk=True)
def uid_malformed(elements: Iterable[Element]) -> Iterator[Defect]:
    """Every UID has arcs of digits without leading zeros, and at most 64 characters.

    Why: systems compare and store UIDs as they stand; many refuse or cut a malformed one.
    Fix: generate UIDs from a registered root or under 2.25, and write them unchanged.
    """
    for element in elements:
        if not _good_uid(element.raw):
            yield from _bad_uids(element)


@lru_cache(maxsize=4096)
def _good_uid(raw: bytes) -> bool:
    """Whether the value is one padded UID; most values come back: classes, studies, series."""
    return len(raw) <= MAX_UID and _PADDED_UID.fullmatch(raw) is not None


@rule("DICOM-VR-17", over=instance_uids, verifies=("DCM-V02-ROOT",), bulk=True)
def instance_uid_under_the_dicom_root(elements: Iterable[Element]) -> Iterator[Defect]:
    """Study, series and instance UIDs are not under the root of DICOM itself.

    Why: 1.2.840.10008 is reserved for the standard; nobody may assign under it.
    Fix: use the root of the organisation that creates the object.
    """
    for element in elements:
        if element.raw.startswith(DICOM_ROOT):
            yield element.defect(expected="!= 1.2.840.10008", actual=element.text)


@rule("DICOM-VR-03", over=elements_of("DA"), verifies=("DCM-V03",))
def date_impossible(element: Element) -> Iterable[Defect]:
    """Every date has eight digits and exists in the calendar.

    Why: a date that does not exist is refused, or silently becomes another one.
    Fix: write the date as YYYYMMDD, from the source system and not retyped.
    """
    return () if is_date(element.raw) else _each(element, is_date, "YYYYMMDD")


@rule("DICOM-VR-04", over=elements_of("TM"), verifies=("DCM-V04",))
def time_malformed(element: Element) -> Iterable[Defect]:
    """Every time is HHMMSS.FFFFFF, or a part of it from the left, within the day.

    Why: a reader that cannot parse the time loses the order of the examinations.
    Fix: write hours, minutes and seconds without separators.
    """
    good = _TIME.fullmatch
    return () if good(element.raw) else _each(element, good, "HHMMSS.FFFFFF")


@rule("DICOM-VR-05", over=elements_of("DT"), verifies=("DCM-V05",))
def date_time_malformed(element: Element) -> Iterator[Defect]:
    """Every date time is YYYYMMDDHHMMSS.FFFFFF&ZZXX, or a part of it from the left.

    Why: a reader that cannot parse it loses the moment it stands for.
    Fix: write digits without separators, the offset from UTC last.
    """
    yield from _each(element, _DATE_TIME.fullmatch, "YYYYMMDDHHMMSS.FFFFFF&ZZXX")


@rule("DICOM-VR-06", over=elements_of("IS"), verifies=("DCM-V06",))
def integer_malformed(element: Element) -> Iterable[Defect]:
    """Every Integer String has at most 12 characters and is a signed 32-bit integer.

    Why: readers convert it to an integer, and fail or overflow on anything else.
    Fix: write a decimal integer between -2147483648 and 2147483647.
    """
    raw = element.raw
    if len(raw) < 10 and raw.rstrip(b" ").isdigit():
        return ()
    return _each(
        element,
        lambda one: len(one) <= 12 and _INTEGER.fullmatch(one) and INT_MIN <= int(one) <= INT_MAX,
        "IS",
    )


@rule("DICOM-VR-18", over=elements_of("DS"), verifies=("DCM-V06-DS",))
def decimal_malformed(element: Element) -> Iterator[Defect]:
    """Every Decimal String is a fixed or floating point number of at most 16 characters.

    Why: readers convert it to a number, and fail on anything else.
    Fix: write the number with a point, without thousands separators or units.
    """
    yield from _each(element, lambda one: len(one) <= 16 and _DECIMAL.fullmatch(one), "DS")


@rule("DICOM-VR-07", over=elements_of("CS"), verifies=("DCM-V07",), bulk=True)
def code_string_malformed(elements: Iterable[Element]) -> Iterator[Defect]:
    """Every Code String has at most 16 capitals, digits, spaces and underscores.

    Why: code strings are compared as they stand; another spelling is another code.
    Fix: write the defined term exactly as the standard prints it.
    """
    good = _CODE.fullmatch
    for element in elements:
        if not good(element.raw):
            yield from _each(element, good, "[A-Z0-9 _]{1,16}")


@rule("DICOM-VR-19", over=elements_of("AE"), verifies=("DCM-V07-AE",))
def application_entity_malformed(element: Element) -> Iterator[Defect]:
    """Every Application Entity title has 1 to 16 characters and is not only spaces.

    Why: an association cannot be opened with a title of another form.
    Fix: write the title that the archive is configured with.
    """
    if not element.raw.strip():
        yield element.defect(expected="AE", actual="")
    yield from _each(element, _TITLE.fullmatch, "AE")


@rule("DICOM-VR-12", over=elements_of("UR"), verifies=("DCM-V12",))
def uri_malformed(element: Element) -> Iterator[Defect]:
    """Every URI has a scheme and only the characters that RFC 3986 allows.

    Why: readers request the URI as it stands.
    Fix: percent-encode the characters that are not allowed.
    """
    value = element.raw.strip(b" \0\r\n\t")
    if value and not _URI.fullmatch(value):
        yield element.defect(expected="RFC 3986", actual=value.decode("latin_1"))


@rule("DICOM-VR-22", over=elements_of("UR"), verifies=("DCM-V12-BLANK", "DRIM-A-PAT-13"))
def uri_with_leading_blank(element: Element) -> Iterator[Defect]:
    """No URI begins with a blank or a line break.

    Why: leading blanks are part of the value; the URI with them cannot be requested.
    Fix: remove the blanks before the scheme.
    """
    if element.raw[:1] in b" \r\n\t":
        yield element.defect(expected=element.text, actual=element.raw.decode("latin_1"))
