"""What goes over one connection, exchange by exchange, and what a fault makes of it."""

from __future__ import annotations

import asyncio
import mmap
from collections.abc import Callable, Sequence
from tempfile import SpooledTemporaryFile

from simulators.faults import Fault
from validators.model import Exchange

KEPT = 1 << 20
"""How many bytes of one side of an exchange are kept, unless all of them are."""
IN_MEMORY = 1 << 16
"""How many of these are in memory: the rest is in a file, as many exchanges go on at once."""
SMALL = 1 << 12
"""Writes that are kept beyond that: the heads of parts, not their content."""
ELIDED = "cap"

Record = Callable[[Exchange], None]


class Side:
    """One side of an exchange. Beyond ``limit`` only its small writes are kept; None is all."""

    def __init__(self, limit: int | None) -> None:
        self._file = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - closed by ``content``
        self._limit = limit
        self.elided = False
        self.length = 0

    def write(self, data: bytes) -> None:
        self.length += len(data)
        if self._limit is None or self.length <= self._limit or len(data) <= SMALL:
            self._file.write(data)
        else:
            self.elided = True

    def content(self) -> bytes | mmap.mmap:
        """What was kept; a map of the file where it is larger than KEPT. The side ends here."""
        with self._file:
            if self._file.tell() > IN_MEMORY:
                self._file.flush()
                return mmap.mmap(self._file.fileno(), 0, access=mmap.ACCESS_READ)
            self._file.seek(0)
            return self._file.read()

    def peek(self) -> bytes:
        """What was kept until now; the side goes on."""
        at = self._file.tell()
        self._file.seek(0)
        found = self._file.read()
        self._file.seek(at)
        return found

    def close(self) -> None:
        self._file.close()


def rewritten(raw: bytes, fault: Fault) -> bytes:
    """What a fault makes of an answer, or the answer where the fault finds nothing to change."""
    try:
        return fault.rewrite(raw) if fault.rewrite else raw
    except ValueError:
        return raw


class Tape(asyncio.Transport):
    """The transport of a connection: what the application writes passes here.

    An answer to which a fault applies is held back until it is whole; the connection ends after it,
    as nobody knows where the next one would begin.
    """

    def __init__(
        self,
        inner: asyncio.Transport,
        base: str,
        record: Record,
        faults: Sequence[Fault],
        limit: int | None,
    ) -> None:
        super().__init__()
        self.inner = inner
        self._base = base
        self._record = record
        self._faults = faults
        self._limit = limit
        self._held: bytearray | None = None
        self._fault: Fault | None = None
        self._start()

    def _start(self) -> None:
        self._request, self._response = Side(self._limit), Side(self._limit)

    def received(self, data: bytes) -> None:
        self._request.write(data)

    def write(self, data: bytes | bytearray | memoryview) -> None:
        if not self._response.length and self._held is None:
            self._decide()
        if self._held is not None:
            self._held += data
            return
        self._response.write(bytes(data))
        self.inner.write(data)

    def _decide(self) -> None:
        """Whether a fault applies to the request that is being answered."""
        if not self._faults:
            return
        asked = self._request.peek()
        self._fault = next((one for one in self._faults if one.at(asked)), None)
        if self._fault is not None:
            self._held = bytearray()

    def finish(self) -> None:
        """The answer is whole: play the fault, hand the exchange over."""
        fault, held = self._fault, self._held
        if fault is not None and held is not None:
            self._fault, self._held = None, None
            sent = rewritten(bytes(held), fault)
            self._response.write(sent)
            self._play(sent, fault.pace)
        if not self._request.length and not self._response.length:
            return
        request, response = self._request, self._response
        self._start()
        asked = request.content()
        target = bytes(asked[: 1 << 13]).split(b"\r\n", 1)[0].split(b" ")
        path = target[1].decode("latin_1") if len(target) > 1 else ""
        url = path if "://" in path else self._base + path
        ended = ELIDED if request.elided or response.elided else ""
        self._record(Exchange(url, asked, response.content(), ended))

    def end(self) -> None:
        """The connection is over, whatever of an exchange there is."""
        self.finish()
        self._request.close()
        self._response.close()

    def _play(self, sent: bytes, pace: float) -> None:
        if pace:
            head, empty, rest = sent.partition(b"\r\n\r\n")
            self.inner.write(head + empty)
            self._drip(rest, pace)
        else:
            self.inner.write(sent)
            self.inner.close()

    def _drip(self, left: bytes, pace: float) -> None:
        if self.inner.is_closing():
            return
        if not left:
            self.inner.close()
            return
        self.inner.write(left[:1])
        asyncio.get_running_loop().call_later(pace, self._drip, left[1:], pace)

    def close(self) -> None:
        paced = self._fault is not None and self._fault.pace
        self.finish()
        if not paced:
            self.inner.close()

    def abort(self) -> None:
        self.inner.abort()

    def is_closing(self) -> bool:
        return self.inner.is_closing()

    def get_extra_info(self, name: str, default: object = None) -> object:
        return self.inner.get_extra_info(name, default)

    def pause_reading(self) -> None:
        self.inner.pause_reading()

    def resume_reading(self) -> None:
        self.inner.resume_reading()

    def is_reading(self) -> bool:
        return self.inner.is_reading()

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        self.inner.set_write_buffer_limits(high, low)

    def get_write_buffer_size(self) -> int:
        return self.inner.get_write_buffer_size()
