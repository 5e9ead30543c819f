"""A PSC simulator that runs, and a client of it."""

from __future__ import annotations

import hashlib
import json
import re
import ssl
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from simulators import psc
from simulators.faults import Fault
from simulators.psc.clients import CONSO, SOURCE
from simulators.sending import send
from simulators.serving import Serving
from testdata.conversation.psc import base64url
from validators.model import Exchange

VERIFIER = "v" * 43
FORM = "application/x-www-form-urlencoded"
REDIRECT = CONSO.redirect_uris[0]
CERTIFIED = replace(CONSO, secret="")

IMAGES = b"HTTP/1.1 200 OK\r\nDate: Tue, 24 Nov 2026 09:30:00 GMT\r\nContent-Length: 0\r\n\r\n"


@dataclass
class Answer:
    exchange: Exchange

    @property
    def head(self) -> str:
        return bytes(self.exchange.response).partition(b"\r\n\r\n")[0].decode()

    @property
    def status(self) -> int:
        return int(self.head.split(" ")[1])

    @property
    def text(self) -> str:
        return bytes(self.exchange.response).partition(b"\r\n\r\n")[2].decode()

    @property
    def json(self) -> dict[str, Any]:
        return json.loads(self.text)  # type: ignore[no-any-return]

    @property
    def location(self) -> str:
        found = re.search(r"(?im)^location: (.*?)\r?$", self.head)
        return found[1] if found else ""

    @property
    def back(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.location).query))


@dataclass
class Peer:
    """A client of the provider that keeps every exchange."""

    base: str
    now: list[float]
    kept: list[Exchange] = field(default_factory=list)
    tls: ssl.SSLContext | None = None

    @property
    def connect(self) -> str:
        return f"{self.base}{psc.CONNECT}"

    def ask(self, url: str, form: dict[str, str] | None = None, **headers: str) -> Answer:
        parts = urlsplit(url)
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        body = urlencode(form or {}).encode()
        lines = [f"{'GET' if form is None else 'POST'} {target} HTTP/1.1", f"Host: {parts.netloc}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        if form is not None:
            lines += [] if "Content_Type" in headers else [f"Content-Type: {FORM}"]
            lines += [f"Content-Length: {len(body)}"]
        raw = "\r\n".join([*lines, "", ""]).encode() + body
        self.kept.append(send(url, raw, seconds=10, tls=self.tls))
        return Answer(self.kept[-1])

    def authorize(self, **changes: str) -> Answer:
        asked = {
            "response_type": "code", "client_id": CONSO.id, "redirect_uri": REDIRECT,
            "scope": "openid scope_all", "acr_values": "eidas1", "state": "s" * 32,
            "nonce": "n" * 32, "login_hint": "radiologue",
            "code_challenge": base64url(hashlib.sha256(VERIFIER.encode()).digest()),
            "code_challenge_method": "S256",
        } | changes  # fmt: skip
        query = urlencode({name: value for name, value in asked.items() if value})
        return self.ask(f"{self.base}/auth?{query}")

    def callback(self, location: str) -> None:
        """What the browser then asks of the client, which is not served here."""
        target = location.removeprefix("https://db1.example.org")
        request = f"GET {target} HTTP/1.1\r\nHost: db1.example.org\r\n\r\n".encode()
        self.kept.append(Exchange(location, request, IMAGES.replace(b"200 OK", b"302 Found")))

    def token(self, code: str, **changes: str) -> Answer:
        form = {
            "grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT,
            "code_verifier": VERIFIER, "client_id": CONSO.id, "client_secret": CONSO.secret,
        } | changes  # fmt: skip
        form = {name: value for name, value in form.items() if value}
        return self.ask(f"{self.connect}/token", form)

    def login(self, **changes: str) -> dict[str, Any]:
        return self.token(self.authorize(**changes).back["code"]).json

    def userinfo(self, token: str) -> Answer:
        return self.ask(f"{self.connect}/userinfo", Authorization=f"Bearer {token}")

    def introspect(self, token: str) -> Answer:
        basic = b64encode(f"{SOURCE.id}:{SOURCE.secret}".encode()).decode()
        headers = {"Authorization": f"Basic {basic}", "Accept": "application/json"}
        return self.ask(f"{self.connect}/token/introspect", {"token": token}, **headers)


@contextmanager
def serving(*faults: Fault, **options: Any) -> Iterator[Peer]:
    now = [time.time()]

    def make(base: str) -> Any:
        return psc.application(base, faults, clock=lambda: now[0], **options)

    with Serving(make, faults=faults) as served:
        yield Peer(served.base, now)


@pytest.fixture(scope="module")
def peer() -> Iterator[Peer]:
    with serving() as found:
        yield found
