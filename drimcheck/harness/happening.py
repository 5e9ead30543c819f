"""What a scenario is made of while it happens: its trace, its peers, its time."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from drimcheck.harness.acts import ActFailed, Acts, Answer
from drimcheck.harness.lab import Lab
from drimcheck.harness.told import Told
from drimcheck.simulate.live import Known
from testdata.exam import Exam
from validators.model import Exchange, Text

POLL = 0.1


def unwatched(_count: int) -> None:
    """Nobody looks at how fast an answer comes."""


class NotDone(Told):
    """A step that the scenario needs did not come about: it is not judged, and says why."""


@dataclass
class Happening:
    """A scenario in progress: ``mark`` is what its messages and requests carry.

    ``expected`` and ``steps`` are its trace, ``known`` what the judge is told besides the bytes,
    ``sent`` what we exchanged with the system, by the peer that we were.
    """

    lab: Lab
    name: str
    mark: str
    acts: Acts
    expected: dict[str, list[str]] = field(default_factory=dict)
    steps: list[dict[str, Any]] = field(default_factory=list)
    known: Known = field(default_factory=Known)
    sent: dict[str, list[Exchange]] = field(default_factory=dict)
    sent_at: dict[str, list[float]] = field(default_factory=dict)
    watch: Callable[[int], None] = unwatched
    facts: dict[str, str] = field(default_factory=dict)
    archives: list[Path] = field(default_factory=list)
    dossiers: list[tuple[Exam, bytes]] = field(default_factory=list)
    reviews: list[Text] = field(default_factory=list)
    ways: dict[str, str] = field(default_factory=dict)
    stopped: Text | None = None
    """Why the scenario could not go on, once it could not."""
    began: float = 0.0
    crashed: str = ""
    """What the scenario itself raised: an error of ours."""
    _since: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.began = time.monotonic()
        self._since = {name: len(one.exchanges) for name, one in self.lab.peers.items()}
        self.known.trust = (self.lab.pki.trust.read_bytes(),)

    @property
    def folder(self) -> Path:
        return self.lab.folder / "scenarios" / self.name

    def since(self, peer: str) -> int:
        """How many exchanges a peer of ours had before the scenario."""
        return self._since[peer]

    def expect(self, **uids: Sequence[str]) -> None:
        """What must come of it, by the names of the trace."""
        for name, found in uids.items():
            self.expected.setdefault(name, []).extend(found)

    def note(self, what: str, **values: Any) -> None:
        """Write a step of the trace."""
        self.steps.append({"what": what, **values})

    def wait(self, holds: Callable[[], bool], seconds: float | None = None) -> bool:
        """Whether something came about in the time that the system has."""
        until = time.monotonic() + (self.lab.sut.seconds if seconds is None else seconds)
        while not holds():
            if time.monotonic() > until:
                return False
            time.sleep(POLL)
        return True

    def do(self, act: str, **values: Any) -> Answer:
        """Have the system do what no protocol asks for; what came of it. Raises NotDone."""
        try:
            self.ways[act], found = self.acts.do(act, **values)
        except ActFailed as problem:
            self.ways[act] = self.acts.way(act).way
            raise NotDone(problem.text.en, problem.text.fr) from None
        return found

    def injected(self) -> bytes:
        """The KOS that the Source started with; nothing where it started empty."""
        source = self.lab.sut.source
        return source.kos.read_bytes() if source and source.kos else b""

    def record(self, peer: str, exchange: Exchange) -> None:
        self.sent.setdefault(peer, []).append(exchange)
        self.sent_at.setdefault(peer, []).append(time.monotonic())


def status_of(one: Exchange) -> tuple[str, str]:
    """Status and Content-Type of an answer."""
    head = bytes(one.response[: 1 << 16]).partition(b"\r\n\r\n")[0].decode("latin_1")
    start, *lines = head.split("\r\n")
    kinds = [line.partition(":")[2].strip() for line in lines
             if line.lower().startswith("content-type:")]  # fmt: skip
    return [*start.split(" "), "", ""][1], (kinds or [""])[0]
