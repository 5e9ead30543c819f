"""What is sent: parts one after the other, and errors (PS3.18 8.6; DRIM-M C.2 and C.3)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from anyio.to_thread import run_sync
from starlette.responses import PlainTextResponse, Response, StreamingResponse

PIECE = 1 << 18
"""How much of a file is in memory at a time, in bytes: the socket holds as much again."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a multipart: its type, its URL; its content as bytes, or in a file of ``size``."""

    content_type: str
    location: str
    content: bytes | Path
    size: int

    def head(self, boundary: str) -> bytes:
        return (
            f"--{boundary}\r\nContent-Type: {self.content_type}\r\n"
            f"Content-Length: {self.size}\r\nContent-Location: {self.location}\r\n\r\n"
        ).encode()

    def pieces(self) -> Iterator[bytes]:
        if isinstance(self.content, bytes):
            yield self.content
            return
        with open(self.content, "rb", buffering=0) as stream:
            while piece := stream.read(PIECE):
                yield piece


class Refused(Exception):
    """The request gets a status and one line that says why, in place of what it asked for."""

    def __init__(self, status: int, reason: str, **headers: str) -> None:
        super().__init__(reason)
        self.status = status
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}

    def response(self) -> Response:
        return PlainTextResponse(f"{self}\n", self.status, headers=self.headers)


def related(parts: Iterator[Part], root: str, syntax: str, length: int | None) -> Response:
    """A multipart/related of the parts, made as they are sent.

    ``syntax`` is the transfer syntax that all of them have, "" where it differs; ``length`` the
    bytes of heads and contents where they are known before, else it is sent in chunks.
    """
    boundary = uuid4().hex
    announced = f" transfer-syntax={syntax};" if syntax else ""
    headers = {"Content-Type": f'multipart/related; type="{root}";{announced} boundary={boundary}'}
    if length is not None:
        headers["Content-Length"] = str(length + len(boundary) + 6)
    return StreamingResponse(_body(parts, boundary, made=length is None), headers=headers)


async def _body(parts: Iterator[Part], boundary: str, *, made: bool) -> AsyncIterator[bytes]:
    """The bytes of the parts; those that must be made are so in a thread, one at a time."""
    while part := await run_sync(next, parts, None) if made else next(parts, None):
        yield part.head(boundary)
        for piece in part.pieces():
            yield piece
        yield b"\r\n"
    yield f"--{boundary}--\r\n".encode()


def length_of(parts: Sequence[Part]) -> int:
    """The bytes of these parts with their delimiters, but for the last one."""
    mark = "0" * 32
    return sum(len(one.head(mark)) + one.size + 2 for one in parts)


def alone(part: Part) -> Response:
    """One part as the whole body."""
    headers = {
        "Content-Type": part.content_type,
        "Content-Length": str(part.size),
        "Content-Location": part.location,
    }
    return StreamingResponse(_pieces(part), headers=headers)


async def _pieces(part: Part) -> AsyncIterator[bytes]:
    for piece in part.pieces():
        yield piece
