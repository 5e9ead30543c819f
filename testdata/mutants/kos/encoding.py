"""Mutants of the file format, the encoding and the value representations."""

from __future__ import annotations

from collections.abc import Callable

from pydicom import Dataset

from testdata.mutants.catalogue import Mutant
from testdata.mutants.kos.attributes import INSTANCE, SERIES, SIGNATURE
from testdata.mutants.kos.changes import assign, both, delete, put
from testdata.mutants.rewriting import Rewrite

META = 132


def _swap(old: bytes, new: bytes, count: int = 1) -> Rewrite:
    """Replace bytes that are there, without changing any length."""

    def rewrite(raw: bytes) -> bytes:
        if old not in raw:
            raise ValueError(f"no {old!r} in the file")
        return raw.replace(old, new, count)

    return rewrite


def _explicit(group: int, number: int, vr: bytes, value: bytes) -> bytes:
    """A short element in Explicit VR Little Endian."""
    head = group.to_bytes(2, "little") + number.to_bytes(2, "little") + vr
    return head + len(value).to_bytes(2, "little") + value


def _meta(change: Callable[[Dataset], None]) -> Rewrite:
    """Change group 0002, which the library would put right when it writes."""

    def rewrite(raw: bytes) -> bytes:
        from testdata.kos import read

        meta = read(raw).file_meta
        length = 12 + int(meta.FileMetaInformationGroupLength)
        change(meta)
        body = b"".join(
            _meta_element(element.tag.element, element.VR, element.value)
            for element in meta
            if element.tag.element != 0
        )
        count = _explicit(2, 0, b"UL", len(body).to_bytes(4, "little"))
        return raw[:META] + count + body + raw[META + length :]

    return rewrite


def _meta_element(number: int, vr: str, value: object) -> bytes:
    raw = value if isinstance(value, bytes) else str(value).encode()
    raw += (b"\0" if vr in ("UI", "OB") else b" ") * (len(raw) % 2)
    if vr == "OB":
        head = (2).to_bytes(2, "little") + number.to_bytes(2, "little") + b"OB\0\0"
        return head + len(raw).to_bytes(4, "little") + raw
    return _explicit(2, number, vr.encode(), raw)


def _implicit_meta(raw: bytes) -> bytes:
    """Group 0002 in Implicit VR."""
    from testdata.kos import read

    meta = read(raw).file_meta
    length = 12 + int(meta.FileMetaInformationGroupLength)
    body = b""
    for element in meta:
        if element.tag.element:
            value = element.value
            data = value if isinstance(value, bytes) else str(value).encode()
            data += b"\0" * (len(data) % 2)
            body += b"\2\0" + element.tag.element.to_bytes(2, "little")
            body += len(data).to_bytes(4, "little") + data
    count = b"\2\0\0\0" + (4).to_bytes(4, "little") + len(body).to_bytes(4, "little")
    return raw[:META] + count + body + raw[META + length :]


def _without_group_length(raw: bytes) -> bytes:
    return raw[:META] + raw[META + 12 :]


def _before_last_of_group_8(element: bytes) -> Rewrite:
    """Put an element in front of Patient's Name."""

    def rewrite(raw: bytes) -> bytes:
        place = raw.index(b"\x10\0\x10\0PN")
        return raw[:place] + element + raw[place:]

    return rewrite


def _first(element: bytes) -> Rewrite:
    """Put an element at the start of the data set."""

    def rewrite(raw: bytes) -> bytes:
        place = raw.index(b"\x08\0\x05\0CS")
        return raw[:place] + element + raw[place:]

    return rewrite


def _odd(raw: bytes) -> bytes:
    """Manufacturer with an odd length."""
    place = raw.index(b"\x08\0\x70\0LO")
    length = int.from_bytes(raw[place + 6 : place + 8], "little")
    value = raw[place + 8 : place + 8 + length].rstrip()
    value += b"X" * (1 - len(value) % 2)
    head = raw[place : place + 6] + len(value).to_bytes(2, "little")
    return raw[:place] + head + value + raw[place + 8 + length :]


