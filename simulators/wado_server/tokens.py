"""Whether an access token is good: the provider is asked (RFC 7662; DRIM-M E-PSC-07)."""

from __future__ import annotations

import json
import ssl
import time
from base64 import b64encode
from collections.abc import Callable
from urllib.parse import urlencode, urlsplit

from simulators.sending import send
from validators.model import Exchange

SECONDS = 10.0
Check = Callable[[str], bool]


class Unanswered(Exception):
    """The provider did not say; the message says what it did instead."""


def introspection(
    url: str,
    client: str,
    secret: str = "",
    *,
    tls: ssl.SSLContext | None = None,
    record: Callable[[Exchange], None] = lambda _one: None,
) -> Check:
    """A check of tokens at this endpoint: active, and its time not over.

    The client authenticates by its secret, or by the certificate of ``tls``. The check raises
    Unanswered.
    """

    def check(token: str) -> bool:
        exchange = send(url, _request(url, client, secret, token), seconds=SECONDS, tls=tls)
        record(exchange)
        found = _answer(url, exchange)
        expires = found.get("exp", 0)
        return found.get("active") is True and (not expires or expires > time.time())

    return check


def _request(url: str, client: str, secret: str, token: str) -> bytes:
    parts = urlsplit(url)
    fields = {"token": token} if secret else {"token": token, "client_id": client}
    body = urlencode(fields).encode()
    lines = [
        f"POST {parts.path} HTTP/1.1",
        f"Host: {parts.netloc}",
        "Accept: application/json",
        "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {len(body)}",
        "Connection: close",
    ]
    if secret:
        known = b64encode(f"{client}:{secret}".encode()).decode()
        lines.append(f"Authorization: Basic {known}")
    return "".join(f"{line}\r\n" for line in (*lines, "")).encode() + body


def _answer(url: str, exchange: Exchange) -> dict[str, float | bool]:
    head, _, body = bytes(exchange.response).partition(b"\r\n\r\n")
    status = head.split(b" ")[1:2]
    try:
        found = json.loads(body) if status == [b"200"] else None
    except ValueError:
        found = None
    if not isinstance(found, dict):
        said = status[0].decode("latin_1") if status else exchange.ended
        raise Unanswered(f"{url}: no introspection: {said}")
    return found
