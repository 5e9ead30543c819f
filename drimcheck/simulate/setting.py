"""What the peers of a run share: the exam, the network, the certificates, the judge."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from drimcheck.concluding import Usage
from simulators.faults import Fault
from simulators.network import Network

if TYPE_CHECKING:
    from drimcheck.simulate.live import Live
    from simulators.pki import Pki
    from testdata.exam import Exam

SECRETS = ".pki"


@dataclass(slots=True)
class Setting:
    """A run of peers. ``folder`` is where they put their files, ``stack`` what stops them.

    ``network`` is the place of the next peer; ``bases`` where those that run are, by name.
    """

    options: argparse.Namespace
    folder: Path
    exam: Exam
    live: Live
    faults: Sequence[Fault]
    pki: Pki
    stack: ExitStack
    bases: dict[str, str] = field(default_factory=dict)
    _next: int = 0

    def network(self) -> Network:
        """Where the next peer listens: the port of the command, then those after it."""
        options = self.options
        port = options.port + self._next if options.port else 0
        public = options.public_port + self._next if options.public_port else 0
        self._next += 1
        tls = None
        if options.tls:
            names = [options.public_name, options.listen, "localhost"]
            tls = self.pki.server(*dict.fromkeys(name for name in names if name))
        return Network(options.listen, port, options.public_name, public, tls)

    def of(self, simulator: str) -> list[Fault]:
        """The faults of a peer."""
        return [one for one in self.faults if one.simulator == simulator]

    @property
    def keep(self) -> int | None:
        """How much of a message is kept: all of it, where a fault or the command asks for it."""
        from simulators.serving import KEPT

        return None if self.options.capture_bodies or self.faults else KEPT


def exam_of(options: argparse.Namespace) -> Exam:
    """The exam that the command names. Raises Usage."""
    from testdata.exams import EXAMS, exam

    if options.exam not in EXAMS:
        raise Usage(f"unknown exam {options.exam!r}; one of: {', '.join(EXAMS)}")
    return exam(options.exam, options.seed)


def faults_of(options: argparse.Namespace) -> tuple[Fault, ...]:
    """The faults that the command names, each of a peer that it starts. Raises Usage."""
    from simulators.faults import UnknownFault, named

    try:
        found = named(options.fault)
    except UnknownFault as problem:
        raise Usage(str(problem)) from None
    for one in found:
        if options.simulator not in ("all", one.simulator):
            raise Usage(f"fault {one.name!r} is one of {one.simulator}, not of {options.simulator}")
    return found


def fault_lines() -> Iterator[str]:
    """A line for each fault: its name, a tab, its effect."""
    from simulators.faults import faults

    return (f"{one.name}\t{one.effect}" for one in faults())
