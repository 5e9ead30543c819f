"""Raw HTTP/1.1 exchanges, and the file that holds several of them."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
DATE = "Tue, 24 Nov 2026 09:30:00 GMT"
NOW = 1_795_512_600
"""The same moment, in seconds since 1970."""


@dataclass(frozen=True, slots=True)
class Hop:
    """One exchange: the URL, and the bytes that went each way."""

    url: str
    request: bytes
    response: bytes


def get(url: str, headers: Mapping[str, str], answer: bytes) -> Hop:
    return Hop(
        url, _message(f"GET {_target(url)} HTTP/1.1", {"Host": _host(url), **headers}), answer
    )


def post(url: str, headers: Mapping[str, str], body: bytes, answer: bytes) -> Hop:
    every = {"Host": _host(url), **headers}
    return Hop(url, _message(f"POST {_target(url)} HTTP/1.1", every, body), answer)


def form(**parameters: str) -> bytes:
    return urlencode(parameters).encode()


def answer(body: bytes = b"", *, status: str = "200 OK", date: str = DATE, **headers: str) -> bytes:
    """A response; the names of headers have underscores for hyphens."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return _message(f"HTTP/1.1 {status}", {"Date": date, **named}, body)


def json_answer(value: object) -> bytes:
    return answer(json.dumps(value, separators=(",", ":")).encode(), Content_Type=JSON)


def packed(hops: Sequence[Hop]) -> bytes:
    """The capture in one file: JSON, the bytes of the wire in base64."""
    rows = [
        {
            "url": one.url,
            "request": b64encode(one.request).decode(),
            "response": b64encode(one.response).decode(),
            "ended": "",
        }
        for one in hops
    ]
    return (json.dumps({"exchanges": rows}, indent=1) + "\n").encode()


def _target(url: str) -> str:
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _host(url: str) -> str:
    return urlsplit(url).netloc


def _message(start: str, headers: Mapping[str, str], body: bytes = b"") -> bytes:
    length = {"Content-Length": str(len(body))} if body or start.startswith("HTTP") else {}
    lines = [start, *(f"{name}: {value}" for name, value in {**headers, **length}.items()), "", ""]
    return "\r\n".join(lines).encode() + body
