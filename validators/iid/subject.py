"""A viewer link as its rules look at it: the URL and its parameters, each where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cached_property
from urllib.parse import SplitResult, unquote, urlsplit

from validators.engine import Embedded
from validators.model import Node
from validators.reading import limits
from validators.reading.dicom import Buffer
from validators.rules import rules_for

rule = rules_for("iid")

NAMES = ("requestType", "studyUID", "accessionNumber", "idCDA")
_ACCESSION = "accessionnumber"


class Parameter(Node):
    """A parameter of the query: ``value`` is decoded, ``raw`` as it stands."""

    __slots__ = ("name", "number", "raw")

    def __init__(self, name: str, raw: str, number: int) -> None:
        self.name = name
        self.raw = raw
        self.number = number

    @property
    def path(self) -> str:
        return self.name if self.number == 1 else f"{self.name}[{self.number}]"

    @property
    def value(self) -> str:
        return unquote(self.raw)


class Invocation(Node):
    """The link itself; ``unread`` says that it is too long to be one."""

    given: frozenset[str] = frozenset()
    embedded: Sequence[Embedded] = ()

    def __init__(self, raw: bytes) -> None:
        self.unread = ""
        if len(raw) > limits.MAX_URL_BYTES:
            self.unread = f"MAX_URL_BYTES {limits.MAX_URL_BYTES}"
            raw = b""
        self.text = raw.decode("utf-8", "replace").strip()

    def release(self) -> None:
        """Nothing holds itself."""

    @property
    def path(self) -> str:
        return ""

    @cached_property
    def url(self) -> SplitResult | None:
        try:
            parts = urlsplit(self.text)
            _ = parts.port
        except ValueError:
            return None
        return parts if parts.scheme in ("http", "https") and parts.hostname else None

    @cached_property
    def parameters(self) -> list[Parameter]:
        query = self.url.query if self.url else ""
        counts: dict[str, int] = {}
        found = []
        for pair in query.split("&"):
            name, _, raw = pair.partition("=")
            if pair:
                counts[name] = counts.get(name, 0) + 1
                found.append(Parameter(name, raw, counts[name]))
        return found

    def named(self, name: str) -> list[Parameter]:
        """The parameters of a name; those of the accession number in any case (D-CR-04)."""
        if name == "accessionNumber":
            return [one for one in self.parameters if one.name.lower() == _ACCESSION]
        return [one for one in self.parameters if one.name == name]


def load(buffer: Buffer) -> Invocation:
    """Read a link. Never raises for its content."""
    return Invocation(bytes(buffer[: limits.MAX_URL_BYTES + 1]))


def recognises(buffer: Buffer) -> str:
    """The mark that is missing, IHEInvokeImageDisplay; "" for a file of a viewer link alone."""
    head = bytes(buffer[: limits.MAX_URL_BYTES]).strip()
    found = re.fullmatch(rb"https?://\S*IHEInvokeImageDisplay\S*", head, re.IGNORECASE)
    return "" if found else "IHEInvokeImageDisplay"


def whole(one: Invocation) -> Iterable[Invocation]:
    return (one,)


def links(one: Invocation) -> Iterable[Invocation]:
    """The link, where it is a URL at all."""
    return (one,) if one.url else ()


def parameters(one: Invocation) -> Iterable[Parameter]:
    return one.parameters
