"""DICOM File Format: preamble and File Meta Information (PS3.10 7.1)."""

from __future__ import annotations

from collections.abc import Iterator

from validators.dicom.subject import file_meta, problems, rule, whole_file
from validators.identifiers import is_uid
from validators.model import Defect
from validators.reading.dicom import BIG_ENDIAN, Item, Part10

VERSION = 0x00020001
MEDIA_CLASS = 0x00020002
MEDIA_INSTANCE = 0x00020003
TRANSFER_SYNTAX = 0x00020010
IMPLEMENTATION_CLASS = 0x00020012
SOP_CLASS = 0x00080016
SOP_INSTANCE = 0x00080018
ENCAPSULATED = ("1.2.840.10008.1.2.4.", "1.2.840.10008.1.2.5")
"""How the transfer syntaxes of PS3.5 A.4 begin: JPEG and its like, RLE Lossless."""


@rule("DICOM-FILE-01", over=whole_file, verifies=("DCM-F01", "DRIM-A-FMT-01"), gate=True)
def preamble_without_dicm(file: Part10) -> Iterator[Defect]:
    """The file begins with a 128-byte preamble and the prefix DICM.

    Why: without the prefix a reader cannot tell that the file is DICOM, and refuses it.
    Fix: write the object as a DICOM file (PS3.10), not as a bare data set.
    """
    yield from problems(file, "preamble")


@rule("DICOM-FILE-14", over=whole_file, verifies=("DCM-F14",), gate=True)
def encoding_broken(file: Part10) -> Iterator[Defect]:
    """Lengths and delimiters hold together from the first element to the last.

    Why: from the place where they do not, nothing in the file can be located.
    Fix: write the file with a DICOM toolkit; check that it was not cut in transfer.
    """
    yield from problems(file, "structure")


@rule("DICOM-FILE-06", over=file_meta, verifies=("DCM-F06", "DRIM-A-FMT-03"),
      parameters=("transfer_syntaxes",))  # fmt: skip
def transfer_syntax_not_allowed(meta: Item, allowed: list[str]) -> Iterator[Defect]:
    """The transfer syntax is one that the profile allows.

    Why: a reader that does not know the transfer syntax cannot read anything of the object.
    Fix: write the object in Explicit VR Little Endian, 1.2.840.10008.1.2.1.
    """
    found = meta.text(TRANSFER_SYNTAX)
    if found not in allowed and not found.startswith(ENCAPSULATED):
        yield meta.defect(expected=" | ".join(allowed), actual=found or None, child="(0002,0010)")


@rule("DICOM-FILE-21", over=file_meta, verifies=("DCM-F06", "DRIM-A-FMT-03"), gate=True)
def transfer_syntax_unreadable(meta: Item) -> Iterator[Defect]:
    """The data set is Little Endian.

    Why: Explicit VR Big Endian is retired; this tool, like most, no longer reads it.
    Fix: write the object in Explicit VR Little Endian, 1.2.840.10008.1.2.1.
    """
    if meta.text(TRANSFER_SYNTAX) == BIG_ENDIAN:
        yield meta.defect(expected="Little Endian", actual=BIG_ENDIAN, child="(0002,0010)")


@rule("DICOM-FILE-02", over=file_meta, verifies=("DCM-F02",))
def meta_group_length_wrong(meta: Item) -> Iterator[Defect]:
    """File Meta Information Group Length (0002,0000) is present.

    Why: it is Type 1; readers use it to find where the data set starts.
    Fix: write (0002,0000) first, with the number of bytes of group 0002 that follow it.
    """
    if 0x00020000 not in meta.elements:
        yield meta.defect(expected="UL", child="(0002,0000)")


@rule("DICOM-FILE-22", over=whole_file, verifies=("DCM-F02",))
def meta_group_length_differs(file: Part10) -> Iterator[Defect]:
    """File Meta Information Group Length (0002,0000) counts the bytes of group 0002.

    Why: a reader that trusts a wrong length starts reading the data set in the wrong place.
    Fix: recompute (0002,0000) after the last change of group 0002.
    """
    yield from problems(file, "meta-length")


