"""The requests of an HTTP archive, HAR 1.2, each as the text that it stands for."""

from __future__ import annotations

import json
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from validators.reading import limits

PSEUDO = ":"
"""What the names of the pseudo-headers of HTTP/2 begin with; they are no headers."""


class HarRequest(NamedTuple):
    """A request, and its place in the archive."""

    place: str
    raw: bytes


def is_har(raw: bytes) -> bool:
    """Whether the bytes begin as JSON with a log."""
    head = raw[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    return head.startswith(b"{") and b'"log"' in head


def requests_of(raw: bytes) -> list[HarRequest]:
    """The requests for WADO-RS resources, in their order. Raises ValueError for no HAR."""
    if len(raw) > limits.MAX_JSON_BYTES:
        raise ValueError(f"MAX_JSON_BYTES {limits.MAX_JSON_BYTES}")
    try:
        entries = json.loads(raw.decode("utf-8-sig"))["log"]["entries"]
        asked = [(number, one["request"]) for number, one in enumerate(entries)]
        return [
            HarRequest(f"entries[{number}].request", _written(one))
            for number, one in asked
            if "/studies/" in urlsplit(str(one["url"])).path
        ]
    except (ValueError, KeyError, TypeError, RecursionError) as problem:
        raise ValueError(f"HAR: {type(problem).__name__}: {problem}") from None


def _written(request: dict[str, Any]) -> bytes:
    url = urlsplit(str(request["url"]))
    target = f"{url.path}?{url.query}" if url.query else url.path
    version = str(request.get("httpVersion") or "HTTP/1.1").upper()
    version = {"H2": "HTTP/2", "HTTP/2.0": "HTTP/2", "H3": "HTTP/3"}.get(version, version)
    headers = [
        (str(one["name"]), str(one["value"]))
        for one in request.get("headers", ())
        if not str(one["name"]).startswith(PSEUDO)
    ]
    if not any(name.lower() == "host" for name, _ in headers):
        headers.insert(0, ("Host", url.netloc))
    body = str((request.get("postData") or {}).get("text", ""))
    lines = [f"{request['method']} {target} {version}", *(f"{n}: {v}" for n, v in headers), ""]
    return "".join(f"{line}\r\n" for line in lines).encode() + body.encode()
