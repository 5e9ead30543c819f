"""Mutants of the answer to the request of a series: multipart, parts, instances.

A name that begins with n and a number is that of a fault known from the field (bank N01 to N40).
"""

from __future__ import annotations

from collections.abc import Callable

from pydicom.uid import UID

from testdata.exams import exam
from testdata.kos import read, write
from testdata.mutants.catalogue import Mutant
from testdata.mutants.wire.changes import body, header, in_header, swap
from testdata.mutants.wire.response_bases import angiogram, lossless
from testdata.wire.response import (
    LOSSLESS_SYNTAX,
    SIZE,
    SYNTAX,
    boundary,
    location,
    lossless_part,
    lossy_part,
    part,
)

ALPHA = exam("alpha")
STUDY = ALPHA.study
FIRST, SECOND = STUDY.series
MARK = boundary(ALPHA).encode()
OPEN, CLOSE = b"--" + MARK, b"--" + MARK + b"--\r\n"
TYPE = b"Content-Type: application/dicom;transfer-syntax=1.2.840.10008.1.2.1\r\n"
EXPLICIT, IMPLICIT = b"1.2.840.10008.1.2.1\0", b"1.2.840.10008.1.2\0"


def of(content: bytes, name: str) -> bytes:
    """A part as the generator writes it, its delimiter first."""
    head = f"Content-Length: {len(content)}\r\nContent-Location: {name}\r\n\r\n"
    return OPEN + b"\r\n" + TYPE + head.encode() + content + b"\r\n"


def first() -> bytes:
    return part(ALPHA, STUDY, FIRST, 1)


def also_sent(content: Callable[[], bytes], name: str) -> Callable[[bytes], bytes]:
    """One more part at the end."""
    return body(lambda raw: raw.replace(CLOSE, of(content(), name) + CLOSE))


