"""Sessions of users, on the server: the browser has an opaque cookie alone."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Generic, TypeVar

from starlette.requests import Request
from starlette.responses import Response

T = TypeVar("T")
COOKIE = "drimbox"
IDLE = 30 * 60.0
LONGEST = 12 * 3600.0
MOST = 10_000


@dataclass(slots=True)
class _Kept(Generic[T]):
    value: T
    begun: float
    seen: float


class Sessions(Generic[T]):
    """What is kept for each user, at most ``most``; the one unseen for longest goes first.

    ``ended`` is told of each session that is over. May be called from any thread.
    """

    def __init__(
        self,
        ended: Callable[[T], None] = lambda _: None,
        *,
        secure: bool = False,
        most: int = MOST,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        # A __Host- cookie is taken over TLS alone, from this host alone (RFC 6265bis 4.1.3).
        self.name = f"__Host-{COOKIE}" if secure else COOKIE
        self._secure, self._most, self._clock, self._ended = secure, most, clock, ended
        self._lock = Lock()
        self._kept: dict[str, _Kept[T]] = {}

    def of(self, request: Request) -> T | None:
        """The session of a request; None where it has none that lasts."""
        token = request.cookies.get(self.name, "")
        now = self._clock()
        with self._lock:
            gone = self._expired(now)
            found = self._kept.get(token)
            if found is not None:
                found.seen = now
        self._tell(gone)
        return found.value if found else None

    def begin(self, response: Response, value: T, instead_of: Request | None = None) -> None:
        """Set the cookie of a session: a new name for it, whatever the request came with."""
        token, now = secrets.token_urlsafe(32), self._clock()
        old = instead_of.cookies.get(self.name, "") if instead_of else ""
        with self._lock:
            gone = self._expired(now)
            left = self._kept.pop(old, None)
            if left is not None and left.value is not value:
                gone.append(left.value)
            while len(self._kept) >= self._most:
                oldest = min(self._kept, key=lambda one: self._kept[one].seen)
                gone.append(self._kept.pop(oldest).value)
            begun = left.begun if left is not None and left.value is value else now
            self._kept[token] = _Kept(value, begun, now)
        self._tell(gone)
        response.set_cookie(
            self.name, token, httponly=True, samesite="lax", secure=self._secure, path="/"
        )

    def end(self, request: Request, response: Response) -> None:
        """End the session of a request."""
        with self._lock:
            left = self._kept.pop(request.cookies.get(self.name, ""), None)
        response.delete_cookie(
            self.name, httponly=True, samesite="lax", secure=self._secure, path="/"
        )
        if left is not None:
            self._tell([left.value])

    def close(self) -> None:
        """End all."""
        with self._lock:
            gone = [one.value for one in self._kept.values()]
            self._kept.clear()
        self._tell(gone)

    def _expired(self, now: float) -> list[T]:
        """Take out the sessions that are over."""
        over = [
            token
            for token, one in self._kept.items()
            if now - one.seen > IDLE or now - one.begun > LONGEST
        ]
        return [self._kept.pop(token).value for token in over]

    def _tell(self, gone: list[T]) -> None:
        for one in gone:
            self._ended(one)
