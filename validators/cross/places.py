"""Defects that show both sides: two places, two values."""

from __future__ import annotations

from collections.abc import Sequence

from validators.cross.facts import Fact, Facts
from validators.model import Defect, shown

MANY = 5
"""Values of the other side that a defect lists; the rest are counted."""


def place(document: str, fact: Fact) -> str:
    """Where a fact stands: document, then place."""
    return f"{document} {fact.path}".strip()


def differing(
    left: Facts, fact: Fact, right: Facts, others: Sequence[Fact], steps: tuple[str, ...]
) -> Defect:
    """A value of the left document that is none of those of the right one."""
    values = list(dict.fromkeys(one.value for one in others))
    listed = " | ".join(values[:MANY])
    if len(values) > MANY:
        listed += f" … ({len(values)})"
    return Defect(
        path=place(left.name, fact),
        expected=shown(listed),
        actual=shown(fact.value),
        offset=fact.offset,
        line=fact.line,
        against=place(right.name, others[0]) if others else right.name,
        normalised=steps,
    )


def missing(left: Facts, field: str, right: Facts, other: Fact, steps: tuple[str, ...]) -> Defect:
    """A value of the right document that the left one lacks."""
    return Defect(
        path=f"{left.name} {field}",
        expected=shown(other.value),
        actual=None,
        against=place(right.name, other),
        normalised=steps,
    )
