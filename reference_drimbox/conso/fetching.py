"""The series of a session: each is fetched once, and seen while it comes (DRIM-M C-REQ-16)."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Condition, Lock

from reference_drimbox.conso.cache import Cache, Full, Shelf
from reference_drimbox.conso.gate import Gate, Unlisted
from reference_drimbox.conso.manifest import Manifest, Series
from reference_drimbox.conso.multipart import Broken
from reference_drimbox.conso.wado import (
    LOSSLESS,
    LOSSY,
    REVERSIBLE,
    Answered,
    Asked,
    Received,
    accept,
    fetch,
)
from reference_drimbox.http import Client, Unreachable
from reference_drimbox.oidc import Refused, Unavailable

VIEWING, EXPORT = "viewing", "export"
PREFERENCES = {VIEWING: LOSSY, EXPORT: LOSSLESS}
RUNNING, DONE, FAILED, DELETED = "running", "done", "failed", "deleted"
AGAIN = 5.0
"""Seconds after which what failed may be asked for again."""
WORKERS = 4
SERIES_SECONDS, INSTANCE_SECONDS, SAMPLE_SECONDS = 1800.0, 30.0, 5.0
STATUSES = {401: 401, 403: 403, 404: 410, 406: 406, 410: 410}
"""The code of each status of a Source (C.3); all others mean 502."""


class LoginAgain(Exception):
    """There is no access token any more."""


@dataclass(slots=True)
class Fetch:
    """The retrieval of a series; its fields change under ``changed`` alone."""

    series: Series
    shelf: Shelf
    changed: Condition = field(default_factory=Condition)
    state: str = RUNNING
    code: int = 0
    received: dict[str, Received] = field(default_factory=dict)
    bytes: int = 0
    strangers: int = 0
    ended: float = 0.0

    def wait(self, seconds: float) -> bool:
        """Whether it ended before the time is over."""
        with self.changed:
            return self.changed.wait_for(lambda: self.state != RUNNING, seconds)

    def any(self, seconds: float) -> Path | None:
        """A file in the middle of what is here, or comes before the time is over."""
        with self.changed:
            self.changed.wait_for(lambda: self.received or self.state != RUNNING, seconds)
            files = [one.path for one in self.received.values()]
        return files[len(files) // 2] if files else None

    def end(self, state: str, code: int = 0) -> None:
        with self.changed:
            self.state, self.code, self.ended = state, code, time.monotonic()
            self.changed.notify_all()

    @property
    def reversible(self) -> bool:
        """Whether nothing of the images was lost on the way."""
        return self.state == DONE and all(
            one.syntax in REVERSIBLE for one in self.received.values()
        )


@dataclass(frozen=True, slots=True)
class Means:
    """What fetching needs, shared by all sessions; ``seconds`` bound a series as a whole."""

    client: Client
    cache: Cache
    gate: Gate
    pool: ThreadPoolExecutor
    seconds: float = SERIES_SECONDS


class Fetches:
    """The series that a session fetched. ``token`` gives an access token that lasts, "" for none.

    ``told`` hears of each retrieval that ended: KOS, series, code (200 where all is well).
    """

    def __init__(
        self,
        means: Means,
        owner: str,
        token: Callable[[], str],
        told: Callable[[Manifest, Series, int], None],
    ) -> None:
        self._means, self._owner, self._token, self._told = means, owner, token, told
        self._lock = Lock()
        self._known: dict[tuple[str, str, str], Fetch] = {}
        self._samples: dict[tuple[str, str], Path | None] = {}
        self._closed = False

    def close(self) -> None:
        """Forget all; retrievals that run end when they notice."""
        with self._lock:
            self._closed = True
            self._known.clear()
        self._means.cache.remove(self._owner)

    def known(self, manifest: Manifest, series: Series, purpose: str = VIEWING) -> Fetch | None:
        """The retrieval of a series, where it was begun and its files are still here."""
        with self._lock:
            found = self._known.get((purpose, manifest.uid, series.uid))
            if found is not None and found.shelf.gone and found.state != RUNNING:
                del self._known[purpose, manifest.uid, series.uid]
                return None
        if found is not None:
            self._means.cache.used(found.shelf)
        return found

    def begun(self, manifest: Manifest, series: Series, purpose: str = VIEWING) -> Fetch:
        """The retrieval of a series, begun where it was not; what failed is begun again later."""
        for other in (purpose, VIEWING, EXPORT):
            found = self.known(manifest, series, other)
            if found is None or not (other == purpose or _serves(found, purpose)):
                continue
            if found.state != FAILED or time.monotonic() - found.ended < AGAIN:
                return found
        with self._lock:
            key = purpose, manifest.uid, series.uid
            now = self._known.get(key)
            if now is not None and now.state == RUNNING:
                return now
            shelf = self._means.cache.shelf(self._owner, purpose, manifest.uid, series.uid)
            made = self._known[key] = Fetch(series, shelf)
            if self._closed:
                made.end(FAILED, 401)
                return made
        self._means.pool.submit(self._run, manifest, made, purpose)
        return made

    def holding(self, one: Fetch) -> AbstractContextManager[None]:
        """Nothing of a retrieval leaves the disk inside."""
        return self._means.cache.busy(one.shelf)

    def sample(self, manifest: Manifest, series: Series) -> Path | None:
        """A file that stands for a series: one that is here, else the one in the middle.

        That one is asked for by itself, once (C-REQ-02).
        """
        for purpose in (VIEWING, EXPORT):
            found = self.known(manifest, series, purpose)
            if found is not None:
                return found.any(SAMPLE_SECONDS)
        key = manifest.uid, series.uid
        with self._lock:
            if key in self._samples:
                known = self._samples[key]
                return known if known and known.exists() else None
            self._samples[key] = None
        path = self._one(manifest, series)
        with self._lock:
            self._samples[key] = path
        return path

    def _one(self, manifest: Manifest, series: Series) -> Path | None:
        if not series.instances:
            return None
        middle = series.instances[len(series.instances) // 2].uid
        cache = self._means.cache
        shelf = cache.shelf(self._owner, "samples", manifest.uid, series.uid)
        try:
            asked = self._asked(manifest, series, VIEWING, f"/instances/{middle}")
            with cache.busy(shelf):
                client = self._means.client
                found = fetch(
                    client, asked, lambda uid: uid == middle, cache, shelf, INSTANCE_SECONDS
                )
                return next((one.path for one in found if one), None)
        except (Answered, Unreachable, Broken, Full, Unlisted, LoginAgain, Refused, Unavailable,
                OSError):  # fmt: skip
            return None

    def _asked(self, manifest: Manifest, series: Series, purpose: str, below: str = "") -> Asked:
        url = self._means.gate.checked(series.url, manifest.study, series.uid) + below
        accepted = accept(PREFERENCES[purpose])
        return Asked(url, manifest.uid, self._token(), manifest.study, series.uid, accepted)

    def _run(self, manifest: Manifest, one: Fetch, purpose: str) -> None:
        """Fetch a series, and tell what became of it."""
        with self._means.cache.busy(one.shelf):
            state, code = self._ended(manifest, one, purpose)
        one.end(state, code)
        self._told(manifest, one.series, code or 200)

    def _ended(self, manifest: Manifest, one: Fetch, purpose: str) -> tuple[str, int]:
        try:
            self._receive(self._asked(manifest, one.series, purpose), one)
        except Answered as problem:
            code = STATUSES.get(problem.status, 502)
            return (DELETED if code == 410 and not one.received else FAILED), code
        except (LoginAgain, Refused):
            return FAILED, 401
        except Unlisted:
            return FAILED, 403
        except (Full, OSError):
            return FAILED, 507
        except (Unreachable, Broken, Unavailable):
            return FAILED, 502
        missing = len(one.series.instances) - len(one.received)
        if not missing:
            return DONE, 0
        if one.strangers:
            # Something came in place of what is missing: nobody deleted that.
            return FAILED, 502
        return (DONE if one.received else DELETED), 410

    def _receive(self, asked: Asked, one: Fetch) -> None:
        listed = {each.uid for each in one.series.instances}

        def wanted(uid: str) -> bool:
            return uid in listed and uid not in one.received

        means = self._means
        found = fetch(means.client, asked, wanted, means.cache, one.shelf, means.seconds)
        for each in found:
            if each is None:
                one.strangers += 1
                continue
            with one.changed:
                one.received[each.uid] = each
                one.bytes += each.bytes
                one.changed.notify_all()
            if self._closed:
                raise LoginAgain


def _serves(found: Fetch, purpose: str) -> bool:
    """Whether what was fetched for another purpose will do: all that is lossless does."""
    return found.state == DONE and (purpose == VIEWING or found.reversible)
