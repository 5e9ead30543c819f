"""The HTTP client of the DRIMbox; the only module that knows which library it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookiejar import DefaultCookiePolicy
from time import monotonic
from urllib.parse import urlsplit

import httpcore
import httpx

from reference_drimbox.network import CONNECT_SECONDS, Backend, Reach, deadline

LONGEST = 1 << 26
"""Longest body that is taken whole, in bytes."""
CONNECTIONS = 32


class Unreachable(Exception):
    """No whole answer came: ``why`` is timeout, tls, connection, protocol or size.

    The text names scheme and host alone: paths and queries may tell of patients.
    """

    def __init__(self, url: str, why: str) -> None:
        parts = urlsplit(url)
        super().__init__(f"{parts.scheme}://{parts.netloc}: {why}")
        self.why = why


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer; the names of ``headers`` are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


class Streamed:
    """An answer whose body is still to come; the names of ``headers`` are in lower case."""

    def __init__(self, url: str, response: httpx.Response, until: float) -> None:
        self.status = response.status_code
        self.headers = _headers(response)
        self._url, self._response, self._until = url, response, until

    def pieces(self) -> Iterator[bytes]:
        """The body as it comes. Raises Unreachable."""
        # No size: a piece that waits to be full would make the end of an image wait.
        source = self._response.iter_raw()
        while True:
            with deadline(self._until), _translated(self._url):
                piece = next(source, None)
            if piece is None:
                return
            yield piece


class Client:
    """Sends requests, from any thread: without redirections, proxies and cookies."""

    def __init__(self, reach: Reach = Reach()) -> None:  # noqa: B008 - frozen
        self.reach = reach
        tls = reach.tls()
        transport = httpx.HTTPTransport(verify=tls, trust_env=False)
        # httpx has no way to give its pool a network backend.
        transport._pool = httpcore.ConnectionPool(
            ssl_context=tls,
            max_connections=CONNECTIONS,
            max_keepalive_connections=CONNECTIONS,
            keepalive_expiry=5.0,
            network_backend=Backend(reach.resolve),
        )
        self._client = httpx.Client(
            transport=transport,
            timeout=httpx.Timeout(reach.seconds, connect=CONNECT_SECONDS),
            follow_redirects=False,
            trust_env=False,
            headers={"User-Agent": "reference-drimbox", "Accept-Encoding": "identity"},
        )
        # One client serves many users: what a peer sets for one must not come back for another.
        self._client.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=()))

    def close(self) -> None:
        self._client.close()

    def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        content: bytes = b"",
        seconds: float | None = None,
        longest: int = LONGEST,
    ) -> Answer:
        """The answer to a request, whole. Raises Unreachable."""
        with self.stream(method, url, headers=headers, content=content, seconds=seconds) as found:
            body = bytearray()
            for piece in found.pieces():
                body += piece
                if len(body) > longest:
                    raise Unreachable(url, "size")
            return Answer(found.status, found.headers, bytes(body))

    @contextmanager
    def stream(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        content: bytes = b"",
        seconds: float | None = None,
    ) -> Iterator[Streamed]:
        """The answer to a request, its body as it comes; closed at the end of the context.

        ``seconds`` bounds the whole, of ``reach`` unless given. Raises Unreachable.
        """
        until = monotonic() + (seconds or self.reach.seconds)
        with _translated(url):
            request = self._client.build_request(
                method, url, headers=dict(headers or {}), content=content or None
            )
            with deadline(until):
                response = self._sent(request)
        try:
            yield Streamed(url, response, until)
        finally:
            response.close()

    def _sent(self, request: httpx.Request) -> httpx.Response:
        """The head of an answer. A GET is sent again where a kept connection was closed meanwhile
        (RFC 9110 9.2.2): another method could be done twice.
        """
        try:
            return self._client.send(request, stream=True)
        except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError):
            if request.method != "GET":
                raise
            return self._client.send(request, stream=True)


def _headers(response: httpx.Response) -> Mapping[str, str]:
    return {name.lower(): value for name, value in response.headers.items()}


@contextmanager
def _translated(url: str) -> Iterator[None]:
    """What the library raises becomes Unreachable."""
    try:
        yield
    except (httpx.TimeoutException, httpcore.TimeoutException):
        raise Unreachable(url, "timeout") from None
    except (httpx.InvalidURL, httpx.UnsupportedProtocol):
        raise Unreachable(url, "protocol") from None
    except httpx.ConnectError as problem:
        tls = "ssl" in str(problem).lower() or "certificate" in str(problem).lower()
        raise Unreachable(url, "tls" if tls else "connection") from None
    except (httpx.RemoteProtocolError, httpx.DecodingError):
        raise Unreachable(url, "protocol") from None
    except (httpx.HTTPError, httpx.StreamError, OSError):
        raise Unreachable(url, "connection") from None
