"""A contextual call as its rules look at it: an HTTP request and the form in its body."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cached_property
from urllib.parse import unquote_plus, unquote_to_bytes

from validators.engine import Embedded
from validators.model import Node
from validators.reading import limits
from validators.reading.dicom import Buffer
from validators.reading.http import HttpHead, read_request
from validators.rules import rules_for

rule = rules_for("call")


class Parameter(Node):
    """A parameter of the form; ``number`` counts those of its name from 1 on."""

    __slots__ = ("name", "number", "offset", "raw")

    def __init__(self, name: str, raw: str, number: int, offset: int) -> None:
        self.name = name
        self.raw = raw
        self.number = number
        self.offset = offset

    @property
    def path(self) -> str:
        return f"body {self.name}" if self.number == 1 else f"body {self.name}[{self.number}]"

    @property
    def place(self) -> int:
        return self.offset

    @property
    def value(self) -> str:
        return unquote_plus(self.raw)

    @property
    def utf8(self) -> bool:
        """Whether the value is percent-encoded UTF-8."""
        try:
            unquote_to_bytes(self.raw.encode("latin_1")).decode("utf-8")
        except UnicodeDecodeError:
            return False
        return not re.search(r"%(?![0-9A-Fa-f]{2})", self.raw)


class Call(Node):
    """A call. ``captured`` is false: the text may be one that somebody saved."""

    given: frozenset[str] = frozenset()
    embedded: Sequence[Embedded] = ()
    captured = False

    def __init__(self, head: HttpHead, body: bytes) -> None:
        self.head = head
        self.body = body

    def release(self) -> None:
        """Nothing holds itself."""

    @property
    def path(self) -> str:
        return "body"

    @property
    def place(self) -> int:
        return self.head.end

    @property
    def unread(self) -> str:
        if len(self.body) > limits.MAX_FORM_BYTES:
            return f"MAX_FORM_BYTES {limits.MAX_FORM_BYTES}"
        if self.body.count(b"&") > limits.MAX_FORM_PARAMETERS:
            return f"MAX_FORM_PARAMETERS {limits.MAX_FORM_PARAMETERS}"
        return self.head.limit

    @cached_property
    def parameters(self) -> list[Parameter]:
        counts: dict[str, int] = {}
        found, position = [], self.head.end
        for pair in self.body.decode("latin_1").split("&"):
            text = pair.strip("\r\n")
            name, _, raw = text.partition("=")
            if text:
                name = unquote_plus(name)
                counts[name] = counts.get(name, 0) + 1
                found.append(Parameter(name, raw, counts[name], position))
            position += len(pair) + 1
        return found

    def first(self, name: str) -> Parameter | None:
        return next((one for one in self.parameters if one.name == name), None)


def load(buffer: Buffer) -> Call:
    """Read a call. Never raises for its content."""
    head = read_request(buffer)
    return Call(head, bytes(buffer[head.end : head.end + limits.MAX_FORM_BYTES + 1]))


def recognises(buffer: Buffer) -> str:
    """The mark that is missing, POST; "" for a POST of a form with an identity."""
    head = bytes(buffer[: limits.MAX_SNIFFED_BYTES])
    found = re.match(rb"POST \S+ HTTP/[0-9.]+\r?\n", head) and b"Patient.identifier" in head
    return "" if found else "POST"


def whole(call: Call) -> Iterable[HttpHead]:
    return (call.head,)


def forms(call: Call) -> Iterable[Call]:
    return (call,)


def parameters(call: Call) -> Iterable[Parameter]:
    return call.parameters
