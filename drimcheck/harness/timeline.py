"""What crossed a scenario, in the order of its end: messages of ours, requests of the system."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from drimcheck.simulate.ledger import Entry
from drimcheck.simulate.live import answered, short
from validators.model import Exchange, Step

if TYPE_CHECKING:
    from drimcheck.harness.happening import Happening

SUITE, SYSTEM = "suite", "system"
MOST = 200
"""Steps that a report shows; a scenario that sends more shows its first ones."""


def timeline(one: Happening) -> tuple[Step, ...]:
    """The exchanges of a scenario, ours and those that peers of ours answered."""
    found = [*_ours(one), *_theirs(one)]
    return tuple(sorted(found, key=lambda step: step.seconds or 0)[:MOST])


def _ours(one: Happening) -> Iterator[Step]:
    for peer, sent in one.sent.items():
        yield from _steps(one, peer, SUITE, sent, one.sent_at[peer])


def _theirs(one: Happening) -> Iterator[Step]:
    """What reached our peers: sent by the system, or by the browser of its user."""
    for name, peer in one.lab.peers.items():
        since = one.since(name)
        yield from _steps(one, name, SYSTEM, peer.exchanges[since:], peer.times[since:])


def _steps(
    one: Happening, peer: str, sender: str, exchanges: Sequence[Exchange], times: Sequence[float]
) -> Iterator[Step]:
    for number, (exchange, ended) in enumerate(zip(exchanges, times, strict=False), start=1):
        entry = Entry(peer, number, exchange)
        label = short(entry.name.removeprefix(f"{peer} {number} "))
        seconds = round(ended - one.began, 1)
        yield Step(peer, sender, label, answered(exchange), seconds, f"{one.name}: {entry.name}")
