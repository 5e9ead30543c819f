"""Metadata in the DICOM JSON model, read within limits (PS3.18 F)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from validators.model import Node
from validators.reading import limits

TAG = re.compile(r"[0-9A-F]{8}")
_DECIMAL = re.compile(r"\s*[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?\s*")
TEXTS = frozenset(
    ["AE", "AS", "CS", "DA", "DT", "LO", "LT", "SH", "ST", "TM", "UC", "UI", "UR", "UT"]
)
NUMBERS = frozenset(["FL", "FD", "SL", "SS", "UL", "US"])
EITHER = frozenset(["DS", "IS", "SV", "UV"])
GROUPS = frozenset({"Alphabetic", "Ideographic", "Phonetic"})


class JsonProblem(NamedTuple):
    """Something wrong that only reading shows: ``kind`` is syntax, number, repeated or encoding."""

    kind: str
    expected: str
    actual: str | None


class JsonAttribute(Node):
    """An attribute of a data set: ``content`` is what stands under its tag."""

    __slots__ = ("above", "content", "tag")

    def __init__(self, above: str, tag: str, content: Any) -> None:
        self.above = above
        self.tag = tag
        self.content = content

    @property
    def path(self) -> str:
        return f"{self.above}.{self.tag}"

    @property
    def vr(self) -> str:
        found = self.content.get("vr") if isinstance(self.content, dict) else None
        return found if isinstance(found, str) else ""

    @property
    def values(self) -> list[Any]:
        found = self.content.get("Value") if isinstance(self.content, dict) else None
        return found if isinstance(found, list) else []


class JsonDataset(Node):
    """A data set: that of an instance, or an item."""

    __slots__ = ("_path", "content")

    def __init__(self, path: str, content: Any) -> None:
        self._path = path
        self.content = content

    @property
    def path(self) -> str:
        return self._path

    def text(self, tag: str) -> str:
        """The first value of an attribute; "" where it has none that is text."""
        found = self.content.get(tag) if isinstance(self.content, dict) else None
        values = found.get("Value") if isinstance(found, dict) else None
        first = values[0] if isinstance(values, list) and values else ""
        return first if isinstance(first, str) else ""


@dataclass(slots=True)
class Metadata:
    """Metadata as read: ``value`` is the document, None where it is no JSON."""

    value: Any = None
    problems: list[JsonProblem] = field(default_factory=list)
    instances: list[JsonDataset] = field(default_factory=list)
    datasets: list[JsonDataset] = field(default_factory=list)
    attributes: list[JsonAttribute] = field(default_factory=list)
    limit: str = ""

    def of_kind(self, *kinds: str) -> Iterator[JsonProblem]:
        return (one for one in self.problems if one.kind in kinds)


def read_metadata(raw: bytes) -> Metadata:
    """Read metadata. Never raises for what they hold."""
    found = Metadata()
    if len(raw) > limits.MAX_JSON_BYTES:
        found.limit = f"MAX_JSON_BYTES {limits.MAX_JSON_BYTES}"
        return found
    if sum(map(raw.count, (b",", b"[", b"{"))) > limits.MAX_JSON_VALUES:
        found.limit = f"MAX_JSON_VALUES {limits.MAX_JSON_VALUES}"
        return found
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        found.problems.append(JsonProblem("encoding", "UTF-8", raw[error.start : error.end].hex()))
        text = raw.decode("utf-8", "replace")
    _parse(found, text.removeprefix("\ufeff"))
    if found.value is not None and not found.limit:
        _walk(found)
    return found


def _parse(found: Metadata, text: str) -> None:
    def pairs(read: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(read)
        if len(made) < len(read):
            names = [name for name, _ in read]
            again = next(name for name in names if names.count(name) > 1)
            found.problems.append(JsonProblem("repeated", f"1 x {again}", f"{len(read)}"))
        return made

    def constant(name: str) -> None:
        found.problems.append(JsonProblem("number", "JSON", name))

    try:
        found.value = json.loads(text, object_pairs_hook=pairs, parse_constant=constant)
    except RecursionError:
        found.limit = f"MAX_DEPTH {limits.MAX_DEPTH}"
    except ValueError as error:
        found.problems.append(JsonProblem("syntax", "JSON", str(error)[:200]))


def _walk(found: Metadata) -> None:
    """List the data sets and attributes, items included, without recursion."""
    value = found.value
    roots = value if isinstance(value, list) else [value]
    found.instances = [JsonDataset(f"[{at}]", one) for at, one in enumerate(roots)]
    waiting = list(reversed(found.instances))
    while waiting:
        dataset = waiting.pop()
        found.datasets.append(dataset)
        if not isinstance(dataset.content, dict):
            continue
        for tag, content in dataset.content.items():
            one = JsonAttribute(dataset.path, tag, content)
            found.attributes.append(one)
            if one.vr == "SQ":
                waiting += [
                    JsonDataset(f"{one.path}[{at}]", item) for at, item in enumerate(one.values)
                ]
        if len(found.attributes) > limits.MAX_JSON_ATTRIBUTES:
            found.limit = f"MAX_JSON_ATTRIBUTES {limits.MAX_JSON_ATTRIBUTES}"
            return


def fits(vr: str, value: Any) -> bool:
    """Whether a value has the JSON type of its vr (PS3.18 Table F.2.3-1)."""
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if vr in TEXTS:
        return isinstance(value, str) and ("\\" not in value or vr in ("LT", "ST", "UT", "UR"))
    if vr in NUMBERS:
        return number
    if vr in EITHER:
        return number or (isinstance(value, str) and bool(_DECIMAL.fullmatch(value)))
    if vr == "AT":
        return isinstance(value, str) and bool(TAG.fullmatch(value))
    if vr == "PN":
        return isinstance(value, dict) and value.keys() <= GROUPS
    return isinstance(value, dict) if vr == "SQ" else False
