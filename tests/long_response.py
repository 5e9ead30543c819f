"""Responses of any length, written without holding them."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from testdata.exams import exam
from testdata.wire.response import boundary, location, part

ALPHA = exam("alpha")
FIRST = ALPHA.study.series[0]


def write_response(
    path: Path, parts: int, size: int, *, chunked: bool = False, block: bytes = b""
) -> None:
    """A response of about ``size`` bytes, all of them pixels but a few.

    The pixels are ``block`` again and again; without one they take no place on the disk.
    """
    raw = part(ALPHA, ALPHA.study, FIRST, 1)
    pixels = raw.rindex(b"\xe0\x7f\x10\x00")
    length = size // parts // 8192 * 8192
    mark = boundary(ALPHA).encode()
    with path.open("wb") as file:
        file.write(b'HTTP/1.1 200 OK\r\nContent-Type: multipart/related; type="application/dicom"')
        file.write(b"; boundary=" + mark + b"\r\n")
        file.write(b"Transfer-Encoding: chunked\r\n\r\n" if chunked else b"\r\n")
        for number in range(parts):
            uid = f"{FIRST.instances[0][:-4]}{1000 + number}".encode()
            head = raw[:pixels].replace(FIRST.instances[0].encode(), uid)
            place = location(ALPHA, ALPHA.study, FIRST, 1).encode()
            place = place.replace(FIRST.instances[0].encode(), uid)
            headers = b"Content-Type: application/dicom\r\nContent-Location: " + place
            head = b"--" + mark + b"\r\n" + headers + b"\r\n\r\n" + head
            head += raw[pixels : pixels + 8] + length.to_bytes(4, "little")
            if chunked:
                file.write(b"%x\r\n%b\r\n%x\r\n" % (len(head), head, length + 2))
            else:
                file.write(head)
            _fill(file, length, block)
            file.write(b"\r\n\r\n" if chunked else b"\r\n")
        end = b"--" + mark + b"--\r\n"
        file.write(b"%x\r\n%b\r\n0\r\n\r\n" % (len(end), end) if chunked else end)


def _fill(file: BinaryIO, length: int, block: bytes) -> None:
    if not block:
        file.seek(length, 1)
    while block and length:
        length -= file.write(block[:length])
