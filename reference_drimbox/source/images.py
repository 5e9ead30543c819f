"""The images on disk: a series is retrieved from the PACS once, read while it comes, then kept.

A series is a folder: its instances, and once it is whole a marker with its size. What is not
whole is removed when the Source starts. The oldest series go where the limit is passed.
"""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from reference_drimbox.pacs import PacsUnavailable
from reference_drimbox.study import Series

WHOLE = ".whole"
WAIT_SECONDS = 0.5

log = logging.getLogger(__name__)
Key = tuple[str, str]
Retrieve = Callable[[str, Series, Callable[[str, bytes], None], threading.Event], None]
"""Study, series, whom to tell of each instance, when to stop. Raises PacsUnavailable."""


class Retrieval:
    """A series that is coming, or is there: ``paths`` are the instances so far."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.paths: dict[str, Path] = {}
        self.done = False
        self.failed = False
        self.readers = 0
        self.changed = threading.Condition()

    def arrived(self, uid: str, raw: bytes) -> None:
        """Keep an instance, and tell those who wait."""
        path = self.folder / uid
        part = path.with_suffix(".part")
        part.write_bytes(raw)
        os.replace(part, path)
        with self.changed:
            self.paths[uid] = path
            self.changed.notify_all()

    def end(self, *, failed: bool) -> None:
        with self.changed:
            self.done, self.failed = True, failed
            self.changed.notify_all()

    def instances(self, wanted: frozenset[str]) -> Iterator[Path]:
        """The instances that are wanted, as they come. Raises PacsUnavailable."""
        sent: set[str] = set()
        while True:
            with self.changed:
                new = [one for uid, one in self.paths.items() if uid in wanted - sent]
                if not new:
                    if self.failed:
                        raise PacsUnavailable("the retrieval failed")
                    if self.done or sent == wanted:
                        return
                    self.changed.wait(WAIT_SECONDS)
                    continue
            for one in new:
                sent.add(one.name)
                yield one


class Images:
    """The cache of one Source. ``limit`` bounds it in bytes, but for what is being read."""

    def __init__(self, folder: Path, limit: int, retrieve: Retrieve) -> None:
        self._folder, self._limit, self._retrieve = folder, limit, retrieve
        self._active: dict[Key, Retrieval] = {}
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._threads: set[threading.Thread] = set()
        folder.mkdir(parents=True, exist_ok=True)
        for one in folder.glob("*/*"):
            if not (one / WHOLE).exists():
                shutil.rmtree(one, ignore_errors=True)

    def stop(self) -> None:
        """End what is being retrieved."""
        self._stopped.set()
        for one in list(self._threads):
            one.join(10.0)

    @contextlib.contextmanager
    def series(self, study: str, series: Series) -> Iterator[Retrieval]:
        """A series, being retrieved if it is not there; kept on disk inside the context."""
        key = (study, series.uid)
        wanted = {one.uid for one in series.instances}
        with self._lock:
            found = self._active.get(key)
            if found is None or (found.done and not wanted <= found.paths.keys()):
                found = self._opened(key, series, wanted)
            found.readers += 1
        try:
            yield found
        finally:
            with self._lock:
                found.readers -= 1
                if found.done and not found.readers and self._active.get(key) is found:
                    del self._active[key]
            self._evict()

    def _opened(self, key: Key, series: Series, wanted: set[str]) -> Retrieval:
        folder = self._folder.joinpath(*key)
        made = Retrieval(folder)
        marker = folder / WHOLE
        if marker.exists():
            there = {one.name: one for one in folder.iterdir() if not one.name.startswith(".")}
            if wanted <= there.keys():
                made.paths, made.done = there, True
                os.utime(marker)
                self._active[key] = made
                return made
        folder.mkdir(parents=True, exist_ok=True)
        marker.unlink(missing_ok=True)
        self._active[key] = made
        thread = threading.Thread(target=self._fetch, args=(key, series, made), daemon=True)
        self._threads.add(thread)
        thread.start()
        return made

    def _fetch(self, key: Key, series: Series, made: Retrieval) -> None:
        failed = True
        try:
            self._retrieve(key[0], series, made.arrived, self._stopped)
            size = sum(one.stat().st_size for one in made.paths.values())
            (made.folder / WHOLE).write_text(str(size))
            failed = False
        except PacsUnavailable as problem:
            log.error("retrieval failed: %s", problem)
        except OSError as problem:
            log.error("retrieval failed: %s", type(problem).__name__)
        finally:
            made.end(failed=failed)
            with self._lock:
                self._threads.discard(threading.current_thread())
                if not made.readers and self._active.get(key) is made:
                    del self._active[key]
            self._evict()

    def stored(self, study: str, series: str, uid: str, raw: bytes) -> bool:
        """Take an instance that a C-MOVE brings; whether somebody waits for it."""
        with self._lock:
            found = self._active.get((study, series))
        if found is None or found.done:
            return False
        found.arrived(uid, raw)
        return True

    def _evict(self) -> None:
        """Remove the series that were read longest ago, until the limit is kept."""
        with self._lock:
            ages = []
            for marker in self._folder.glob(f"*/*/{WHOLE}"):
                with contextlib.suppress(OSError, ValueError):
                    size = int(marker.read_text())
                    ages.append((marker.stat().st_mtime, size, marker.parent))
            total = sum(size for _, size, _ in ages)
            for _, size, folder in sorted(ages):
                if total <= self._limit:
                    return
                if (folder.parent.name, folder.name) not in self._active:
                    shutil.rmtree(folder, ignore_errors=True)
                    total -= size
