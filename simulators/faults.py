"""A fault: the one thing that a peer does wrong when it is asked to, by its name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

Rewrite = Callable[[bytes], bytes]

SIMULATORS = ("wado-server", "wado-client", "psc", "dmp", "pacs", "ris", "allowlist")


class UnknownFault(Exception):
    """No simulator has a fault of this name; the message is one line."""


def everywhere(_request: bytes) -> bool:
    """Every exchange."""
    return True


@dataclass(frozen=True, slots=True)
class Fault:
    """One effect of one peer.

    ``effect`` is a line that says what the other side sees. ``breaks`` names the requirement,
    ``seen_by`` the rule that must see it; both are empty where the effect is legal and only
    uncommon, so that it is the other side that is tried. Of how it comes about, one is set:
    ``rewrite`` changes the bytes of a message that this peer sends (over HTTP, those that answer a
    request for which ``at`` holds), and raises ValueError where it finds nothing to change;
    ``adjust`` changes what a message is made from, before it is; ``pace`` is the pause in seconds
    between two bytes of a body.
    """

    name: str
    simulator: str
    effect: str
    breaks: str = ""
    seen_by: str = ""
    rewrite: Rewrite | None = None
    adjust: Callable[[Any], Any] | None = None
    at: Callable[[bytes], bool] = everywhere
    pace: float = 0.0


def faults() -> Iterator[Fault]:
    """Every fault, by simulator."""
    for simulator in SIMULATORS:
        yield from import_module(f"simulators.{simulator.replace('-', '_')}.faults").FAULTS


def named(names: Sequence[str]) -> tuple[Fault, ...]:
    """The faults of these names. Raises UnknownFault."""
    if not names:
        return ()
    known = {one.name: one for one in faults()}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise UnknownFault(f"unknown fault {unknown[0]!r}; see: drimcheck simulate --list-faults")
    return tuple(known[name] for name in names)