@rule("DICOM-FILE-03", over=file_meta, verifies=("DCM-F03", "DRIM-A-FMT-01"))
def meta_version_wrong(meta: Item) -> Iterator[Defect]:
    """File Meta Information Version (0002,0001) is 00 01.

    Why: it is the version of the file format; there is no other.
    Fix: write the two bytes 00 01 in (0002,0001).
    """
    version = meta.elements.get(VERSION)
    found = version.raw.hex(" ") if version is not None else None
    if found != "00 01":
        yield meta.defect(expected="00 01", actual=found, child="(0002,0001)")


@rule("DICOM-FILE-04", over=whole_file, verifies=("DCM-F04", "DRIM-A-FMT-02"))
def media_storage_class_differs(file: Part10) -> Iterator[Defect]:
    """Media Storage SOP Class UID (0002,0002) equals SOP Class UID (0008,0016).

    Why: readers choose how to read the object by the first and judge it by the second.
    Fix: copy (0008,0016) into (0002,0002).
    """
    yield from _differs(file, MEDIA_CLASS, SOP_CLASS, "(0002,0002)")


@rule("DICOM-FILE-05", over=whole_file, verifies=("DCM-F05", "DRIM-A-FMT-02"))
def media_storage_instance_differs(file: Part10) -> Iterator[Defect]:
    """Media Storage SOP Instance UID (0002,0003) equals SOP Instance UID (0008,0018).

    Why: the object would have two identities, and archives index one or the other.
    Fix: copy (0008,0018) into (0002,0003).
    """
    yield from _differs(file, MEDIA_INSTANCE, SOP_INSTANCE, "(0002,0003)")


def _differs(file: Part10, meta_tag: int, data_tag: int, child: str) -> Iterator[Defect]:
    expected, found = file.dataset.text(data_tag), file.meta.text(meta_tag)
    if not found or (expected and found != expected):
        yield file.meta.defect(expected=expected or "UID", actual=found or None, child=child)


@rule("DICOM-FILE-18", over=file_meta, verifies=("DCM-F06-ENC", "DRIM-A-FMT-03"))
def transfer_syntax_for_pixels(meta: Item) -> Iterator[Defect]:
    """The transfer syntax is not one of compressed pixel data.

    Why: the object has no pixel data; a reader may not support that compression.
    Fix: write the object in Explicit VR Little Endian, 1.2.840.10008.1.2.1.
    """
    found = meta.text(TRANSFER_SYNTAX)
    if found.startswith(ENCAPSULATED):
        yield meta.defect(expected="1.2.840.10008.1.2.1", actual=found, child="(0002,0010)")


@rule("DICOM-FILE-07", over=file_meta, verifies=("DCM-F07", "DRIM-A-FMT-06"))
def implementation_class_absent(meta: Item) -> Iterator[Defect]:
    """Implementation Class UID (0002,0012) is present and is a UID.

    Why: it is Type 1, and names the software that wrote the file when something is wrong.
    Fix: write the UID of the implementation in (0002,0012).
    """
    found = meta.text(IMPLEMENTATION_CLASS)
    if not is_uid(found):
        yield meta.defect(expected="UID", actual=found or None, child="(0002,0012)")


@rule("DICOM-FILE-08", over=whole_file, verifies=("DCM-F08",))
def meta_in_implicit_vr(file: Part10) -> Iterator[Defect]:
    """Group 0002 is in Explicit VR Little Endian, whatever the data set is in.

    Why: a reader learns the transfer syntax of the data set from it, so must know its own.
    Fix: write group 0002 in Explicit VR Little Endian.
    """
    yield from problems(file, "meta-implicit")


@rule("DICOM-FILE-13", over=whole_file, verifies=("DCM-F13",))
def bytes_after_the_last_element(file: Part10) -> Iterator[Defect]:
    """Nothing follows the last data element but Data Set Trailing Padding (FFFC,FFFC).

    Why: readers may take what follows for an element, and archives store it for nothing.
    Fix: end the file with its last element, or put the padding into (FFFC,FFFC).
    """
    yield from problems(file, "trailing")
