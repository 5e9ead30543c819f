"""Ways to change one thing in the multipart of an answer, whatever its boundary."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from typing import NamedTuple

from pydicom import Dataset, dcmread
from pydicom.uid import UID, ImplicitVRLittleEndian, RLELossless

from simulators.faults import Rewrite
from testdata.mutants.wire.changes import body, header

_BOUNDARY = re.compile(rb"(?i)\r\ncontent-type: multipart/related;[^\r\n]*boundary=([^;\r\n]+)")
_LENGTH = re.compile(rb"(?i)(content-length: )[0-9]+")


class Piece(NamedTuple):
    """A part of a body: its head without the empty line after it, its content."""

    head: bytes
    content: bytes

    def with_content(self, content: bytes) -> Piece:
        """Another content; Content-Length follows."""
        length = f"{len(content)}".encode()
        return Piece(_LENGTH.sub(lambda found: found[1] + length, self.head), content)


def mark_of(raw: bytes) -> bytes:
    """The boundary of a multipart. Raises ValueError where it is none."""
    found = _BOUNDARY.search(raw.partition(b"\r\n\r\n")[0])
    if found is None:
        raise ValueError("no multipart")
    return found[1]


def in_parts(change: Callable[[list[Piece]], list[Piece]]) -> Rewrite:
    """Change the parts of a multipart; the length of the whole follows."""

    def rewrite(raw: bytes) -> bytes:
        mark = mark_of(raw)
        return body(lambda found: _joined(mark, change(_split(mark, found))))(raw)

    return rewrite


def _split(mark: bytes, found: bytes) -> list[Piece]:
    pieces = (b"\r\n" + found).split(b"\r\n--" + mark)[1:-1]
    heads = (one[2:].partition(b"\r\n\r\n") for one in pieces)
    return [Piece(head, content) for head, _, content in heads]


def _joined(mark: bytes, parts: list[Piece]) -> bytes:
    sent = [b"--" + mark + b"\r\n" + one.head + b"\r\n\r\n" + one.content for one in parts]
    return b"\r\n".join((*sent, b"--" + mark + b"--\r\n"))


def in_first(change: Callable[[Piece], Piece]) -> Rewrite:
    """Change the first part."""
    return in_parts(lambda parts: [change(parts[0]), *parts[1:]])


def in_file(change: Callable[[bytes], bytes]) -> Rewrite:
    """Change the content of the first part, and its length with it."""
    return in_first(lambda one: one.with_content(change(one.content)))


def in_pixels(found: Callable[[bytes], bytes]) -> Rewrite:
    """Put bytes made from the boundary into the last part, in the place of as many."""

    def rewrite(raw: bytes) -> bytes:
        put = found(mark_of(raw))
        end = raw.rindex(b"\r\n--" + mark_of(raw))
        at = end - 1000 - len(put)
        return raw[:at] + put + raw[at + len(put) :]

    return rewrite


def alone(raw: bytes) -> bytes:
    """The first part as the whole body."""
    mark = mark_of(raw)
    made = body(lambda found: _split(mark, found)[0].content)(raw)
    content = BytesIO(made.partition(b"\r\n\r\n")[2])
    syntax = dcmread(content, stop_before_pixels=True).file_meta.TransferSyntaxUID
    return header("Content-Type", f"application/dicom; transfer-syntax={syntax}")(made)


def edited(change: Callable[[Dataset], None]) -> Callable[[bytes], bytes]:
    """A file with its data set changed."""

    def edit(raw: bytes) -> bytes:
        document = dcmread(BytesIO(raw))
        change(document)
        out = BytesIO()
        document.save_as(out, enforce_file_format=True)
        return out.getvalue()

    return edit


def compressed(raw: bytes) -> bytes:
    """Every part in RLE Lossless, announced as such."""

    def change(one: Piece) -> Piece:
        made = edited(lambda document: document.compress(RLELossless))(one.content)
        head = one.head.replace(b"1.2.840.10008.1.2.1", RLELossless.encode())
        return Piece(head, b"").with_content(made)

    head, empty, rest = in_parts(lambda parts: [change(one) for one in parts])(raw).partition(
        b"\r\n\r\n"
    )
    return head.replace(b"1.2.840.10008.1.2.1;", RLELossless.encode() + b";") + empty + rest


def implicit(raw: bytes) -> bytes:
    """A file in Implicit VR whose meta information says Explicit VR."""

    def change(document: Dataset) -> None:
        document.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian

    made = edited(change)(raw)
    begun = made.index(b"\2\0\x10\0UI")
    end = begun + 8 + int.from_bytes(made[begun + 6 : begun + 8], "little")
    explicit = b"1.2.840.10008.1.2.1\0"
    element = b"\2\0\x10\0UI" + len(explicit).to_bytes(2, "little") + explicit
    length = int.from_bytes(made[140:144], "little") + len(element) - (end - begun)
    return made[:140] + length.to_bytes(4, "little") + made[144:begun] + element + made[end:]


def renamed(document: Dataset) -> None:
    """Another UID of the instance, in the data set and in group 0002."""
    document.SOPInstanceUID = UID("2.25.1")
    document.file_meta.MediaStorageSOPInstanceUID = UID("2.25.1")


def of_another_series(document: Dataset) -> None:
    document.SeriesInstanceUID = UID("2.25.1")
