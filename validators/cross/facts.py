"""What a document says that others say too: its facts, each with its place."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from validators.model import Node

ROLES = ("kos", "cda", "hl7", "xds", "image", "fhir")
"""The parts that documents play in a comparison."""


class Fact(NamedTuple):
    """A value and where it stands in its document."""

    value: str
    path: str
    offset: int | None = None
    line: int | None = None


def fact(node: Node, value: str, child: str = "") -> Fact:
    """A fact at a node, or at its child."""
    path = node.separator.join(step for step in (node.path, child) if step)
    return Fact(value, path, node.place_of(child), node.line)


class Facts:
    """The facts of one document, by field; empty values are no facts.

    ``parent`` is the name of the document that holds this one, "" for a file of its own.
    ``problem`` says why it could not be read as its kind.
    """

    def __init__(self, name: str, role: str, parent: str = "") -> None:
        self.name = name
        self.role = role
        self.parent = parent
        self.problem = ""
        self._fields: dict[str, list[Fact]] = {}

    def add(self, field: str, *facts: Fact) -> None:
        found = [one for one in facts if one.value]
        if found:
            self._fields.setdefault(field, []).extend(found)

    def get(self, field: str) -> list[Fact]:
        return self._fields.get(field, [])

    def values(self, field: str) -> list[str]:
        return [one.value for one in self.get(field)]

    def first(self, field: str) -> str:
        found = self.get(field)
        return found[0].value if found else ""

    def narrowed(self, studies: Iterable[str]) -> Facts:  # noqa: ARG002 - for subclasses
        """The facts as far as they concern these studies."""
        return self

    @property
    def fields(self) -> Iterable[str]:
        return self._fields.keys()
