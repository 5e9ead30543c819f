"""Every mutant of every kind of document, and how it is made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from types import ModuleType

from testdata.kos import read, write
from testdata.mutants.base import Base
from testdata.mutants.kos.changes import Change


@dataclass(frozen=True, slots=True)
class Mutant:
    """One defect: ``change`` makes it in a DICOM data set, or ``rewrite`` in the bytes.

    ``kills`` is the rule that must see it; ``also`` the rules that see it too, each with the
    reason why the defect cannot be made without it. ``beside`` are files that stand instead of
    those that the base is judged with.
    """

    name: str
    base: str
    kills: str
    change: Change | None = None
    rewrite: Callable[[bytes], bytes] | None = None
    also: Mapping[str, str] = field(default_factory=dict)
    beside: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        return bases()[self.base].kind

    @property
    def profile(self) -> str:
        return bases()[self.base].profile

    def make(self) -> bytes:
        """The mutant as a file; the same bytes every time."""
        raw = base(self.base)
        if self.change is not None:
            document = read(raw)
            self.change(document)
            raw = write(document)
        return self.rewrite(raw) if self.rewrite is not None else raw


MODULES = {
    "kos": ("encoding", "attributes", "identity", "evidence", "content", "library"),
    "hl7": ("message", "document"),
    "cda": ("header", "elements", "sections", "body"),
    "xds": ("metadata", "content"),
    "xdm": ("layout", "content"),
    "allowlist": ("domains", "signature"),
    "cross": ("fields", "exam"),
    "wire": ("request", "transfer", "response", "answers"),
    "calls": ("viewer", "contextual"),
    "conversation": ("psc", "dmp", "vihf"),
    "scenario": ("outcomes",),
}
"""The modules of mutants of each package, beside its ``bases``."""


@cache
def bases() -> dict[str, Base]:
    """The bases by name. Raises ValueError when two have one name."""
    found: dict[str, Base] = {}
    for package in MODULES:
        made = import_module(f"testdata.mutants.{package}.bases").BASES
        repeated = found.keys() & made.keys()
        if repeated:
            raise ValueError(f"bases of one name: {', '.join(sorted(repeated))}")
        found |= made
    return found


@cache
def base(name: str) -> bytes:
    """The conforming document of this name, as a file."""
    return bases()[name].make()


@cache
def mutants() -> tuple[Mutant, ...]:
    """The mutants of every kind. Raises ValueError when two of a kind have one name."""
    found = tuple(one for module in _modules() for one in module.MUTANTS)
    counted = Counter((one.kind, one.name) for one in found)
    repeated = [f"{kind}/{name}" for (kind, name), count in counted.items() if count > 1]
    if repeated:
        raise ValueError(f"mutants of one name: {', '.join(repeated)}")
    return found


def _modules() -> Iterator[ModuleType]:
    for package, names in MODULES.items():
        for name in names:
            yield import_module(f"testdata.mutants.{package}.{name}")
