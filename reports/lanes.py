"""The picture of a scenario: a lane for each peer, a mark for each exchange."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from validators.model import ScenarioReport, Step

WIDTH, LANE, LEFT, RIGHT = 720, 26, 130, 14
"""Of the drawing, in its own units."""


class Mark(NamedTuple):
    """An exchange: where its mark is, whether something was found in it, what it is."""

    x: float
    y: float
    found: bool
    step: Step


class Lanes(NamedTuple):
    """The drawing of a scenario."""

    width: int
    height: int
    names: tuple[tuple[str, float], ...]
    marks: tuple[Mark, ...]
    seconds: float


def lanes(one: ScenarioReport, broken: Sequence[str]) -> Lanes:
    """The drawing; ``broken`` are the subjects in which something failed.

    Without times the marks stand in their order.
    """
    peers = list(dict.fromkeys(step.peer for step in one.timeline))
    times = [step.seconds for step in one.timeline]
    known = [time for time in times if time is not None]
    last = max(known, default=0.0)
    span = WIDTH - LEFT - RIGHT
    marks = []
    for number, step in enumerate(one.timeline):
        share = (step.seconds or 0) / last if last else number / max(1, len(times) - 1)
        found = any(name.startswith(step.subject) for name in broken)
        y = LANE * peers.index(step.peer) + LANE / 2
        marks.append(Mark(round(LEFT + share * span, 1), y, found, step))
    named = tuple((name, LANE * row + LANE / 2) for row, name in enumerate(peers))
    return Lanes(WIDTH, LANE * len(peers), named, tuple(marks), last)
