"""What a scenario is: its place among the test subjects, what it needs, what it comes after."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from validators.model import Text

MARK = "drim_scenario"
SOURCE, CONSO = "source", "conso"


@dataclass(frozen=True, slots=True)
class Scenario:
    """A scenario by its id.

    ``subject`` is the letter of the Projectathon test subject, "" where the homologation data
    imply it. ``needs`` names what the system must have: keys of its role in ``sut.toml``,
    capabilities. ``after`` names scenarios that must have been green. ``acts`` are what it asks of
    the system that no protocol asks for.
    """

    id: str
    role: str
    title: Text
    subject: str = ""
    needs: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    acts: tuple[str, ...] = ()
    long: bool = False
    """Whether it takes minutes: it runs when it is named, or with --scope all."""

    @property
    def mark(self) -> str:
        """What its messages and requests carry: 8 characters at most (MSH-10)."""
        return self.id.upper().replace("-", "")[:8]


SCENARIOS: dict[str, Scenario] = {}


def scenario(
    name: str, *, role: str, en: str, fr: str, **more: Any
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Make a test of a function: the scenario of this id. Raises ValueError for an id twice."""
    if name in SCENARIOS:
        raise ValueError(f"two scenarios {name}")
    made = Scenario(name, role, Text(en, fr), **more)
    SCENARIOS[name] = made

    def mark(function: Callable[..., None]) -> Callable[..., None]:
        marked: Callable[..., None] = pytest.mark.drim_scenario(made)(function)
        return marked

    return mark
