"""The kinds of document that the judge knows: how each is recognised and read.

The rules of a kind are registered when it is first asked for: a command that judges one kind does
not read those of the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module

from validators.engine import Subject
from validators.reading.dicom import Buffer


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of document. ``recognises`` says "" for a document of the kind, else what it is.

    ``embeds`` names the kinds of document that one may hold.
    """

    name: str
    load: Callable[[Buffer], Subject]
    recognises: Callable[[Buffer], str]
    embeds: tuple[str, ...] = ()


_MODULES = {
    "kos": "validators.kos.subject",
    "hl7": "validators.hl7v2.subject",
    "cda": "validators.cda",
    # A stored archive shows the metadata inside: its own mark is looked for first.
    "xdm": "validators.xdm",
    "xds": "validators.xds",
    "allowlist": "validators.allowlist",
    "request": "validators.wado",
    "response": "validators.wado.response",
    "call": "validators.call",
    "iid": "validators.iid",
    "psc": "validators.psc",
    "dmp": "validators.dmp",
    "scenario": "validators.scenario",
}
"""The module that loads and recognises each kind; importing it registers the rules."""
_EMBEDS = {
    "hl7": ("cda",),
    "xdm": ("xds", "kos", "cda"),
    "xds": ("kos", "cda"),
    "dmp": ("xds",),
}


class _Kinds(Mapping[str, Kind]):
    """The kinds by name, in the order in which a document is recognised."""

    def __getitem__(self, name: str) -> Kind:
        module = import_module(_MODULES[name])
        return Kind(name, module.load, module.recognises, _EMBEDS.get(name, ()))

    def __iter__(self) -> Iterator[str]:
        return iter(_MODULES)

    def __len__(self) -> int:
        return len(_MODULES)


KINDS: Mapping[str, Kind] = _Kinds()

CROSS = "cross"
"""The kind of the rules between documents, which no single file is of."""
JUDGED = (*KINDS, CROSS)
"""All that rules are asked of."""


def register(*names: str) -> None:
    """Register the rules of these kinds, of all where none is named. Raises KeyError."""
    for name in names or JUDGED:
        import_module("validators.cross" if name == CROSS else _MODULES[name])


def with_embedded(names: Iterable[str]) -> list[Kind]:
    """The kinds of these names, then those that their documents may hold, each once."""
    found = dict.fromkeys(names)
    waiting = list(found)
    while waiting:
        for name in KINDS[waiting.pop(0)].embeds:
            if name not in found:
                found[name] = None
                waiting.append(name)
    return [KINDS[name] for name in found]