def _deflated(raw: bytes) -> bytes:
    """The data set deflated, as its transfer syntax says (PS3.5 A.5)."""
    import zlib

    changed = _meta(assign("TransferSyntaxUID", "1.2.840.10008.1.2.1.99"))(raw)
    start = META + 12 + int.from_bytes(changed[META + 8 : META + 12], "little")
    deflater = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return changed[:start] + deflater.compress(changed[start:]) + deflater.flush()


def _as_unknown(raw: bytes) -> bytes:
    """Manufacturer stored as UN."""
    place = raw.index(b"\x08\0\x70\0LO")
    length = int.from_bytes(raw[place + 6 : place + 8], "little")
    head = raw[place : place + 4] + b"UN\0\0" + length.to_bytes(4, "little")
    return raw[:place] + head + raw[place + 8 :]


def _prefixed(document: Dataset, where: str, keyword: str, blank: str) -> None:
    from testdata.mutants.kos.changes import at

    value = str(getattr(at(document, where), keyword))
    assign(f"{where}.{keyword}", blank + value)(document)


MUTANTS = (
    Mutant("file-without-dicm", "drim-m", "DICOM-FILE-01", rewrite=_swap(b"DICM", b"DICX")),
    Mutant("file-cut", "drim-m", "DICOM-FILE-14", rewrite=lambda raw: raw[:-40]),
    Mutant("file-deflated", "drim-m", "DICOM-FILE-06", rewrite=_deflated),
    Mutant(
        "file-big-endian", "drim-m", "DICOM-FILE-21",
        rewrite=_meta(assign("TransferSyntaxUID", "1.2.840.10008.1.2.2")),
    ),
    Mutant("file-group-length-absent", "drim-m", "DICOM-FILE-02", rewrite=_without_group_length),
    Mutant(
        "file-group-length-wrong", "drim-m", "DICOM-FILE-22",
        rewrite=lambda raw: raw[: META + 8] + b"\1\0\0\0" + raw[META + 12 :],
    ),
    Mutant("file-version", "drim-m", "DICOM-FILE-03",
           rewrite=_meta(assign("FileMetaInformationVersion", b"\0\2"))),
    Mutant("file-media-class", "drim-m", "DICOM-FILE-04",
           rewrite=_meta(assign("MediaStorageSOPClassUID", "1.2.840.10008.5.1.4.1.1.2"))),
    Mutant("file-media-instance", "drim-m", "DICOM-FILE-05",
           rewrite=_meta(assign("MediaStorageSOPInstanceUID", "2.25.1"))),
    Mutant("file-encapsulated", "drim-m", "DICOM-FILE-18",
           rewrite=_meta(assign("TransferSyntaxUID", "1.2.840.10008.1.2.4.50"))),
    Mutant("file-implementation-absent", "drim-m", "DICOM-FILE-07",
           rewrite=_meta(delete("ImplementationClassUID"))),
    Mutant("file-meta-implicit", "drim-m", "DICOM-FILE-08", rewrite=_implicit_meta),
    Mutant("file-trailing-zeros", "drim-m", "DICOM-FILE-13", rewrite=lambda raw: raw + bytes(16)),
    Mutant(
        "order", "drim-m", "DICOM-ENC-01",
        rewrite=_before_last_of_group_8(_explicit(0x0008, 0x0005, b"CS", b"ISO_IR 100")),
    ),
    Mutant("odd-length", "drim-m", "DICOM-ENC-02", rewrite=_odd),
    Mutant("uid-padded-with-space", "drim-m", "DICOM-ENC-03",
           rewrite=_swap(b"2.840.10008.5.1.4.1.1.2\0", b"2.840.10008.5.1.4.1.1.2 ")),
    Mutant("text-padded-with-nul", "drim-m", "DICOM-ENC-04",
           rewrite=_swap(b"DRIMCHECK ", b"DRIMCHECK\0", 2)),
    Mutant("group-0006", "drim-m", "DICOM-ENC-05",
           rewrite=_first(_explicit(0x0006, 0x0001, b"LO", b"ALPHA ")),
           also={"DICOM-VR-16": "no element of group 0006 is in the data dictionary",
                 "KOS-IOD-01": "nor is it in the IOD"}),
    Mutant("group-length", "drim-m", "DICOM-ENC-06",
           rewrite=_first(_explicit(0x0008, 0x0000, b"UL", b"\0\1\0\0")),
           also={"KOS-IOD-01": "a group length is no attribute of the IOD"}),
    Mutant("private-without-creator", "private", "DICOM-ENC-07",
           lambda document: document.__delitem__((0x0011, 0x0010))),
    Mutant("vr-wrong", "drim-m", "DICOM-VR-01",
           rewrite=_swap(b"\x10\0\x20\0LO", b"\x10\0\x20\0SH")),
    Mutant("vr-unknown", "drim-m", "DICOM-VR-15", rewrite=_as_unknown),
    Mutant("tag-unknown", "drim-m", "DICOM-VR-16", put(0x00101111, "LO", "ALPHA"),
           also={"KOS-IOD-01": "what is in no dictionary is in no IOD"}),
    Mutant("uid-leading-zero", "drim-m", "DICOM-VR-02",
           assign(f"{SIGNATURE}.DigitalSignatureUID", "1.02.3")),
    Mutant("uid-dicom-root", "drim-m", "DICOM-VR-17",
           both(assign("SOPInstanceUID", "1.2.840.10008.99.1"),
                lambda document: setattr(document.file_meta, "MediaStorageSOPInstanceUID",
                                         "1.2.840.10008.99.1"))),
    Mutant("date-impossible", "drim-m", "DICOM-VR-03", assign("PatientBirthDate", "19960134")),
    Mutant("time-with-colons", "drim-m", "DICOM-VR-04", assign("StudyTime", "08:30:00")),
    Mutant("date-time-malformed", "drim-m", "DICOM-VR-05",
           assign(f"{SIGNATURE}.DigitalSignatureDateTime", "2026-11-24")),
    Mutant("integer-too-large", "drim-m", "DICOM-VR-06",
           assign(f"{INSTANCE}.InstanceNumber", "4294967296")),
    Mutant("decimal-with-comma", "mado", "DICOM-VR-18",
           assign("ContentSequence[-1].ContentSequence[-1].ContentSequence[6]."
                  "MeasuredValueSequence[0].NumericValue", "1,0")),
    Mutant("code-string-lower-case", "xds-i-b", "DICOM-VR-07",
           assign("ContentTemplateSequence[0].MappingResource", "dcmr"),
           also={"KOS-TID-17": "the template is named by this code string"}),
    Mutant("ae-of-spaces", "xds-i-b", "DICOM-VR-19", assign(f"{SERIES}.RetrieveAETitle", "  "),
           also={"KOS-EVD-10E": "a title of spaces is no title"}),
    Mutant("uri-with-space", "mado", "DICOM-VR-12",
           assign(f"{SERIES}.RetrieveURL", "https://imaging.example.org/dicom web")),
    Mutant("uri-leading-blank", "drim-m", "DICOM-VR-22",
           lambda document: _prefixed(document, SERIES, "RetrieveURL", "\n  ")),
    Mutant("two-birth-dates", "drim-m", "DICOM-VR-09",
           assign("PatientBirthDate", "19790328\\19790329")),
    Mutant("study-id-too-long", "drim-m", "DICOM-VR-08", assign("StudyID", "12345678901234567")),
    Mutant("name-of-six-components", "drim-m", "DICOM-VR-10",
           assign("ReferringPhysicianName", "A^B^C^D^E^F")),
    Mutant("name-of-one-component", "drim-m", "DICOM-VR-20",
           assign("ReferringPhysicianName", "EXEMPLE")),
    Mutant("charset-unknown", "selection", "DICOM-CHR-01",
           assign("SpecificCharacterSet", "ISO_IR 999")),
    Mutant("charset-undeclared", "selection", "DICOM-CHR-02",
           both(assign("StudyDescription", "Crâne"), delete("SpecificCharacterSet"))),
    Mutant("text-undecodable", "selection", "DICOM-CHR-03",
           rewrite=_swap(b"Examen Alpha", b"Examen Alph\xe9")),
    Mutant("control-character", "drim-m", "DICOM-CHR-04", assign("Manufacturer", "DRIM\x07CHECK")),
    Mutant("line-break", "drim-m", "DICOM-CHR-05", assign("Manufacturer", "DRIM\nCHECK")),
    Mutant("leading-space", "drim-m", "DICOM-CHR-06", assign("Manufacturer", "  DRIMCHECK")),
)  # fmt: skip
