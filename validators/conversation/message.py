"""One direction of an exchange: head, body, and what the body is read as."""

from __future__ import annotations

import json
import zlib
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl

from lxml import etree

from validators.model import Node
from validators.reading import limits
from validators.reading.dicom import Buffer
from validators.reading.http import HttpHead
from validators.reading.http_body import read_body
from validators.reading.limits import MAX_XML_BYTES
from validators.reading.xml import XmlNode
from validators.xds.transport import Package, unpack

CODINGS = ("gzip", "x-gzip", "deflate")
FORM = "application/x-www-form-urlencoded"


class WireXml(XmlNode):
    """An element of a body: its path begins with the message, ``#4 request /Envelope/Body``."""

    __slots__ = ("where",)

    def __init__(self, element: etree._Element, where: str) -> None:
        super().__init__(element)
        self.where = where

    @property
    def path(self) -> str:
        return f"{self.where} {super().path}"

    def all(self, path: str) -> list[XmlNode]:
        return [WireXml(one.element, self.where) for one in super().all(path)]

    def first(self, path: str) -> XmlNode | None:
        found = super().first(path)
        return None if found is None else WireXml(found.element, self.where)


class Room:
    """How much of the compressed bodies of a conversation may still be inflated."""

    def __init__(self) -> None:
        self.left = limits.MAX_BODIES_BYTES

    def inflated(self, raw: bytes) -> bytes | None:
        """What gzip or deflate holds; None where it is neither, is cut, or passes the room."""
        for bits in (zlib.MAX_WBITS | 32, -zlib.MAX_WBITS):
            if self.left <= 0:
                break
            stream = zlib.decompressobj(bits)
            try:
                found = stream.decompress(raw, self.left)
            except zlib.error:
                continue
            self.left -= len(found)
            return found if stream.eof else None
        return None


class Message(Node):
    """A request or a response; ``room`` is that of its conversation."""

    separator = " "

    def __init__(self, where: str, head: HttpHead, raw: Buffer, room: Room) -> None:
        self.where = where
        self.head = head
        self._raw = raw
        self._room = room

    @property
    def path(self) -> str:
        return self.where

    def header(self, name: str) -> str:
        return self.head.value(name)

    @property
    def media_type(self) -> str:
        """The type of the body without its parameters, in lower case."""
        return self.header("Content-Type").partition(";")[0].strip().lower()

    @property
    def _coding(self) -> str:
        return self.header("Content-Encoding").strip().lower()

    @property
    def opaque(self) -> bool:
        """Whether the body has a content coding that was not decoded here."""
        return self._coding not in ("", "identity") and self._decoded is None

    @cached_property
    def body(self) -> bytes:
        """The body, its coding undone; as it was sent where that cannot be."""
        return self._sent if self._decoded is None else self._decoded

    @cached_property
    def _decoded(self) -> bytes | None:
        if self._coding in ("", "identity"):
            return self._sent
        return self._room.inflated(self._sent) if self._coding in CODINGS else None

    @cached_property
    def _sent(self) -> bytes:
        """The body of the message; cut where it passes the limit of an XML document."""
        lengths = [one.value for one in self.head.all("Content-Length")]
        codings = [one.value for one in self.head.all("Transfer-Encoding")]
        found = read_body(self._raw, self.head.end, lengths, codings)
        return bytes(found.read(0, min(found.length, MAX_XML_BYTES + 1)))

    @cached_property
    def form(self) -> dict[str, list[str]]:
        """The parameters of a form; none where the body is no form."""
        if len(self.body) > limits.MAX_TEXT_BYTES:
            return {}
        return parameters(self.body.decode("latin_1"))

    @cached_property
    def json(self) -> dict[str, Any]:
        """The JSON object of the body; empty where it is none."""
        return json_object(self.body)

    @cached_property
    def package(self) -> Package:
        """The body as SOAP, in a multipart message or bare."""
        return unpack(self.entity)

    @property
    def entity(self) -> bytes:
        """The body as a MIME entity, with its Content-Type where it is multipart."""
        if not self.media_type.startswith("multipart/"):
            return self.body
        return f"Content-Type: {self.header('Content-Type')}\r\n\r\n".encode("latin_1") + self.body

    @cached_property
    def xml(self) -> WireXml | None:
        """The root element of the body; None where it is no XML."""
        root = self.package.xml.root
        return None if root is None else WireXml(root.element, self.where)


def parameters(text: str) -> dict[str, list[str]]:
    """The values of each parameter of a query or form; none where there are too many."""
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=limits.MAX_PARAMETERS)
    except ValueError:
        return {}
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


def json_object(raw: bytes) -> dict[str, Any]:
    """A JSON object; empty where the bytes are none, or too many, or nested too deep."""
    if len(raw) > limits.MAX_TEXT_BYTES:
        return {}
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
