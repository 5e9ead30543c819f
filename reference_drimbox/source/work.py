"""The worker: takes what is due of the inbox, one message after the other."""

from __future__ import annotations

import logging
import threading

from reference_drimbox.archive import Archive, ArchiveUnavailable, Message, inbox
from reference_drimbox.config import Work
from reference_drimbox.source.building import Impossible
from reference_drimbox.source.publication import Later, Publisher

log = logging.getLogger(__name__)
POLL_SECONDS = 0.5
POISON = 3
"""How often a message is tried that raises what nobody expected."""


class Worker:
    """Processes messages in a thread from ``start`` to ``stop``."""

    def __init__(self, archive: Archive, publisher: Publisher, settings: Work) -> None:
        self._archive, self._publisher, self._settings = archive, publisher, settings
        self._stopped, self._due = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="worker", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        """Something may be due."""
        self._due.set()

    def stop(self, seconds: float = 30.0) -> None:
        """End once the message in hand is processed."""
        self._stopped.set()
        self._due.set()
        self._thread.join(seconds)

    def _run(self) -> None:
        while not self._stopped.is_set():
            self._due.clear()
            try:
                while not self._stopped.is_set() and self.step():
                    pass
            except ArchiveUnavailable as problem:
                log.error("archive unavailable: %s", problem)
            self._due.wait(POLL_SECONDS)

    def step(self) -> bool:
        """Process a message; whether there was one. Raises ArchiveUnavailable."""
        message = inbox.begin(self._archive)
        if message is None:
            return False
        if message.starts - message.attempts > inbox.DEATHS:
            self._bury(message, "the process ended each time that it was processed")
            return True
        try:
            self._publisher.process(message)
        except Later as problem:
            self._later(message, problem)
        except Impossible as problem:
            self._bury(message, str(problem))
        except ArchiveUnavailable:
            raise
        except Exception as problem:  # noqa: BLE001 - the queue must go on
            # Its text may quote a document, which has a patient in it.
            log.error("message %d: %s", message.id, type(problem).__name__)
            if message.attempts + 1 >= POISON:
                self._bury(message, f"not understood: {type(problem).__name__}")
            else:
                inbox.postpone(self._archive, message.id, self._settings.first_delay)
        else:
            inbox.finish(self._archive, message.id)
        return True

    def _later(self, message: Message, problem: Later) -> None:
        if not problem.patient and message.attempts + 1 >= self._settings.attempts:
            self._bury(message, str(problem))
            return
        delay = self._settings.first_delay * 2 ** min(message.attempts, 20)
        inbox.postpone(self._archive, message.id, min(delay, self._settings.longest_delay))
        log.warning("message %d is tried again: %s", message.id, problem)

    def _bury(self, message: Message, reason: str) -> None:
        # The reason may quote an answer, so that it is in the archive alone.
        log.error("message %d is a dead letter; the archive says why", message.id)
        inbox.bury(self._archive, message.id, reason)
