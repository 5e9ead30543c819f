"""The calls of a RIS: the contextual call to a Conso, the viewer link of a report (DRIM-M D)."""

from __future__ import annotations

import ssl
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from urllib.parse import urljoin, urlsplit

from simulators.faults import Fault
from simulators.ris.messages import rewritten
from simulators.sending import SECONDS, send
from testdata.exam import Exam, Study
from testdata.wire.call import contextual_call
from validators.model import Exchange

MOST_FOLLOWED = 8
LONGEST = 1 << 24
LEADS = {303: b"location", 302: b"content-location"}
"""Where the header of each status leads to (DRIM-M D-CC-02): of 302, the test server of the
agency names it in Content-Location; Location, which HTTP has for it, comes first."""


@dataclass(frozen=True, slots=True)
class Way:
    """How calls are sent: by when they end, under which TLS, and to which address a host is."""

    seconds: float = SECONDS
    tls: ssl.SSLContext | None = None
    resolve: dict[str, tuple[str, int]] = field(default_factory=dict)

    def send(self, url: str, raw: bytes) -> Exchange:
        address = self.resolve.get(urlsplit(url).hostname or "")
        return send(url, raw, seconds=self.seconds, longest=LONGEST, tls=self.tls, address=address)


def call(exam: Exam, url: str, *, faults: Iterable[Fault] = (), way: Way = Way()) -> list[Exchange]:
    """Call a Conso for the patient of an exam, and go where it leads; each exchange.

    The call is a POST of a form; the Conso answers by 303, or 302, which a GET follows
    (DRIM-M D-CC-01, D-CC-02).
    """
    return list(_followed(url, rewritten(call_request(exam, url), faults), way))


def call_request(exam: Exam, url: str) -> bytes:
    """The request of a contextual call to an address."""
    head, _, body = contextual_call(exam).partition(b"\r\n\r\n")
    kept = [
        line
        for line in head.split(b"\r\n")[1:]
        if not line.lower().startswith((b"host:", b"connection:"))
    ]
    lines = [b"POST " + _target(url), b"Host: " + _host(url), *kept, b"Connection: close"]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def viewer_link(
    exam: Exam,
    study: Study,
    base: str = "",
    *,
    style: str = "ig",
    faults: Iterable[Fault] = (),
) -> str:
    """The link to the images of a study (D-CR-01), at another base if given.

    ``style`` is one of those in which reports are seen to write it: that of the guide is "ig".
    """
    link = replace(exam, link=style).viewer_url(study)
    if base:
        link = f"{base.rstrip('/')}/IHEInvokeImageDisplay?{urlsplit(link).query}"
    return rewritten(link.encode(), faults).decode()


def open_link(link: str, *, faults: Iterable[Fault] = (), way: Way = Way()) -> list[Exchange]:
    """Open a viewer link as a browser does, and go where it leads; each exchange."""
    return list(_followed(link, rewritten(link_request(link), faults), way))


def link_request(url: str, cookies: bytes = b"") -> bytes:
    """The GET of a page, with what the host gave before to be sent back."""
    lines = [b"GET " + _target(url), b"Host: " + _host(url), b"Accept: text/html, */*;q=0.8",
             *([b"Cookie: " + cookies] if cookies else []), b"Connection: close"]  # fmt: skip
    return b"\r\n".join(lines) + b"\r\n\r\n"


def _followed(url: str, raw: bytes, way: Way) -> Iterator[Exchange]:
    """Each exchange until one leads nowhere. Cookies go back to the host that set them."""
    jar: dict[bytes, dict[bytes, bytes]] = {}
    for _ in range(MOST_FOLLOWED + 1):
        exchange = way.send(url, raw)
        yield exchange
        jar.setdefault(_host(url), {}).update(_cookies(exchange))
        url = leads_to(exchange)
        if not url:
            return
        kept = jar.get(_host(url), {})
        raw = link_request(url, b"; ".join(b"=".join(one) for one in kept.items()))


def _cookies(exchange: Exchange) -> dict[bytes, bytes]:
    """The cookies that an answer sets, without their attributes (RFC 6265 5.2)."""
    head = bytes(exchange.response[: 1 << 16]).partition(b"\r\n\r\n")[0]
    found = {}
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"set-cookie":
            key, _, text = value.partition(b";")[0].partition(b"=")
            found[key.strip()] = text.strip()
    return found


def leads_to(exchange: Exchange) -> str:
    """The address to which a redirection leads, "" where the answer is none."""
    head = bytes(exchange.response[: 1 << 16]).partition(b"\r\n\r\n")[0]
    start, *lines = head.split(b"\r\n")
    parts = start.split(b" ", 2)
    status = int(parts[1]) if len(parts) > 1 and parts[1].isdigit() else 0
    if status not in LEADS:
        return ""
    headers = {
        name.strip().lower(): value.strip()
        for name, mark, value in (line.partition(b":") for line in lines)
        if mark
    }
    location = headers.get(b"location") or headers.get(LEADS[status], b"")
    url = urljoin(exchange.url, location.decode("latin_1"))
    return url if location and urlsplit(url).scheme in ("http", "https") else ""


def _target(url: str) -> bytes:
    parts = urlsplit(url)
    path = parts.path or "/"
    return f"{path}?{parts.query} HTTP/1.1".encode() if parts.query else f"{path} HTTP/1.1".encode()


def _host(url: str) -> bytes:
    return urlsplit(url).netloc.rpartition("@")[2].encode()
