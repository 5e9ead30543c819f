"""Character sets and control characters (PS3.3 C.12.1.1.2, PS3.5 6.1)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from validators.dicom.subject import HasFile, elements_of, rule
from validators.model import Defect
from validators.reading.charset import EXTENSION_TERMS, SINGLE_TERMS, decode
from validators.reading.dicom import Element
from validators.reading.dicom_tree import CHARSET

TEXT = ("LO", "LT", "PN", "SH", "ST", "UC", "UT")
SINGLE_LINE = ("LO", "PN", "SH", "UC")
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")
_LINE = re.compile(rb"[\t\n\x0c\r]")


def declared(subject: HasFile) -> Iterable[Element]:
    """The Specific Character Set elements of the root data set and of the items."""
    return [element for element in elements_of("CS")(subject) if element.tag == CHARSET]


def beyond_ascii(subject: HasFile) -> Iterable[Element]:
    """The text elements with a byte that is not ASCII."""
    return [
        element
        for element in elements_of(*TEXT)(subject)
        if not element.raw.isascii() or b"\x1b" in element.raw
    ]


@rule("DICOM-CHR-01", over=declared, verifies=("DCM-V11-TERM",))
def character_set_unknown(element: Element) -> Iterator[Defect]:
    """Every term of Specific Character Set is a defined one; several need ISO 2022 terms.

    Why: a reader that does not know the term shows wrong accents in names.
    Fix: write ISO_IR 100 or ISO_IR 192, or the ISO 2022 terms that the text uses.
    """
    terms = element.values
    known = EXTENSION_TERMS.keys() if len(terms) > 1 else SINGLE_TERMS.keys() | EXTENSION_TERMS
    for position, term in enumerate(terms):
        if term not in known and not (position == 0 and term == ""):
            yield element.defect(expected="PS3.3 C.12.1.1.2", actual=term)


@rule("DICOM-CHR-02", over=beyond_ascii, verifies=("DCM-V11-DECLARED",))
def character_set_undeclared(element: Element) -> Iterator[Defect]:
    """Where text is not ASCII, Specific Character Set (0008,0005) says what it is.

    Why: each reader guesses another character set, and patients' names change.
    Fix: declare the character set that the bytes are in.
    """
    if element.item.codec == "ascii" and not _declares(element):
        yield element.defect(expected="(0008,0005)", actual=element.raw.hex(" ")[:48])


@rule("DICOM-CHR-03", over=beyond_ascii, verifies=("DCM-V11-DECODES",))
def text_undecodable(element: Element) -> Iterator[Defect]:
    """Every text value has a meaning in the declared character set.

    Why: the characters are lost or replaced when the text is shown.
    Fix: encode the text in the declared character set, or declare the one it is in.
    """
    codec = element.item.codec
    if codec == "ascii" and not _declares(element):
        return
    try:
        decode(element.raw, codec, "strict")
    except UnicodeDecodeError as error:
        bad = error.object[error.start : error.end].hex(" ")
        yield element.defect(expected=codec, actual=bad)


def _declares(element: Element) -> bool:
    item = element.item
    while True:
        found = item.elements.get(CHARSET)
        if found is not None:
            return bool(found.text)
        if item.sequence is None:
            return False
        item = item.sequence.item


@rule("DICOM-CHR-04", over=elements_of(*TEXT), verifies=("DCM-V13",))
def control_character(element: Element) -> Iterable[Defect]:
    """No text has a control character, but for line ends and tabs in multi-line text.

    Why: terminals, databases and web pages act on control characters.
    Fix: remove them.
    """
    found = _CONTROL.search(element.raw.rstrip(b"\0"))
    if found is None:
        return ()
    return (element.defect(expected="", actual=f"0x{found.group()[0]:02X}"),)


@rule("DICOM-CHR-05", over=elements_of(*SINGLE_LINE), verifies=("DCM-V13-LINE", "DRIM-A-PAT-13"))
def line_break_in_a_single_line(element: Element) -> Iterable[Defect]:
    """No value of a single line has a line break or a tab.

    Why: the value no longer equals the same value in another document.
    Fix: remove line breaks and indentation; they come from edited XML.
    """
    if not _LINE.search(element.raw):
        return ()
    return (element.defect(expected=element.text, actual=element.raw.decode("latin_1")),)


@rule("DICOM-CHR-06", over=elements_of("LO", "SH", "UC"), verifies=("DCM-V14", "DRIM-A-PAT-13"))
def leading_blank(element: Element) -> Iterator[Defect]:
    """No value begins with a space that has no meaning.

    Why: readers that do not trim find another value than the one meant.
    Fix: remove the leading spaces.
    """
    if element.raw[0] == 0x20 and element.raw.strip(b" "):
        yield element.defect(expected=element.text, actual=element.raw.decode("latin_1"))
