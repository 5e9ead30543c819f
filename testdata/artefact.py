"""A file of the test data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Artefact:
    """One file: where it goes, its kind, what it is in words, and its bytes when asked for."""

    path: str
    kind: str
    what: str
    make: Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file that is not made, and why."""

    path: str
    why: str
