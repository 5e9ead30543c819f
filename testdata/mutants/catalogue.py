"""Every mutant of a KOS, and how it is made."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from testdata.kos import read, write
from testdata.mutants.bases import BASES, PROFILES, base
from testdata.mutants.changes import Change


@dataclass(frozen=True, slots=True)
class Mutant:
    """One defect: ``change`` makes it in the data set, or ``rewrite`` in the bytes.

    ``kills`` is the rule that must see it; ``also`` the rules that see it too, each with the
    reason why the defect cannot be made without it.
    """

    name: str
    base: str
    kills: str
    change: Change | None = None
    rewrite: Callable[[bytes], bytes] | None = None
    also: Mapping[str, str] = field(default_factory=dict)

    @property
    def profile(self) -> str:
        return PROFILES[self.base]

    def make(self) -> bytes:
        """The mutant as a file; the same bytes every time."""
        raw = base(self.base)
        if self.change is not None:
            document = read(raw)
            self.change(document)
            raw = write(document)
        return self.rewrite(raw) if self.rewrite is not None else raw


@cache
def mutants() -> tuple[Mutant, ...]:
    """The mutants of every part of a KOS. Raises ValueError when two have one name."""
    found = tuple(_all())
    names = [one.name for one in found]
    repeated = {name for name in names if names.count(name) > 1}
    if repeated:
        raise ValueError(f"mutants of one name: {', '.join(sorted(repeated))}")
    return found


def _all() -> Iterator[Mutant]:
    from testdata.mutants import attributes, content, encoding, evidence, identity, library

    for module in (encoding, attributes, identity, evidence, content, library):
        yield from module.MUTANTS


__all__ = ["BASES", "PROFILES", "Mutant", "mutants"]