def first_instead(change: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    """Another content of the first part, in chunks."""
    return body(lambda raw: raw.replace(first(), change(first()), 1))


def in_first(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    """A change inside the first part that keeps its length."""
    if len(old) != len(new):
        raise ValueError("another length")
    return body(lambda raw: raw.replace(first(), first().replace(old, new), 1))


def in_compressed(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    def change(raw: bytes) -> bytes:
        one = lossless_part(ALPHA, STUDY, FIRST, 1)
        return raw.replace(one, one.replace(old, new), 1)

    return body(change)


def in_angiogram(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    def change(raw: bytes) -> bytes:
        one = angiogram()
        made = lossy_part(one, one.study, one.study.series[0], 1)
        if old not in made:
            raise ValueError(f"no {old!r}")
        return raw.replace(made, made.replace(old, new), 1)

    return body(change)


def implicit(raw: bytes, *, announced: bool) -> bytes:
    """The data set in Implicit VR; group 0002 says so, or does not."""
    document = read(raw)
    document.file_meta.TransferSyntaxUID = UID("1.2.840.10008.1.2")
    made = write(document)
    if announced:
        return made
    made = made.replace(b"UI\x12\0" + IMPLICIT, b"UI\x14\0" + EXPLICIT, 1)
    length = int.from_bytes(made[140:144], "little") + 2
    return made[:140] + length.to_bytes(4, "little") + made[144:]


def _implicit_part(raw: bytes) -> bytes:
    head, _, rest = raw.partition(first())
    head = head.replace(b"1.2.840.10008.1.2.1", b"1.2.840.10008.1.2")
    return head + implicit(first(), announced=True) + rest


def _without_pixels(raw: bytes) -> bytes:
    return raw[: raw.rindex(b"\xe0\x7f\x10\x00")]


def _collision(raw: bytes) -> bytes:
    """The delimiter in the pixels of the first part, in place."""
    at = raw.index(first()) + len(first()) - 4000
    found = b"\r\n" + OPEN + b"\r\n"
    return raw[:at] + found + raw[at + len(found) :]


def _of_another_class(raw: bytes) -> bytes:
    one = first().replace(b"1.2.840.10008.5.1.4.1.1.2\0", b"1.2.840.10008.5.1.4.1.1.4\0")
    return raw.replace(first(), one)


def _prefixed(raw: bytes) -> bytes:
    """A line that only begins with the delimiter, in the pixels of the first part."""
    at = raw.index(first()) + len(first()) - 4000
    found = b"\r\n" + OPEN + b"xyz"
    return raw[:at] + found + raw[at + len(found) :]


def _new_uid() -> str:
    """A UID as long as that of the first instance."""
    known = FIRST.instances[0]
    return known[:-3] + ("111" if known[-3:] != "111" else "112")


def _renamed() -> bytes:
    return first().replace(FIRST.instances[0].encode(), _new_uid().encode())


TWO_TYPES = "the type of the parts is then not the announced one either"
LENGTH = b"Content-Length: %d\r\n"
ROWS = b"\x28\0\x10\0US\2\0"

MULTIPART = (
    Mutant("n38c-login-page", "wado-response", "WADO-RES-02",
           rewrite=header("Content-Type", "text/html")),
    Mutant("login-page-without-request", "wado-response-alone", "WADO-RES-02",
           rewrite=header("Content-Type", "text/html")),
    Mutant("n35c-octets-announced", "wado-response", "WADO-RES-02",
           rewrite=in_header("Content-Type", 'type="application/dicom"',
                             'type="application/octet-stream"'),
           also={"WADO-WR21": TWO_TYPES}),
    Mutant("n35a-type-parameter-absent", "wado-response", "WADO-WR20",
           rewrite=in_header("Content-Type", ' type="application/dicom";', "")),
    Mutant("type-parameter-twice", "wado-response", "WADO-WR20-ONCE",
           rewrite=in_header("Content-Type", "; boundary", '; type="application/dicom"; boundary')),
    Mutant("n35b-boundary-absent", "wado-response", "WADO-WR22",
           rewrite=in_header("Content-Type", f"; boundary={MARK.decode()}", "")),
    Mutant("boundary-of-stars", "wado-response", "WADO-WR22-CHARS",
           rewrite=lambda raw: raw.replace(MARK, b"*" * len(MARK))),
    Mutant("n03-boundary-to-quote", "wado-response", "WADO-WR22-QUOTED",
           rewrite=lambda raw: raw.replace(MARK, b"=" * len(MARK))),
    Mutant("frames-of-another-type-announced", "answer-frames", "WADO-WR21",
           rewrite=in_header("Content-Type", 'type="application/octet-stream"',
                             'type="image/jls"')),
    Mutant("n35d-start-names-no-part", "wado-response", "WADO-WR24",
           rewrite=in_header("Content-Type", "; boundary", '; start="<a@b>"; boundary')),
    Mutant("preamble", "wado-response", "WADO-WR25",
           rewrite=body(lambda raw: b"This is a multipart.\r\n" + raw)),
    Mutant("n07-line-before-the-first-delimiter", "wado-response", "WADO-WR25",
           rewrite=body(lambda raw: b"\r\n\r\n" + raw)),
    Mutant("epilogue", "wado-response", "WADO-WR25", rewrite=body(lambda raw: raw + b"The end.")),
    Mutant("n05a-empty-line-twice", "wado-response-chunked", "WADO-WR25-HEAD",
           rewrite=first_instead(lambda one: b"\r\n" + one)),
    Mutant("n05b-headers-in-the-content", "answer-frames-compressed", "WADO-WR25-HEAD",
           rewrite=swap(b"\r\n\r\n", b"\r\n\r\nContent-ID: <a@b>\r\n\r\n"),
           also={"WADO-WP02": "the headers left in the content are not counted",
                 "WADO-WB05": "nor is the content a stream with them"}),
    Mutant("n08a-lf-only", "wado-response", "WADO-WR26",
           rewrite=body(lambda raw: raw.replace(b"\r\n--" + MARK, b"\n--" + MARK))),
    Mutant("lf-in-the-headers-of-a-part", "wado-response", "WADO-WR26",
           rewrite=swap(TYPE, TYPE.replace(b"\r\n", b"\n"))),
    Mutant("n08b-no-close", "wado-response", "WADO-WR27",
           rewrite=body(lambda raw: raw.replace(b"\r\n" + CLOSE, b""))),
    Mutant("n06a-delimiter-in-the-pixels", "wado-response", "WADO-WR28",
           rewrite=body(_collision)),
    Mutant("n06b-boundary-in-the-pixels", "wado-response-chunked", "WADO-WR28",
           rewrite=body(_prefixed)),
    Mutant("no-part", "wado-response", "WADO-WR29", rewrite=body(lambda _: CLOSE)),
    Mutant("part-empty", "wado-response", "WADO-WR29-EMPTY",
           rewrite=also_sent(bytes, location(ALPHA, STUDY, FIRST, 1))),
)  # fmt: skip

PARTS = (
    Mutant("part-type-absent", "wado-response", "WADO-WP01",
           rewrite=swap(b"\r\nContent-Type: ", b"\r\nX-Type: ")),
    Mutant("part-syntax-twice", "wado-response", "WADO-WP01-ONCE",
           rewrite=swap(TYPE, TYPE[:-2] + b";transfer-syntax=1.2.840.10008.1.2.1\r\n")),
    Mutant("part-type-twice", "wado-response", "WADO-WP01-ONCE", rewrite=swap(TYPE, TYPE + TYPE)),
    Mutant("part-header-without-colon", "wado-response", "WADO-WP01-HEADER",
           rewrite=swap(TYPE, TYPE + b"X-No-Colon\r\n")),
    Mutant("n31b-part-length-with-line-end", "wado-response", "WADO-WP02",
           rewrite=swap(LENGTH % len(first()), LENGTH % (len(first()) + 2))),
    Mutant("part-length-absent", "wado-response", "WADO-WP02-ABSENT",
           rewrite=swap(b"\r\nContent-Length: ", b"\r\nX-Length: ")),
    Mutant("part-location-absent", "wado-response", "WADO-WP03",
           rewrite=swap(b"\r\nContent-Location: ", b"\r\nX-Location: ")),
    Mutant("part-location-of-another", "wado-response", "WADO-WP03-TARGET",
           rewrite=swap(FIRST.instances[0].encode() + b"\r\n",
                        FIRST.instances[1].encode() + b"\r\n")),
    Mutant("part-in-base64", "wado-response", "WADO-WP04",
           rewrite=swap(TYPE, TYPE + b"Content-Transfer-Encoding: base64\r\n")),
    Mutant("part-encoding-binary", "wado-response", "WADO-WP04-HEADER",
           rewrite=swap(TYPE, TYPE + b"Content-Transfer-Encoding: binary\r\n")),
    Mutant("n04-single-part-for-a-series", "wado-response", "WADO-WP15",
           rewrite=lambda raw: header("Content-Type", "application/dicom; "
                                      f"transfer-syntax={SYNTAX}")(body(lambda _: first())(raw)),
           also={"WADO-RES-02": "it is no multipart",
                 "WADO-WR02": "the other instances are missing"}),
    Mutant("n14b-syntax-not-as-announced", "wado-response", "WADO-WP07",
           rewrite=swap(b"transfer-syntax=1.2.840.10008.1.2.1",
                        b"transfer-syntax=1.2.840.10008.1.2.4.70")),
    Mutant("n14a-any-syntax-announced", "wado-response", "WADO-WP07-ANY",
           rewrite=in_header("Content-Type", f"transfer-syntax={SYNTAX}", "transfer-syntax=*")),
    Mutant("n14c-compressed-syntax-not-announced", "wado-response-lossless", "WADO-WP07-ABSENT",
           rewrite=lambda raw: in_header("Content-Type", f"transfer-syntax={LOSSLESS_SYNTAX};", "")(
               swap(f";transfer-syntax={LOSSLESS_SYNTAX}".encode(), b"", 10)(raw))),
)  # fmt: skip

INSTANCES = (
    Mutant("n34-part-without-preamble", "wado-response-chunked", "WADO-WP05",
           rewrite=first_instead(lambda one: one[132:])),
    Mutant("part-without-syntax", "wado-response-chunked", "WADO-WP05",
           rewrite=first_instead(lambda one: one.replace(b"\2\0\x10\0UI\x14\0",
                                                         b"\2\0\x11\0UI\x14\0"))),
    Mutant("part-in-implicit-vr", "wado-response-chunked", "WADO-WP06",
           rewrite=body(_implicit_part)),
    Mutant("n09-syntax-not-accepted", "wado-response-lossless", "WADO-RES-05",
           rewrite=body(lambda raw: raw.replace(b"1.2.840.10008.1.2.4.80",
                                                b"1.2.840.10008.1.2.4.81"))),
    Mutant("n13-compressed-unasked", "wado-response-plain", "WADO-WP08",
           rewrite=lambda _: lossless()),
    Mutant("n33-implicit-vr-under-explicit", "wado-response-chunked", "WADO-WP09",
           rewrite=first_instead(lambda one: implicit(one, announced=False))),
    Mutant("meta-of-another-instance", "wado-response", "WADO-WP10",
           rewrite=body(lambda raw: raw.replace(first(), first().replace(
               FIRST.instances[0].encode(), _new_uid().encode(), 1)))),
    Mutant("n32a-instance-of-another-series", "wado-response", "WADO-RES-07",
           rewrite=also_sent(lambda: part(ALPHA, STUDY, SECOND, 2),
                             location(ALPHA, STUDY, SECOND, 2))),
    Mutant("n32b-instance-twice", "wado-response", "WADO-RES-06",
           rewrite=also_sent(first, location(ALPHA, STUDY, FIRST, 1))),
    Mutant("n32c-instance-not-in-the-manifest", "wado-response", "WADO-RES-06-KOS",
           rewrite=also_sent(_renamed, f"{ALPHA.retrieve_url(STUDY, FIRST)}"
                             f"/instances/{_new_uid()}")),
    Mutant("class-not-that-of-the-manifest", "wado-response", "WADO-WP10-CLASS",
           rewrite=body(_of_another_class)),
    Mutant("n27-instance-missing", "wado-response", "WADO-WR02",
           rewrite=body(lambda raw: raw[: raw.rindex(OPEN + b"\r\n")] + CLOSE)),
    Mutant("image-without-ins", "wado-response", "WADO-RES-08",
           rewrite=in_first(b"TEXT", b"RFID")),
    Mutant("image-without-pixels", "wado-response-chunked", "WADO-WP12",
           rewrite=first_instead(_without_pixels)),
    Mutant("pixels-of-another-length", "wado-response", "WADO-WP12-LENGTH",
           rewrite=in_first(ROWS + SIZE.to_bytes(2, "little"),
                            ROWS + (SIZE - 1).to_bytes(2, "little"))),
    Mutant("fragments-not-ended", "wado-response-lossless", "WADO-WP12-FRAGMENTS",
           rewrite=in_compressed(b"\xfe\xff\xdd\xe0\0\0\0\0", b"")),
    Mutant("frames-of-another-number", "wado-response-lossy", "WADO-WP12-FRAMES",
           rewrite=in_angiogram(b"\x28\0\x08\0IS\2\x0012", b"\x28\0\x08\0IS\2\x0011")),
    Mutant("codestream-of-another-syntax", "wado-response-lossless", "WADO-WP12-CODESTREAM",
           rewrite=body(lambda raw: raw.replace(b"1.2.840.10008.1.2.4.80",
                                                b"1.2.840.10008.1.2.4.70"))),
    Mutant("loss-not-told", "wado-response-lossy", "WADO-WP13",
           rewrite=in_angiogram(b"\x28\0\x10\x21CS\2\x0001", b"\x28\0\x10\x21CS\2\x0000")),
    Mutant("photometric-of-another-syntax", "wado-response-lossy", "WADO-WP14",
           rewrite=in_angiogram(b"MONOCHROME2 ", b"YBR_RCT     ")),
)  # fmt: skip

MUTANTS = (*MULTIPART, *PARTS, *INSTANCES)
