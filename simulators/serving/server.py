"""A server in a thread of its own: uvicorn, with a tape under it."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from collections.abc import Callable, Sequence
from functools import cached_property, partial
from types import TracebackType
from typing import Any

import uvicorn
from cryptography.x509 import load_der_x509_certificate
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from simulators.faults import Fault
from simulators.network import Network
from simulators.serving.tape import KEPT, Record, Tape

BACKLOG = 128
STOP_SECONDS = 2
START_SECONDS = 10.0


def nothing(_exchange: object) -> None:
    """Keep no record."""


class Protocol(HttpToolsProtocol):
    """A connection that is recorded, and whose client certificate the application sees.

    ``scope["extensions"]["tls"]`` is that of the ASGI TLS extension: ``client_cert_name`` is the
    subject in the form of RFC 4514, None where no certificate came.
    """

    def __init__(self, *rest: Any, tape: Callable[[asyncio.Transport], Tape], **named: Any) -> None:
        super().__init__(*rest, **named)
        self._tape = tape

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        made = self._tape(transport)  # type: ignore[arg-type]
        super().connection_made(made)

    def data_received(self, data: bytes) -> None:
        self.tape.received(data)
        super().data_received(data)

    @property
    def tape(self) -> Tape:
        assert isinstance(self.transport, Tape)
        return self.transport

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self.tape.end()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        if self.scheme == "https":
            name = self._client_name
            self.scope["extensions"] = {"tls": {"client_cert_name": name}}

    @cached_property
    def _client_name(self) -> str | None:
        tls = self.transport.get_extra_info("ssl_object")
        der = tls.getpeercert(binary_form=True) if tls else None
        return load_der_x509_certificate(der).subject.rfc4514_string() if der else None

    def on_response_complete(self) -> None:
        self.tape.finish()
        super().on_response_complete()


class Serving:
    """An application at its place in the network, from entering the context to leaving it.

    ``make`` gets the base of the URLs, which is known once the socket is bound. Raises OSError
    where the port cannot be had.
    """

    def __init__(
        self,
        make: Callable[[str], ASGIApp],
        network: Network = Network(),  # noqa: B008 - frozen
        record: Record = nothing,
        faults: Sequence[Fault] = (),
        *,
        keep: int | None = KEPT,
    ) -> None:
        self._socket = _bound(network)
        self.network = network.on(self._socket.getsockname()[1])
        self.application = make(self.base)
        played = [one for one in faults if one.rewrite or one.pace]
        tape = partial(Tape, base=self.base, record=record, faults=played, limit=keep)
        self._server = uvicorn.Server(self._config(tape))
        self._thread = threading.Thread(target=self._run, daemon=True)

    @property
    def base(self) -> str:
        return self.network.base

    def _config(self, tape: Callable[[asyncio.Transport], Tape]) -> uvicorn.Config:
        config = uvicorn.Config(
            self.application,
            http=partial(Protocol, tape=tape),  # type: ignore[arg-type]
            ws="none",
            lifespan="off",
            log_config=None,
            log_level="critical",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=STOP_SECONDS,
            backlog=BACKLOG,
        )
        tls = self.network.tls
        if tls is not None:
            wanted = ssl.CERT_OPTIONAL if tls.optional else ssl.CERT_REQUIRED
            config.ssl_certfile, config.ssl_keyfile = str(tls.certificate), str(tls.key)
            config.ssl_ca_certs = str(tls.authorities) if tls.authorities else None
            config.ssl_cert_reqs = wanted if tls.authorities else ssl.CERT_NONE
        return config

    def _run(self) -> None:
        self._server.run(sockets=[self._socket])

    def __enter__(self) -> Serving:
        self._thread.start()
        waited = threading.Event()
        for _ in range(int(START_SECONDS / 0.01)):
            if self._server.started or not self._thread.is_alive():
                break
            waited.wait(0.01)
        if not self._server.started:
            self._socket.close()
            raise OSError(f"{self.base}: the server did not start")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.should_exit = True
        self._thread.join(STOP_SECONDS * 3)
        self._socket.close()


def _bound(network: Network) -> socket.socket:
    """A socket at the place to listen. Raises OSError, which says where."""
    family = socket.AF_INET6 if ":" in network.listen else socket.AF_INET
    made = socket.socket(family, socket.SOCK_STREAM)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((network.listen, network.port))
    except OSError as problem:
        made.close()
        where = f"{network.listen}:{network.port}"
        raise OSError(problem.errno, f"cannot listen: {problem.strerror}", where) from None
    return made
