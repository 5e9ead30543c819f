"""A user at a browser, without one: cookies, redirections, forms."""

from __future__ import annotations

import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit
from uuid import uuid4

from simulators.sending import send

MOST_FOLLOWED = 12
FORM = "application/x-www-form-urlencoded"


class Lost(Exception):
    """A page did not come; the message says which, and what came instead."""


@dataclass(frozen=True, slots=True)
class Page:
    """What a user has come to: its address, status, body."""

    url: str
    status: int
    body: bytes

    def json(self) -> Any:
        """The body as JSON. Raises Lost."""
        try:
            return json.loads(self.body)
        except ValueError:
            raise Lost(f"{self.url}: {self.status}, no JSON") from None


@dataclass(slots=True)
class User:
    """Goes from page to page. Cookies go back to the host that set them."""

    tls: ssl.SSLContext | None = None
    resolve: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    seconds: float = 60.0
    jars: dict[str, dict[str, str]] = field(default_factory=dict)

    def get(self, url: str) -> Page:
        """The page of an address, redirections followed. Raises Lost."""
        return self._go("GET", url, b"", "")

    def post(self, url: str, values: Mapping[str, str]) -> Page:
        """Where a form leads. Raises Lost."""
        return self._go("POST", url, urlencode(values).encode(), FORM)

    def upload(self, url: str, name: str, file: str, content: bytes) -> Page:
        """Where a form with a file leads (RFC 7578). Raises Lost."""
        mark = uuid4().hex
        head = (f'--{mark}\r\nContent-Disposition: form-data; name="{name}"; filename="{file}"\r\n'
                "Content-Type: application/octet-stream\r\n\r\n")  # fmt: skip
        body = head.encode() + content + f"\r\n--{mark}--\r\n".encode()
        return self._go("POST", url, body, f"multipart/form-data; boundary={mark}")

    def _go(self, method: str, url: str, body: bytes, kind: str) -> Page:
        for _ in range(MOST_FOLLOWED):
            status, headers, content = self._ask(method, url, body, kind)
            if status not in (301, 302, 303, 307, 308):
                return Page(url, status, content)
            url = urljoin(url, headers.get("location", ""))
            if status not in (307, 308):
                method, body, kind = "GET", b"", ""
        raise Lost(f"{url}: more than {MOST_FOLLOWED} redirections")

    def _ask(
        self, method: str, url: str, body: bytes, kind: str
    ) -> tuple[int, dict[str, str], bytes]:
        parts = urlsplit(url)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        lines = [f"{method} {target} HTTP/1.1", f"Host: {parts.netloc}",
                 "Accept: text/html, application/json;q=0.9, */*;q=0.8",
                 "Accept-Language: fr", "Connection: close"]  # fmt: skip
        jar = self.jars.setdefault(parts.hostname or "", {})
        if jar:
            lines.append("Cookie: " + "; ".join(f"{name}={value}" for name, value in jar.items()))
        if kind:
            lines += [f"Content-Type: {kind}", f"Content-Length: {len(body)}"]
            lines += [f"Origin: {parts.scheme}://{parts.netloc}", "Sec-Fetch-Site: same-origin"]
        raw = "\r\n".join((*lines, "", "")).encode() + body
        address = self.resolve.get(parts.hostname or "")
        found = send(url, raw, seconds=self.seconds, tls=self.tls, address=address)
        if found.ended:
            raise Lost(f"{url}: {found.ended}")
        status, headers, content = _read(bytes(found.response))
        for cookie in headers.pop("set-cookie", "").split("\n"):
            name, equals, value = cookie.partition(";")[0].partition("=")
            if equals:
                jar[name.strip()] = value.strip()
        return status, headers, content


def _read(raw: bytes) -> tuple[int, dict[str, str], bytes]:
    """Status, headers by name in lower case, body without its chunks."""
    head, _, body = raw.partition(b"\r\n\r\n")
    start, *lines = head.decode("latin_1").split("\r\n")
    headers: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(":")
        name = name.strip().lower()
        before = headers.get(name)
        headers[name] = value.strip() if before is None else f"{before}\n{value.strip()}"
    if headers.get("transfer-encoding", "").lower() == "chunked":
        body = _whole(body)
    return int(start.split(" ")[1]), headers, body


def _whole(chunks: bytes) -> bytes:
    found, at = b"", 0
    while True:
        stop = chunks.index(b"\r\n", at)
        size = int(chunks[at:stop].partition(b";")[0], 16)
        if not size:
            return found
        found += chunks[stop + 2 : stop + 2 + size]
        at = stop + 4 + size
