"""Every mutant of every kind of document, and how it is made."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from types import ModuleType

from testdata.kos import read, write
from testdata.mutants.base import Base
from testdata.mutants.changes import Change


@dataclass(frozen=True, slots=True)
class Mutant:
    """One defect: ``change`` makes it in a DICOM data set, or ``rewrite`` in the bytes.

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


@cache
def bases() -> dict[str, Base]:
    """The bases by name."""
    from testdata.mutants import kos_bases
    from testdata.mutants.cda import bases as cda
    from testdata.mutants.hl7 import bases as hl7
    from testdata.mutants.xds import bases as xds

    return {**kos_bases.BASES, **hl7.BASES, **cda.BASES, **xds.BASES}


@cache
def base(name: str) -> bytes:
    """The conforming document of this name, as a file."""
    return bases()[name].make()


@cache
def mutants() -> tuple[Mutant, ...]:
    """The mutants of every kind. Raises ValueError when two have one name."""
    found = tuple(one for module in _modules() for one in module.MUTANTS)
    names = [one.name for one in found]
    repeated = {name for name in names if names.count(name) > 1}
    if repeated:
        raise ValueError(f"mutants of one name: {', '.join(sorted(repeated))}")
    return found


def _modules() -> Iterator[ModuleType]:
    from testdata.mutants import attributes, content, encoding, evidence, identity, library

    yield from (encoding, attributes, identity, evidence, content, library)
    from testdata.mutants.hl7 import document, message

    yield from (message, document)
    from testdata.mutants.cda import body, elements, header, sections

    yield from (header, elements, sections, body)
    from testdata.mutants.xds import content as values
    from testdata.mutants.xds import metadata

    yield from (metadata, values)
