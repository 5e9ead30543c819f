"""A WADO-RS request as its rules look at it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property

from validators.engine import Embedded
from validators.model import Node
from validators.reading.dicom import Buffer
from validators.reading.http import START, Header, HttpHead, read_request
from validators.rules import rules_for
from validators.wado.accept import MediaRange, media_ranges
from validators.wado.manifest import Manifest
from validators.wado.target import Target, target

rule = rules_for("request")

DICOM = "application/dicom"


class Request:
    """A request and, when it was given, the manifest that it follows.

    ``captured`` says that the bytes are those of the wire: a text that somebody saved may have
    other line ends, and no end.
    """

    def __init__(
        self, head: HttpHead, manifest: Manifest | None = None, *, captured: bool = False
    ) -> None:
        self.head = head
        self.manifest = manifest
        self.captured = captured
        self.given = frozenset({"kos"} if manifest else ())
        self.embedded: list[Embedded] = []

    def release(self) -> None:
        """Nothing holds itself."""

    @property
    def unread(self) -> str:
        return self.head.limit

    @property
    def method(self) -> str:
        return self.head.start[0]

    @cached_property
    def target(self) -> Target:
        """The target, blanks inside it included."""
        return target(" ".join(self.head.start[1:-1]))

    @cached_property
    def ranges(self) -> list[MediaRange]:
        return list(media_ranges(self.head.all("Accept")))

    @cached_property
    def health(self) -> bool:
        """Whether this is the health check of a service: JSON of the base URI (C-HLT-01)."""
        asked = {one.media_type for one in self.ranges}
        return (
            not self.target.level
            and "application/json" in asked
            and self.head.first("KOS-SOPInstanceUID") is None
        )

    @cached_property
    def capabilities(self) -> bool:
        """Whether this asks for the description of the service (C-OPT-01)."""
        return self.method == "OPTIONS"

    @property
    def retrieves(self) -> bool:
        return not (self.health or self.capabilities)

    @property
    def of_instances(self) -> bool:
        """Whether instances are asked for, or frames as the official client asks for them."""
        return self.retrieves and not self.target.modifier

    @property
    def whole_instances(self) -> bool:
        """Whether DICOM files are asked for."""
        return self.of_instances and (
            self.target.level != "frames" or any(one.root_type == DICOM for one in self.ranges)
        )


class Step(Node):
    """A part of the target."""

    __slots__ = ("name", "request", "value")

    def __init__(self, request: Request, name: str, value: str) -> None:
        self.request = request
        self.name = name
        self.value = value

    @property
    def path(self) -> str:
        return f"{START} {self.name}".rstrip()

    @property
    def line(self) -> int:
        return 1

    @property
    def place(self) -> int:
        return self.request.head.offset


class Beside(Node):
    """A header, with the request that it is judged against."""

    __slots__ = ("header", "request")

    def __init__(self, request: Request, header: Header) -> None:
        self.request = request
        self.header = header

    @property
    def path(self) -> str:
        return self.header.path

    @property
    def line(self) -> int:
        return self.header.line

    @property
    def place(self) -> int:
        return self.header.offset


def read(buffer: Buffer, *, manifest: Manifest | None = None, captured: bool = False) -> Request:
    """Read a request. Never raises for its content."""
    return Request(read_request(buffer), manifest, captured=captured)


def load(buffer: Buffer) -> Request:
    """Read a request that somebody saved as text."""
    return read(buffer)


def recognises(buffer: Buffer) -> str:
    """The mark that is missing, GET; "" for an HTTP request."""
    line = bytes(buffer[:4096]).partition(b"\n")[0]
    return "" if re.match(rb"[A-Z]{3,7} \S.* HTTP/[0-9.]+\r?$", line) else "GET"


def whole(request: Request) -> Iterable[HttpHead]:
    return (request.head,)


def retrieves(request: Request) -> Iterable[Step]:
    """The target of a request that retrieves."""
    return (Step(request, "", request.target.text),) if request.retrieves else ()


def any_target(request: Request) -> Iterable[Step]:
    return (Step(request, "", request.target.text),)


def whole_retrievals(request: Request) -> Iterable[HttpHead]:
    """The head of a request that retrieves."""
    return (request.head,) if request.retrieves else ()


def ranges(request: Request) -> Iterable[MediaRange]:
    return request.ranges if request.retrieves else ()


def accepts(request: Request) -> Iterable[Beside]:
    """The Accept header of a request that retrieves, the first where there are several."""
    found = request.head.first("Accept")
    return (Beside(request, found),) if request.retrieves and found and request.ranges else ()


def health_checks(request: Request) -> Iterable[HttpHead]:
    return (request.head,) if request.health else ()


def instance_ranges(request: Request) -> Iterable[MediaRange]:
    """The media ranges of a request for DICOM files."""
    return request.ranges if request.whole_instances else ()
