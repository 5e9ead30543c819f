"""A conforming document that mutants are made from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Base:
    """Its kind, the profile under which it conforms, and how it is made: the same bytes always.

    ``inputs`` are the values of the run that its judgement needs: trust anchors, for example.
    ``beside`` are the files that it is judged with, by a path whose first part is their role;
    ``role`` is then its own.
    """

    kind: str
    profile: str
    make: Callable[[], bytes]
    inputs: Mapping[str, object] = field(default_factory=dict)
    role: str = ""
    beside: Callable[[], Mapping[str, bytes]] = dict
