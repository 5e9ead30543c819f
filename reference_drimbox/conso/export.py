"""An export: series fetched without loss, then sent; how far it is, and whether all arrived."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from uuid import uuid4

from reference_drimbox.conso import store
from reference_drimbox.conso.config import Pacs
from reference_drimbox.conso.fetching import DONE, EXPORT, RUNNING, Fetch, Fetches
from reference_drimbox.conso.manifest import Manifest, Series
from reference_drimbox.conso.store import NotSent
from reference_drimbox.conso.wado import Received
from reference_drimbox.damaged import UNREADABLE
from reference_drimbox.http import Client

STORE, STOW, FOLDER = "store", "stow", "folder"
INCOMPLETE, FAILED = "incomplete", "failed"
WAIT, LONGEST = 1.0, 3600


@dataclass(slots=True)
class Export:
    """An export: ``expected`` are the instances that the KOS lists, ``sent`` those that arrived."""

    manifest: Manifest
    series: Sequence[Series]
    target: str
    expected: int
    id: str = field(default_factory=lambda: str(uuid4()))
    state: str = RUNNING
    sent: int = 0
    refused: int = 0
    reason: str = ""
    code: int = 0
    fetches: list[Fetch] = field(default_factory=list)

    @property
    def fetched(self) -> int:
        return sum(len(one.received) for one in self.fetches)

    def told(self) -> dict[str, object]:
        """What the page shows of it."""
        return {
            "id": self.id,
            "state": self.state,
            "target": self.target,
            "expected": self.expected,
            "fetched": self.fetched,
            "sent": self.sent,
            "refused": self.refused,
            "code": self.code,
            "reason": self.reason,
        }


class Exporter:
    """Makes exports to the targets of a configuration."""

    def __init__(self, pacs: Pacs, client: Client) -> None:
        self._pacs, self._client = pacs, client
        self._lock = Lock()

    @property
    def targets(self) -> list[str]:
        """What is offered."""
        pacs = self._pacs
        offered = {STORE: pacs.port, STOW: pacs.stow, FOLDER: pacs.folder}
        return [name for name, there in offered.items() if there]

    def run(self, one: Export, fetches: Fetches, told: Callable[[Export], None]) -> None:
        """Fetch and send; returns when it is over, well or not."""
        one.fetches = [fetches.begun(one.manifest, each, EXPORT) for each in one.series]
        try:
            for fetch in one.fetches:
                self._one(one, fetch, fetches)
            one.state = DONE if one.sent == one.expected else INCOMPLETE
        except NotSent as problem:
            one.reason, one.state = str(problem), FAILED
        except UNREADABLE:
            one.reason, one.state = "files", FAILED
        told(one)

    def _one(self, one: Export, fetch: Fetch, fetches: Fetches) -> None:
        for _ in range(LONGEST):
            if fetch.wait(WAIT):
                break
        if fetch.code:
            one.code = fetch.code
        order = [each.uid for each in fetch.series.instances]
        files = [fetch.received[uid] for uid in order if uid in fetch.received]
        with fetches.holding(fetch):
            for _, arrived in self._sent(one, fetch.series, files):
                if arrived:
                    one.sent += 1
                else:
                    one.refused += 1

    def _sent(
        self, one: Export, series: Series, files: Sequence[Received]
    ) -> Iterator[tuple[str, bool]]:
        pacs = self._pacs
        if one.target == STORE:
            return store.by_store(pacs, files)
        if one.target == STOW:
            return store.by_stow(self._client, pacs.stow, files, pacs.seconds)
        folder = pacs.folder or Path()
        return store.by_copy(folder, one.manifest.study, series.uid, files)
