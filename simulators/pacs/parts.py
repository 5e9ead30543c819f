"""The parts of a multipart/related payload that holds DICOM files (PS3.18 8.6, RFC 2046 5.1)."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import Message

MOST_PARTS = 10_000
MOST_HEAD = 8192
LONGEST_BOUNDARY = 70


class Refused(Exception):
    """The request cannot be taken: ``status`` says how HTTP tells it."""

    def __init__(self, status: int, explanation: str) -> None:
        super().__init__(explanation)
        self.status = status
        self.explanation = explanation


def boundary_of(content_type: str) -> bytes:
    """The boundary of the payload. Raises Refused: 415 for another type, 400 without boundary."""
    head = Message()
    head["Content-Type"] = content_type
    if head.get_content_type() != "multipart/related":
        raise Refused(415, "the payload shall be multipart/related")
    kind = head.get_param("type", "application/dicom")
    if str(kind).lower() != "application/dicom":
        raise Refused(415, "the parts shall be application/dicom")
    boundary = head.get_boundary("")
    if not 0 < len(boundary) <= LONGEST_BOUNDARY or not boundary.isascii():
        raise Refused(400, "no boundary that RFC 2046 allows")
    return boundary.encode()


def parts(content: bytes, boundary: bytes) -> Iterator[bytes]:
    """The content of each part. Raises Refused where the payload does not hold together."""
    delimiter = b"\r\n--" + boundary
    # The first delimiter may be the first line, without a line end before it.
    at = 0 if content.startswith(delimiter[2:]) else content.find(delimiter) + 2
    if at < 2 and not content.startswith(delimiter[2:]):
        raise Refused(400, "no part")
    at += len(delimiter) - 2
    for number in range(MOST_PARTS):
        if content.startswith(b"--", at):
            if not number:
                raise Refused(400, "no part")
            return
        end_of_line = content.find(b"\r\n", at)
        body = content.find(b"\r\n\r\n", max(end_of_line, 0), at + MOST_HEAD)
        stop = content.find(delimiter, body + 4 if body >= 0 else at)
        if end_of_line < 0 or body < 0 or stop < 0:
            raise Refused(400, "a part has no end")
        yield content[body + 4 : stop]
        at = stop + len(delimiter)
    raise Refused(413, f"more than {MOST_PARTS} parts")
