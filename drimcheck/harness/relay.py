"""A relay that breaks what passes: the system under test as it would be with one named fault.

It stands between the system and a peer. What the system sends is changed before the peer, and so
the judge, sees it: no system has to be made faulty to prove that a scenario would notice.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any

import h11

END = b"\x1c\r"
READ = 1 << 18
SECONDS = 60.0
Rewrite = Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True)
class Break:
    """A named fault of a system: what it sends to ``peer`` is changed, where it can be.

    ``peer`` is dmp for what it asks there, source for what it answers to images and links, mllp
    for its acknowledgements, images for what it asks of a Source, files for what it exports,
    allowlist for a list that it should refuse. ``seen_by`` is the rule that must see it.
    """

    name: str
    peer: str
    seen_by: str
    rewrite: Rewrite


class Relay:
    """Listens on a port of its own, and passes to a place; a context.

    What passes is HTTP, or with ``blocks`` MLLP.
    """

    def __init__(
        self,
        place: tuple[str, int],
        *,
        requests: Sequence[Rewrite] = (),
        answers: Sequence[Rewrite] = (),
        blocks: bool = False,
    ) -> None:
        self._place = place
        self._blocks = blocks
        self._requests, self._answers = requests, answers
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._socket.settimeout(0.2)
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    @property
    def port(self) -> int:
        return int(self._socket.getsockname()[1])

    def __enter__(self) -> Relay:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stopped.set()
        self._thread.join()
        self._socket.close()

    def _serve(self) -> None:
        while not self._stopped.is_set():
            try:
                stream, _ = self._socket.accept()
            except TimeoutError:
                continue
            threading.Thread(target=self._pass, args=(stream,), daemon=True).start()

    def _pass(self, stream: socket.socket) -> None:
        """One connection, message by message, until one side ends it."""
        with stream:
            stream.settimeout(SECONDS)
            waiting = b""
            while True:
                try:
                    raw, waiting = (
                        _block(stream, waiting)
                        if self._blocks
                        else _message(stream, waiting, h11.SERVER)
                    )
                    if not raw:
                        return
                    answer = self._exchange(changed(raw, self._requests))
                    stream.sendall(changed(answer, self._answers))
                except OSError:
                    return

    def _exchange(self, raw: bytes) -> bytes:
        with socket.create_connection(self._place, SECONDS) as peer:
            peer.sendall(raw)
            if self._blocks:
                return _block(peer, b"")[0]
            return _message(peer, b"", h11.CLIENT, raw)[0]


def changed(raw: bytes, rewrites: Sequence[Rewrite]) -> bytes:
    """What the rewrites make of a message; each leaves what it does not apply to as it is."""
    for rewrite in rewrites:
        try:
            raw = rewrite(raw)
        except ValueError:
            continue
    return raw


def _message(
    stream: socket.socket, waiting: bytes, role: Any, asked: bytes = b""
) -> tuple[bytes, bytes]:
    """The next whole message of a stream, and what came after it; nothing where it ended."""
    parser = h11.Connection(role, max_incomplete_event_size=1 << 20)
    if role is h11.CLIENT:
        method = asked.split(b" ", 1)[0]
        parser.send(h11.Request(method=method, target="/", headers=[("Host", "a")]))
        parser.send(h11.EndOfMessage())
    got = waiting
    if waiting:
        parser.receive_data(waiting)
    while True:
        event = parser.next_event()
        if isinstance(event, h11.EndOfMessage):
            left = parser.trailing_data[0]
            return got[: len(got) - len(left)], left
        if isinstance(event, h11.ConnectionClosed):
            return got, b""
        if event is h11.NEED_DATA or event is h11.PAUSED:
            data = stream.recv(READ)
            got += data
            parser.receive_data(data)
            if not data and not got:
                return b"", b""


def _block(stream: socket.socket, waiting: bytes) -> tuple[bytes, bytes]:
    """The next block of MLLP, and what came after it; nothing where the stream ended."""
    got = waiting
    while END not in got:
        data = stream.recv(READ)
        if not data:
            return b"", b""
        got += data
    at = got.index(END) + len(END)
    return got[:at], got[at:]
