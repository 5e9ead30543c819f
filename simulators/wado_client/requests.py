"""The requests of a client: those of the documents, and those that a server must refuse.

The canonical ones are the official samples (DRIM-M C-REQ-01 to C-REQ-12), the others break one
thing each (C.3).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from simulators.wado_client.kos import Kos, Series
from testdata.wire.request import LOSSLESS, LOSSY, accept

UNKNOWN = "2.25.329800735698586629295641978511506172918"
"""A UID that nobody holds."""
NO_TOKEN = "drimcheck.expired.token"  # noqa: S105 - the opposite of a password
DICOM = 'multipart/related; type="application/dicom"'
MPEG = f"{DICOM}; transfer-syntax=1.2.840.10008.1.2.4.102"
OCTETS = 'multipart/related; type="application/octet-stream"'
JPEG_LS_FRAME = 'multipart/related; type="image/jls"'


@dataclass(frozen=True, slots=True)
class Tokens:
    """An access token that is active, and one that is not; none is sent where both are empty."""

    good: str = ""
    expired: str = NO_TOKEN


@dataclass(frozen=True, slots=True)
class Asked:
    """A request: its name, the URL that it is for, its bytes.

    ``expected`` are the statuses that it may be answered with, the right one first; any, where it
    is empty. ``sound`` says that it keeps the rules of DRIM-M: others are those of any DICOM
    client, or broken on purpose.
    """

    name: str
    url: str
    raw: bytes
    expected: tuple[int, ...] = ()
    sound: bool = False


@dataclass(frozen=True, slots=True)
class _Client:
    """Who asks: the KOS that is followed, the tokens, the name of the program."""

    kos: Kos
    tokens: Tokens
    agent: str

    def get(self, name: str, url: str, accepted: str, *expected: int, sound: bool = True) -> Asked:
        """A request that brings all that is wanted."""
        return self.ask(name, url, self.headers(Accept=accepted), expected, sound=sound)

    def ask(
        self,
        name: str,
        url: str,
        headers: Mapping[str, str],
        expected: tuple[int, ...],
        method: str = "GET",
        *,
        sound: bool = False,
    ) -> Asked:
        parts = urlsplit(url)
        path = url[url.index(parts.netloc) + len(parts.netloc) :]
        lines = [f"{method} {path} HTTP/1.1", f"Host: {parts.netloc}"]
        lines += [f"{key}: {value}" for key, value in headers.items()]
        lines += [f"User-Agent: {self.agent}", "Connection: close", "", ""]
        return Asked(name, url, "\r\n".join(lines).encode(), expected, sound)

    def headers(self, **changed: str) -> dict[str, str]:
        """The headers of a sound request; a value that is empty takes a header out."""
        found = {
            "Accept": accept(LOSSLESS),
            "Authorization": f"Bearer {self.tokens.good}" if self.tokens.good else "",
            "KOS-SOPInstanceUID": self.kos.uid,
        }
        found |= {name.replace("_", "-"): value for name, value in changed.items()}
        return {name: value for name, value in found.items() if value}


def requests(kos: Kos, tokens: Tokens = Tokens(), *, agent: str = "drimcheck") -> Iterator[Asked]:
    """Every request that follows a KOS: the canonical ones of each series, then the others.

    Those on tokens are left out where no token is sent.
    """
    client = _Client(kos, tokens, agent)
    for number, one in enumerate(kos.series, start=1):
        yield client.get(f"lossless-{number}", one.url, accept(LOSSLESS), 200)
        yield client.get(f"lossy-{number}", one.url, accept(LOSSY), 200)
    first = kos.series[0]
    yield from _other_resources(client, first)
    if tokens.good:
        yield from _tokens(client, first)
    yield from _refusals(client, first)


def _other_resources(client: _Client, first: Series) -> Iterator[Asked]:
    """What the official client asks besides series, the health check, what a server may have."""
    study = first.url.partition("/series/")[0]
    yield client.get("study", study, accept(LOSSLESS), 200)
    if first.instances:
        instance = f"{first.url}/instances/{first.instances[0]}"
        yield client.get("instance", instance, accept(LOSSLESS), 200)
        yield client.get("frames", f"{instance}/frames/1", OCTETS)
        yield client.get("frames-compressed", f"{instance}/frames/1", JPEG_LS_FRAME)
        yield client.get("rendered", f"{instance}/rendered?viewport=64,64", "image/jpeg")
    yield client.get("metadata", f"{first.url}/metadata", "application/dicom+json")
    yield client.get("default-syntax", first.url, DICOM, 200, sound=False)
    yield client.get("any-syntax", first.url, f"{DICOM}; transfer-syntax=*", 200, sound=False)
    yield client.get("anything", first.url, "*/*", 200, sound=False)
    health = {"Accept": "application/json"}
    yield client.ask("health", first.base, health, (200, 204), sound=True)
    described = {"Accept": "application/vnd.sun.wadl+xml"}
    yield client.ask("capabilities", f"{first.base}/studies", described, (), "OPTIONS")


def _tokens(client: _Client, first: Series) -> Iterator[Asked]:
    yield client.ask("no-token", first.url, client.headers(Authorization=""), (401,))
    expired = client.headers(Authorization=f"Bearer {client.tokens.expired}")
    yield client.ask("expired-token", first.url, expired, (401,))


def _refusals(client: _Client, first: Series) -> Iterator[Asked]:
    """What a server must refuse, each with the status of C.3."""
    ask, headers = client.ask, client.headers
    wrong = headers(KOS_SOPInstanceUID=UNKNOWN)
    yield ask("wrong-kos", first.url, wrong, (404, 403))
    yield ask("no-kos", first.url, headers(KOS_SOPInstanceUID=""), (400,))
    unknown = f"{first.base}/studies/{UNKNOWN}/series/{UNKNOWN}"
    yield ask("unknown-study", unknown, headers(), (404,))
    malformed = f"{first.base}/studies/1.02.a/series/{first.uid}"
    yield ask("bad-uid", malformed, headers(), (400, 404))
    upwards = f"{first.base}/studies/..%2f..%2f..%2fetc%2fpasswd"
    yield ask("path-upwards", upwards, headers(), (400, 404, 403))
    yield ask("no-accept", first.url, headers(Accept=""), (406, 400))
    yield client.get("odd-accept", first.url, "text/calendar", 406, sound=False)
    yield client.get("syntax-not-to-be-had", first.url, MPEG, 406, sound=False)
    yield ask("method-post", first.url, headers(), (405, 501), "POST")
