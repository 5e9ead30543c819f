"""MLLP: messages between a start and an end block, each answered on its connection.

HL7 Version 3 Transport Specification: MLLP, release 1, 2.2: <VT> message <FS><CR>.
"""

from __future__ import annotations

import contextlib
import logging
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

START, END = b"\x0b", b"\x1c\x0d"
READ = 1 << 16
IDLE_SECONDS = 600.0
POLL_SECONDS = 0.2
CONNECTIONS = 64

log = logging.getLogger(__name__)
Answer = Callable[[bytes], bytes]


class Listener:
    """Takes messages from entering the context to leaving it; ``answer`` gives what goes back.

    Several messages may come on one connection, and several connections at once. A block longer
    than ``longest`` bytes, or bytes outside a block, end the connection. Raises OSError where the
    port cannot be had.
    """

    def __init__(
        self,
        answer: Answer,
        listen: str,
        port: int,
        *,
        longest: int = 1 << 26,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._answer, self._longest, self._tls = answer, longest, tls
        family = socket.AF_INET6 if ":" in listen else socket.AF_INET
        self._socket = socket.create_server((listen, port), family=family)
        self._socket.settimeout(POLL_SECONDS)
        self._stopped = threading.Event()
        self._pool = ThreadPoolExecutor(CONNECTIONS, "mllp")
        self._thread = threading.Thread(target=self._serve, name="mllp", daemon=True)

    @property
    def address(self) -> tuple[str, int]:
        host, port = self._socket.getsockname()[:2]
        return str(host), int(port)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Take no more; messages that were read whole are answered first."""
        self._stopped.set()
        self._thread.join()
        self._pool.shutdown()
        self._socket.close()

    def _serve(self) -> None:
        while not self._stopped.is_set():
            with contextlib.suppress(TimeoutError, OSError):
                stream, _ = self._socket.accept()
                self._pool.submit(self._take, stream)

    def _take(self, plain: socket.socket) -> None:
        """Answer each message of a connection until it ends."""
        try:
            with plain:
                plain.settimeout(POLL_SECONDS)
                plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                stream = plain
                if self._tls is not None:
                    plain.settimeout(IDLE_SECONDS)
                    stream = self._tls.wrap_socket(plain, server_side=True)
                    stream.settimeout(POLL_SECONDS)
                for message in self._messages(stream):
                    stream.settimeout(IDLE_SECONDS)
                    stream.sendall(START + self._answer(message) + END)
                    stream.settimeout(POLL_SECONDS)
        except OSError as problem:
            log.warning("mllp: connection lost: %s", type(problem).__name__)
        except Exception:
            log.exception("mllp: connection closed")

    def _messages(self, stream: socket.socket) -> Iterator[bytes]:
        """The messages as they come. Raises OSError."""
        waiting, idle = bytearray(), 0.0
        while not self._stopped.is_set():
            try:
                data = stream.recv(READ)
            except TimeoutError:
                idle += POLL_SECONDS
                if idle > IDLE_SECONDS:
                    return
                continue
            if not data:
                return
            idle, seen = 0.0, max(len(waiting) - 1, 0)
            waiting += data
            while (end := waiting.find(END, seen)) >= 0:
                block = bytes(waiting[:end])
                del waiting[: end + len(END)]
                seen = 0
                yield block.lstrip(b"\r\n").removeprefix(START)
            if len(waiting) > self._longest or waiting[:1] not in (b"", START, b"\r", b"\n"):
                log.warning("mllp: no block, or one too long; connection closed")
                return
