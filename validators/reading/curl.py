"""A curl command line as the request that it sends (curl(1); HTTP options alone)."""

from __future__ import annotations

import base64
import re
import shlex
from dataclasses import dataclass, field
from urllib.parse import urlsplit

_OTHERS = """
    -o --output -w --write-out -m --max-time --connect-timeout --cacert --capath -E --cert --key
    --cert-type --key-type --pass -x --proxy --resolve --connect-to --retry -c --cookie-jar -D
    --dump-header --limit-rate -r --range --tls-max --ciphers --interface -T --upload-file
    --max-redirs --output-dir --noproxy --retry-delay -K --config --stderr --trace --trace-ascii
    --unix-socket
"""
WITH_VALUE = frozenset(_OTHERS.split())
"""Options with a value that changes nothing of what is judged, or that curl reads elsewhere."""
_DATA = frozenset(
    ["-d", "--data", "--data-raw", "--data-binary", "--data-ascii", "--data-urlencode", "--json"]
)


@dataclass(slots=True)
class _Asked:
    method: str = ""
    url: str = ""
    headers: list[tuple[str, str]] = field(default_factory=list)
    removed: set[str] = field(default_factory=set)
    data: list[str] = field(default_factory=list)
    as_query: bool = False
    version: str = "HTTP/1.1"


def is_curl(raw: bytes) -> bool:
    """Whether a text is a curl command, behind a prompt or not."""
    return re.match(rb"\s*(?:[$#>]\s*)?curl\s", raw) is not None


def request_of(raw: bytes) -> bytes:
    """The request that the command sends. Raises ValueError for a line that is no command."""
    text = raw.decode("utf-8", "replace").replace("\\\r\n", " ").replace("\\\n", " ")
    words = shlex.split(text.strip().lstrip("$#> "), comments=False)[1:]
    asked = _Asked()
    while words:
        word = words.pop(0)
        if word.startswith("-") and word != "-":
            _option(asked, word, words)
        elif not asked.url:
            asked.url = word
    if not asked.url:
        raise ValueError("curl: no URL")
    return _written(asked)


def _option(asked: _Asked, word: str, words: list[str]) -> None:
    name, joined = word, None
    if word.startswith("--") and "=" in word:
        name, _, joined = word.partition("=")
    elif not word.startswith("--") and len(word) > 2:
        if word[1] in "XHduAbemowEx":
            name, joined = word[:2], word[2:]
        else:
            for letter in word[1:-1]:
                _flag(asked, f"-{letter}")
            name = f"-{word[-1]}"
    takes = name in _VALUED or name in WITH_VALUE or name in _DATA
    if not takes:
        _flag(asked, name)
        return
    if joined is None and not words:
        raise ValueError(f"curl: {name} needs a value")
    value = words.pop(0) if joined is None else joined
    if name in _DATA:
        asked.data.append(value)
        if name == "--json":
            asked.headers.append(("Content-Type", "application/json"))
    elif name in _VALUED:
        _value(asked, _VALUED[name], value)


def _flag(asked: _Asked, name: str) -> None:
    if name in ("-G", "--get"):
        asked.as_query = True
    elif name in ("-I", "--head"):
        asked.method = "HEAD"
    elif name in ("-0", "--http1.0"):
        asked.version = "HTTP/1.0"
    elif name == "--compressed":
        asked.headers.append(("Accept-Encoding", "deflate, gzip"))


_VALUED = {
    "-X": "method", "--request": "method", "--url": "url", "-H": "header", "--header": "header",
    "-A": "User-Agent", "--user-agent": "User-Agent", "-e": "Referer", "--referer": "Referer",
    "-b": "Cookie", "--cookie": "Cookie", "-u": "user", "--user": "user",
    "--oauth2-bearer": "bearer",
}  # fmt: skip


def _value(asked: _Asked, what: str, value: str) -> None:
    if what == "method":
        asked.method = value
    elif what == "url":
        asked.url = value
    elif what == "user":
        coded = base64.b64encode(value.encode()).decode()
        asked.headers.append(("Authorization", f"Basic {coded}"))
    elif what == "bearer":
        asked.headers.append(("Authorization", f"Bearer {value}"))
    elif what != "header":
        asked.headers.append((what, value))
    elif re.fullmatch(r"[^:;]+:\s*", value):
        asked.removed.add(value.partition(":")[0].strip().lower())
    elif value.endswith(";") and ":" not in value:
        asked.headers.append((value[:-1], ""))
    else:
        name, _, text = value.partition(":")
        asked.headers.append((name, text.strip()))


def _written(asked: _Asked) -> bytes:
    url = asked.url if "://" in asked.url else f"http://{asked.url}"
    parts = urlsplit(url)
    target = parts.path or "/"
    query = "&".join([parts.query, *(asked.data if asked.as_query else ())]).strip("&")
    body = "" if asked.as_query else "&".join(asked.data)
    method = asked.method or ("POST" if body else "GET")
    given = {name.lower() for name, _ in asked.headers}
    defaults = [
        ("Host", parts.netloc.rpartition("@")[2]),
        ("User-Agent", "curl"),
        ("Accept", "*/*"),
    ]
    if body:
        defaults += [
            ("Content-Type", "application/x-www-form-urlencoded"),
            ("Content-Length", str(len(body.encode()))),
        ]
    headers = [
        one for one in defaults if one[0].lower() not in given | asked.removed
    ] + asked.headers
    lines = [f"{method} {target}{f'?{query}' if query else ''} {asked.version}"]
    lines += [f"{name}: {value}" for name, value in headers]
    return "".join(f"{line}\r\n" for line in (*lines, "")).encode() + body.encode()
