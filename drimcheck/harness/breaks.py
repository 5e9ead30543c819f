"""The named faults of a system under test, by which each scenario is proved to notice.

``scenarios/broken.toml`` says which scenario each of them turns red, and by which rule.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path

from drimcheck.harness.relay import Break, Rewrite
from testdata.mutants.rewriting import EVERY, replace
from testdata.mutants.wire.changes import body, header, in_header, start

BROKEN = Path(__file__).parent.parent / "scenarios" / "broken.toml"


def asking(mark: bytes, rewrite: Rewrite) -> Rewrite:
    """Change messages that hold a mark."""

    def changed(raw: bytes) -> bytes:
        if mark not in raw:
            raise ValueError(f"no {mark!r}")
        return rewrite(raw)

    return changed


def _swallowed(_raw: bytes) -> bytes:
    """A request of which nothing is left but that there was one."""
    return b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"


def _text(old: str, new: str) -> Callable[[bytes], bytes]:
    return body(replace(old, new, EVERY))


PUBLISH, DELETE = b"ProvideAndRegisterDocumentSet-b<", b"StatusType:Deleted"
RPLC = b"AssociationType:RPLC"
SERIES = b"multipart/related"

BREAKS = (
    Break("kos-not-sent", "dmp", "SCN-PUB", asking(PUBLISH, _swallowed)),
    Break("kos-not-replaced", "dmp", "SCN-RPLC", asking(RPLC, _swallowed)),
    Break("kos-not-depublished", "dmp", "SCN-DEL", asking(DELETE, _swallowed)),
    Break("login-page-for-images", "source", "WADO-RES-02",
          asking(SERIES, header("Content-Type", "text/html"))),
    Break("images-cut", "source", "WADO-WR27", asking(SERIES, body(lambda raw: raw[:-6]))),
    Break("images-lost", "source", "SCN-RETR", asking(SERIES, body(lambda raw: raw[:-6]))),
    Break("no-challenge", "source", "WADO-WR07", header("WWW-Authenticate", None)),
    Break("health-down", "source", "WADO-ERR-200",
          asking(b"application/json", start("200 OK", "503 Service Unavailable"))),
    Break("link-not-found", "source", "SCN-OPEN",
          asking(b"text/html", start("200 OK", "404 Not Found"))),
    Break("wrong-link-opened", "source", "SCN-REFUSE",
          asking(b"406 ", start("406 Not Acceptable", "200 OK"))),
    Break("token-absent", "images", "WADO-REQ-04-ABSENT", header("Authorization", None)),
    Break("syntax-not-offered", "images", "WADO-REQ-07",
          in_header("Accept", "1.2.840.10008.1.2.4.91", "1.2.840.10008.1.2.4.90")),
    Break("series-refused", "images", "SCN-RETR",
          lambda raw: replace("/series/", "/serie/")(raw)),
    Break("archive-cut", "files", "XDM-ZIP-05", lambda raw: raw[:-30]),
    Break("unsigned-list-followed", "allowlist", "WADO-ERR-403", lambda raw: raw),
    Break("acknowledged-otherwise", "mllp", "HL7-ACK-03-CODE", replace("|AA|", "|AE|")),
    Break("acknowledged-though-broken", "mllp", "HL7-ACK-03-CODE", replace("|AE|", "|AA|")),
)  # fmt: skip


def named(name: str) -> Break:
    """The fault of this name. Raises KeyError."""
    return {one.name: one for one in BREAKS}[name]


def broken() -> dict[str, list[str]]:
    """The faults that turn each scenario red."""
    found: dict[str, list[str]] = tomllib.loads(BROKEN.read_text(encoding="utf-8"))["scenario"]
    return found
