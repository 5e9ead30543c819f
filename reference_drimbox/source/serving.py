"""uvicorn in a thread, with the name of the client certificate where TLS is on."""

from __future__ import annotations

import socket
import ssl
import threading
from functools import cached_property

import uvicorn
from cryptography.x509 import load_der_x509_certificate
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from reference_drimbox.config import Web

STOP_SECONDS = 10
START_SECONDS = 30.0


class Protocol(HttpToolsProtocol):
    """A connection whose client certificate the application sees (ASGI TLS extension)."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        if self.scheme == "https":
            self.scope["extensions"] = {"tls": {"client_cert_name": self._client_name}}

    @cached_property
    def _client_name(self) -> str | None:
        tls = self.transport.get_extra_info("ssl_object")
        der = tls.getpeercert(binary_form=True) if tls else None
        return load_der_x509_certificate(der).subject.rfc4514_string() if der else None


class Server:
    """An application on a socket that is bound at once. Raises OSError."""

    def __init__(self, settings: Web) -> None:
        family = socket.AF_INET6 if ":" in settings.listen else socket.AF_INET
        self._socket = socket.create_server((settings.listen, settings.port), family=family)
        self._settings = settings
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def port(self) -> int:
        return int(self._socket.getsockname()[1])

    def start(self, application: ASGIApp) -> None:
        """Serve, from when this returns. Raises OSError."""
        settings = self._settings
        config = uvicorn.Config(
            application,
            http=Protocol,
            ws="none",
            lifespan="on",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=STOP_SECONDS,
        )
        if settings.certificate is not None and settings.key is not None:
            config.ssl_certfile, config.ssl_keyfile = settings.certificate, settings.key
            config.ssl_ca_certs = str(settings.authorities) if settings.authorities else None
            # Browsers and probes come without a certificate; the application asks for one.
            config.ssl_cert_reqs = ssl.CERT_OPTIONAL if settings.authorities else ssl.CERT_NONE
        self._server = server = uvicorn.Server(config)
        self._thread = threading.Thread(target=server.run, args=([self._socket],), daemon=True)
        self._thread.start()
        waited = threading.Event()
        for _ in range(int(START_SECONDS / 0.01)):
            if server.started or not self._thread.is_alive():
                break
            waited.wait(0.01)
        if not server.started:
            raise OSError("web: the server did not start")

    def stop(self) -> None:
        """Answer what was asked, within some seconds, then end."""
        if self._server is not None and self._thread is not None:
            self._server.should_exit = True
            self._thread.join(STOP_SECONDS * 2)
        self._socket.close()
