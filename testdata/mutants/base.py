"""A conforming document that mutants are made from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Base:
    """Its kind, the profile under which it conforms, and how it is made: the same bytes always."""

    kind: str
    profile: str
    make: Callable[[], bytes]
