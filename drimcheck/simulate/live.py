"""Judging what crosses the peers as it comes, and all of it when they stop.

Of each subject it is known whether a peer of ours made it or the other side: a defect that no fault
was asked to make is an error of ours, never a finding about the target.
"""

from __future__ import annotations

import argparse
import queue
import re
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from mmap import mmap
from typing import TYPE_CHECKING

from drimcheck import __version__
from drimcheck.judging import plan_of
from drimcheck.simulate.ledger import Entry, Ledger, Received
from drimcheck.thumbnails import Gallery
from drimcheck.wire_commands import fingerprint
from reports.texts import texts
from validators.model import DEVIATIONS, Outcome, SubjectReport

if TYPE_CHECKING:
    from simulators.faults import Fault
    from validators.engine import Plan, Subject
    from validators.model import Exchange, Result, RunReport
    from validators.wado import Manifest

_UID = re.compile(r"\b([0-9.]{8})[0-9.]{12,}([0-9.]{4})\b")
NOTHING = ("request", "response")
"""The kinds of a run in which nothing crossed."""
_STATUS = re.compile(rb"^HTTP/1\.[01] (\d{3})|\rMSA\|([A-Z]{2})\|")
OURS = "ours"
"""The mark of a subject that a peer of ours made."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A subject, who made it, and what was found."""

    report: SubjectReport
    ours: bool

    @property
    def found(self) -> tuple[Result, ...]:
        seen = DEVIATIONS | {Outcome.ERROR}
        return tuple(one for one in self.report.results if one.outcome in seen)


@dataclass(slots=True)
class Known:
    """What the judge is given besides the bytes: manifests by study, what lists are trusted by.

    ``expected`` are the statuses that a request of ours was made to get, ``sound`` those requests
    of ours that keep the rules, both by their bytes. ``acknowledged`` are the codes that a message
    should get, where it is not what its faults say; ``broken`` are messages of ours that are
    wrong on purpose, ``unsigned`` says that a list of ours is so.
    """

    manifests: Mapping[str, Manifest] = field(default_factory=dict)
    trust: tuple[bytes, ...] = ()
    expected: dict[bytes, tuple[int, ...]] = field(default_factory=dict)
    sound: set[bytes] = field(default_factory=set)
    acknowledged: tuple[str, ...] = ()
    broken: set[bytes] = field(default_factory=set)
    unsigned: bool = False


class Live:
    """The judge of a run of peers: a thread that takes exchanges one by one."""

    def __init__(
        self,
        options: argparse.Namespace,
        ledger: Ledger,
        known: Known,
        faults: Sequence[Fault] = (),
        say: Callable[[str], None] = print,
    ) -> None:
        self.options = options
        self.ledger = ledger
        self.known = known
        self.faults = faults
        self.say = say
        self.judged: list[Judged] = []
        self.gallery = Gallery()
        self.words: Mapping[str, str] = texts(options.lang)["live"]
        self._plans: dict[str, Plan] = {}
        self._queue: queue.SimpleQueue[Entry | Received | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, daemon=True)

    def recorder(self, peer: str) -> Callable[[Exchange], None]:
        """What a peer calls with each of its exchanges; it waits for nothing."""
        return lambda exchange: self._queue.put(self.ledger.add(peer, exchange))

    def files(self, peer: str) -> Callable[[bytes], None]:
        """What a peer calls with each DICOM file that it receives."""
        return lambda raw: self._queue.put(self.ledger.keep(peer, raw))

    def __enter__(self) -> Live:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._queue.put(None)
        self._thread.join()

    def _work(self) -> None:
        from drimcheck.simulate.kinds import judge_entry

        while (entry := self._queue.get()) is not None:
            try:
                found = list(judge_entry(self, entry))
            except Exception as error:  # noqa: BLE001 - the peers go on; the run says so at its end
                said = self.words["error"].format(name=type(error).__name__, error=error)
                self.say(f"{entry.name}: {said}")
                continue
            self.judged += found
            self.say(_line(entry, found, self.words))

    def judge(
        self, name: str, kind: str, raw: bytes | mmap, subject: Subject, *, ours: bool
    ) -> Judged:
        """Judge one subject, and let it go."""
        from validators.engine import judge

        results = judge(self.plan(kind), subject)
        unread = subject.unread
        subject.release()
        report = SubjectReport(name, kind, len(raw), fingerprint(raw), results, unread=unread)
        return Judged(report, ours)

    def plan(self, kind: str) -> Plan:
        if kind not in self._plans:
            inputs = {"trust": self.known.trust} if self.known.trust else {}
            self._plans[kind] = plan_of(self.options, kind, inputs)
        return self._plans[kind]

    def conclude(self) -> list[Judged]:
        """Everything that was judged, the conversations as wholes included."""
        from drimcheck.simulate.kinds import judge_conversations

        self.judged += judge_conversations(self)
        return self.judged

    def report(self) -> RunReport:
        """The report of the run: what the target sent, and errors of ours where there are any.

        With a fault, what our side sent is broken on purpose, and is left out.
        """
        from validators.run import report

        self.conclude()
        subjects = [one.report for one in self.judged if not one.ours]
        if not self.faults:
            subjects += [mistaken(one.report) for one in self.judged if one.ours and one.found]
        kinds = dict.fromkeys(one.kind for one in subjects) or NOTHING
        return report(
            [self.plan(kind) for kind in kinds],
            subjects,
            version=__version__,
            command=f"simulate {self.options.simulator}",
            unreachable=not subjects,
        )


def mistaken(one: SubjectReport) -> SubjectReport:
    """A subject of ours: what is a failure in it is an error of the tool."""
    results = tuple(
        each._replace(outcome=Outcome.ERROR) if each.outcome is Outcome.FAIL else each
        for each in one.results
    )
    return replace(one, name=f"{one.name} ({OURS})", results=results)


def _line(entry: Entry | Received, found: Sequence[Judged], words: Mapping[str, str]) -> str:
    """One line about an exchange: what was asked, the status, which rules saw what."""
    said = answered(entry.exchange) if isinstance(entry, Entry) else words["received"]
    seen = [
        f"{one.report.kind} {each.rule} {each.outcome.value}" for one in found for each in one.found
    ]
    return f"{short(entry.name)}: {said}; {', '.join(seen) or words['nothing']}"


def answered(exchange: Exchange) -> str:
    """The status of HTTP, the code of an acknowledgement, or why there is none."""
    status = _STATUS.search(bytes(exchange.response[:4096]))
    return (status[1] or status[2]).decode() if status else exchange.ended or "no answer"


def short(text: str) -> str:
    """The text, its UIDs by their beginning and end: a line of a terminal."""
    return _UID.sub(r"\1…\2", text)
