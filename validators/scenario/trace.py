"""The trace of a scenario: what was expected, and each thing that happened, in JSON.

A scenario writes it and judges nothing. ``expected`` names studies, series and instances by their
UIDs; ``steps`` are in the order in which they happened.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from validators.engine import Embedded
from validators.model import Node
from validators.reading import limits
from validators.reading.dicom import Buffer
from validators.rules import Selector, rules_for

rule = rules_for("scenario")

PUBLICATION, DELETION, RETRIEVAL = "publication", "deletion", "retrieval"
STORED, PAGE, REQUEST, DISPLAY = "stored", "page", "request", "display"


class Step(Node):
    """Something that happened: ``number`` counts from 1."""

    __slots__ = ("number", "values")

    def __init__(self, number: int, values: Mapping[str, Any]) -> None:
        self.number = number
        self.values = values

    @property
    def path(self) -> str:
        return f"#{self.number} {self.what}"

    @property
    def what(self) -> str:
        return str(self.values.get("what", ""))

    def get(self, name: str) -> str:
        """A value as text; "" where it is not there."""
        found = self.values.get(name)
        return "" if found is None else str(found)

    def all(self, name: str) -> list[str]:
        found = self.values.get(name)
        return [str(one) for one in found] if isinstance(found, list) else []


class Expected(Node):
    """Something that a scenario expects, with all that happened."""

    __slots__ = ("name", "trace", "uid")

    def __init__(self, trace: Trace, name: str, uid: str) -> None:
        self.trace = trace
        self.name = name
        self.uid = uid

    @property
    def path(self) -> str:
        return f"{self.name} {self.uid}"


class Trace:
    """A trace. ``problem`` says why a document is none."""

    embedded: Sequence[Embedded] = ()

    def __init__(self, found: Mapping[str, Any], limit: str = "", problem: str = "") -> None:
        self.found = found
        self.unread = limit
        self.problem = problem
        self.given = frozenset({"display"} if self.steps(DISPLAY) else ())

    def release(self) -> None:
        """Nothing holds itself."""

    @cached_property
    def every(self) -> list[Step]:
        rows = self.found.get("steps")
        kept = [one for one in rows if isinstance(one, dict)] if isinstance(rows, list) else []
        return [Step(number, one) for number, one in enumerate(kept, start=1)]

    def steps(self, what: str, **values: str) -> list[Step]:
        """The steps of a kind that have these values."""
        return [
            one
            for one in self.every
            if one.what == what and all(one.get(name) == value for name, value in values.items())
        ]

    def expected(self, name: str) -> list[Expected]:
        wanted = self.found.get("expected")
        found = wanted.get(name) if isinstance(wanted, dict) else None
        return [Expected(self, name, str(one)) for one in found] if isinstance(found, list) else []


def expecting(name: str) -> Selector:
    """The selector of what a scenario expects under a name."""

    def select(trace: Trace) -> Iterable[Expected]:
        return trace.expected(name)

    return select


def happened(what: str, **values: str) -> Selector:
    """The selector of the steps of a kind."""

    def select(trace: Trace) -> Iterable[Step]:
        return trace.steps(what, **values)

    return select


def load(buffer: Buffer) -> Trace:
    """Read a trace. Never raises for its content."""
    if len(buffer) > limits.MAX_TRACE_BYTES:
        return Trace({}, f"MAX_TRACE_BYTES {limits.MAX_TRACE_BYTES}")
    try:
        found = json.loads(bytes(buffer))
    except (ValueError, RecursionError) as problem:
        return Trace({}, problem=str(problem))
    return Trace(found) if isinstance(found, dict) else Trace({}, problem="no object")


def recognises(buffer: Buffer) -> str:
    """The mark that is missing, SCENARIO; "" for a trace."""
    head = bytes(buffer[:200]).lstrip()
    return "" if head.startswith(b"{") and b'"scenario"' in head else "SCENARIO"
