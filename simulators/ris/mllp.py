"""MLLP, release 1: a message between a start block and an end block, on a socket.

HL7 Version 3 Transport Specification: MLLP, 2.2: <VT> message <FS><CR>. Sender and listener keep
every byte that crosses; neither asks what is in a message.
"""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic
from types import TracebackType

from simulators.network import LOOPBACK

START, END = b"\x0b", b"\x1c\x0d"
SECONDS = 30.0
LONGEST = 1 << 26
"""Longest block that is taken, in bytes: reports of 20 MB are seen."""
LONGEST_ACKNOWLEDGEMENT = 1 << 20
READ = 1 << 16


@dataclass(frozen=True, slots=True)
class MllpExchange:
    """What went over the wire, byte for byte.

    ``ended`` says why no whole block came back: deadline, connection (refused, or closed before
    the end block), cap, framing (the first byte is no start block), tls; "" where one did.
    """

    sent: bytes
    received: bytes
    ended: str = ""

    @property
    def acknowledgement(self) -> bytes:
        """The message in the block that came, or as much of one as came."""
        return self.received.removeprefix(START).partition(END)[0]


def framed(message: bytes) -> bytes:
    """The message as a block."""
    return START + message + END


class Connection:
    """A connection to a receiver, which may take several messages one after the other."""

    def __init__(self, stream: socket.socket) -> None:
        self._stream = stream

    def exchange(self, block: bytes, *, seconds: float = SECONDS) -> MllpExchange:
        """Send the bytes as they are, and wait for one block. Raises nothing of the network."""
        until = monotonic() + seconds
        got = bytearray()
        try:
            self._stream.settimeout(seconds)
            self._stream.sendall(block)
            ended = _block(self._stream, got, until, LONGEST_ACKNOWLEDGEMENT)
        except TimeoutError:
            ended = "deadline"
        except ssl.SSLError:
            ended = "tls"
        except OSError:
            ended = "connection"
        return MllpExchange(block, bytes(got), ended)


def _block(stream: socket.socket, got: bytearray, until: float, longest: int) -> str:
    """Read until a block is whole; why it is not, or ""."""
    while len(got) < longest:
        left = until - monotonic()
        if left <= 0:
            return "deadline"
        stream.settimeout(left)
        data = stream.recv(READ)
        seen = max(len(got) - 1, 0)
        got += data
        if not data:
            return "connection"
        if not got.startswith(START):
            return "framing"
        if got.find(END, seen) >= 0:
            return ""
    return "cap"


@contextmanager
def connected(
    to: tuple[str, int], *, seconds: float = SECONDS, tls: ssl.SSLContext | None = None
) -> Iterator[Connection]:
    """A connection to a receiver. Raises OSError, of which ssl.SSLError is one."""
    with socket.create_connection(to, timeout=seconds) as plain:
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if tls is None:
            yield Connection(plain)
            return
        with tls.wrap_socket(plain, server_hostname=to[0]) as stream:
            yield Connection(stream)


def send(
    blocks: Sequence[bytes],
    to: tuple[str, int],
    *,
    seconds: float = SECONDS,
    tls: ssl.SSLContext | None = None,
) -> list[MllpExchange]:
    """Send blocks on one connection, each once the one before it is answered; what came of each.

    Where one is not answered by a whole block, those after it are not sent.
    """
    found: list[MllpExchange] = []
    try:
        with connected(to, seconds=seconds, tls=tls) as connection:
            for block in blocks:
                found.append(connection.exchange(block, seconds=seconds))
                if found[-1].ended:
                    break
    except OSError as error:
        if not found:
            ended = "tls" if isinstance(error, ssl.SSLError) else "connection"
            ended = "deadline" if isinstance(error, TimeoutError) else ended
            found.append(MllpExchange(b"", b"", ended))
    return found


Answer = Callable[[bytes], bytes | None]
"""What a listener answers to a message; None is no answer at all."""


class Listener:
    """A receiver of messages, from entering the context to leaving it: a peer for tests.

    ``messages`` are those that came, in order, without their blocks. It serves one connection
    after another.
    """

    def __init__(self, answer: Answer, *, listen: str = LOOPBACK, port: int = 0) -> None:
        self._answer = answer
        self._socket = socket.create_server((listen, port))
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self.messages: list[bytes] = []

    @property
    def address(self) -> tuple[str, int]:
        host, port = self._socket.getsockname()[:2]
        return str(host), int(port)

    def __enter__(self) -> Listener:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stopped.set()
        self._thread.join(SECONDS)
        self._socket.close()

    def _serve(self) -> None:
        self._socket.settimeout(0.1)
        while not self._stopped.is_set():
            try:
                stream, _ = self._socket.accept()
            except TimeoutError:
                continue
            with stream:
                stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                stream.settimeout(0.1)
                self._take(stream)

    def _take(self, stream: socket.socket) -> None:
        """Answer each block of a connection, until it ends or something is no block."""
        waiting = bytearray()
        while not self._stopped.is_set() and len(waiting) < LONGEST:
            try:
                data = stream.recv(READ)
            except TimeoutError:
                continue
            except OSError:
                return
            if not data:
                return
            waiting += data
            while END in waiting:
                block, _, rest = bytes(waiting).partition(END)
                waiting = bytearray(rest)
                if not block.startswith(START):
                    return
                self.messages.append(block.removeprefix(START))
                answer = self._answer(self.messages[-1])
                if answer is not None:
                    stream.sendall(framed(answer))
