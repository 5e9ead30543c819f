"""The Source is killed at random moments under load: what it acknowledged is published, once.

``make kills`` is the whole of it: 500 messages, 20 kills.
"""

from __future__ import annotations

import argparse
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from reference_drimbox.archive import Archive, inbox
from reference_drimbox.config import Source
from simulators.dmp import SERVICES, Store, application
from simulators.network import Network
from simulators.pacs import Archive as Images
from simulators.pacs import Pacs, of_exam
from simulators.ris.messages import ControlIds, Form, report_message
from simulators.ris.mllp import send
from simulators.serving import Serving
from testdata.exam import Event, Exam
from testdata.exams import exam
from tests.reference import TURNS, eventually, settings_of, toml, waiting

READY_SECONDS = 60.0
SIDE = 16
"""Of the images, in pixels: they are looked for, never fetched."""
GAP = 0.2, 3.0
"""Seconds between a start and the kill after it, at least and at most."""


@dataclass(slots=True)
class Outcome:
    """What came of it: messages acknowledged, KOS at the DMP by study, dead letters."""

    acknowledged: int = 0
    kills: int = 0
    published: Counter[str] = field(default_factory=Counter)
    dead: list[str] = field(default_factory=list)
    settled: bool = False


class Victim:
    """A Source in a process of its own, which is killed and started again."""

    def __init__(self, configuration: Path) -> None:
        self._command = [sys.executable, "-m", "reference_drimbox", "source", "--config"]
        self._command.append(str(configuration))
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Start, and wait until it is ready."""
        self._process = subprocess.Popen(
            self._command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line.startswith("ready: source"):
            raise AssertionError(f"the Source did not start: {line!r}")

    def end(self, number: signal.Signals) -> int:
        """Send a signal, and wait for the end; the exit code."""
        assert self._process is not None
        assert self._process.stdout is not None
        self._process.send_signal(number)
        code = self._process.wait(READY_SECONDS)
        self._process.stdout.close()
        return code


def survive(folder: Path, messages: int, kills: int, seed: int, url: str = "") -> Outcome:
    """Send messages while the Source is killed; what came of it, once it is left alone."""
    chance = random.Random(seed)
    exams = [exam("nm", f"{seed}-{number}") for number in range(messages)]
    images = Images()
    for one in exams:
        for held in of_exam(one, size=SIDE):
            images.add(held.file())
    store, outcome = Store(anyone=True), Outcome()
    with (
        Serving(lambda base: application(base, store=store)) as dmp,
        Pacs(images, Network()) as pacs,
    ):
        settings = settings_of(folder, dmp.base + SERVICES, "http://127.0.0.1:9", pacs.port)
        settings = replace(
            settings,
            mllp=replace(settings.mllp, port=free_port()),
            archive=replace(settings.archive, url=url or f"sqlite:///{folder / 'archive.db'}"),
        )
        configuration = folder / "source.toml"
        configuration.write_text(toml(settings))
        victim = Victim(configuration)
        victim.start()
        sender = threading.Thread(target=_sent, args=(settings, exams, outcome))
        sender.start()
        for _ in range(kills):
            threading.Event().wait(chance.uniform(*GAP))
            victim.end(signal.SIGKILL)
            outcome.kills += 1
            victim.start()
        sender.join()
        archive = Archive(settings.archive.url)
        outcome.settled = eventually(lambda: not waiting(archive), TURNS * (1 + messages // 10))
        outcome.dead = [why.reason for _, why in inbox.dead_letters(archive)]
        archive.close()
        assert victim.end(signal.SIGTERM) == 0
        for entry in store.holdings():
            if entry.is_kos:
                outcome.published[_study(entry.references)] += 1
    return outcome


def _study(references: Sequence[str]) -> str:
    (found,) = [one for one in references if one.endswith("studyInstanceUID")]
    return found.partition("^")[0]


def _sent(settings: Source, exams: Sequence[Exam], outcome: Outcome) -> None:
    """Each message, again and again until it is acknowledged, as a RIS does."""
    ids = ControlIds()
    for one in exams:
        blocks = report_message(one, Event.CREATE, Form.ORU, ids.next())
        if eventually(lambda b=blocks: _taken(settings, b)):  # type: ignore[misc]
            outcome.acknowledged += 1


def _taken(settings: Source, blocks: list[bytes]) -> bool:
    (found,) = send(blocks, ("127.0.0.1", settings.mllp.port), seconds=10)
    return b"MSA|AA|" in found.acknowledgement


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as made:
        return int(made.getsockname()[1])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=500)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--archive", default="", metavar="URL")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = survive(
            Path(folder), options.messages, options.kills, options.seed, options.archive
        )
    twice = sum(1 for count in found.published.values() if count > 1)
    print(
        f"{found.kills} kills, {found.acknowledged} messages acknowledged, "
        f"{len(found.published)} studies published, {twice} of them twice, "
        f"{len(found.dead)} dead letters, {'all' if found.settled else 'not all'} processed"
    )
    right = found.settled and len(found.published) == found.acknowledged and not twice
    return 0 if right and not found.dead else 1


if __name__ == "__main__":
    sys.exit(main())
