"""Ways to change one thing in a raw HTTP message."""

from __future__ import annotations

from collections.abc import Callable

from testdata.mutants.rewriting import Rewrite, replace
from testdata.wire.response import in_chunks


def _split(raw: bytes) -> tuple[list[str], bytes]:
    """Start line and header lines, and the body."""
    head, _, body = raw.partition(b"\r\n\r\n")
    return head.decode("latin_1").split("\r\n"), body


def _joined(lines: list[str], body: bytes) -> bytes:
    return "\r\n".join(lines).encode("latin_1") + b"\r\n\r\n" + body


def start(old: str, new: str) -> Rewrite:
    """Change a part of the start line. Raises ValueError where it is not there."""

    def rewrite(raw: bytes) -> bytes:
        lines, body = _split(raw)
        if old not in lines[0]:
            raise ValueError(f"no {old!r}")
        lines[0] = lines[0].replace(old, new, 1)
        return _joined(lines, body)

    return rewrite


def header(name: str, value: str | None) -> Rewrite:
    """Give a header another value, or take it out. Raises ValueError where it is not there."""

    def rewrite(raw: bytes) -> bytes:
        lines, body = _split(raw)
        at = [n for n, line in enumerate(lines) if line.lower().startswith(f"{name.lower()}:")]
        if not at:
            raise ValueError(f"no {name}")
        lines[at[0] : at[0] + 1] = [f"{name}: {value}"] if value is not None else []
        return _joined(lines, body)

    return rewrite


def in_header(name: str, old: str, new: str) -> Rewrite:
    """Change a part of a header. Raises ValueError where it is not there."""

    def rewrite(raw: bytes) -> bytes:
        lines, body = _split(raw)
        for number, line in enumerate(lines):
            if line.lower().startswith(f"{name.lower()}:") and old in line:
                lines[number] = line.replace(old, new)
                return _joined(lines, body)
        raise ValueError(f"no {old!r} in {name}")

    return rewrite


def add(line: str) -> Rewrite:
    """Add a header line at the end."""

    def rewrite(raw: bytes) -> bytes:
        lines, body = _split(raw)
        return _joined([*lines, line], body)

    return rewrite


def body(change: Callable[[bytes], bytes]) -> Rewrite:
    """Change the body; its Content-Length or its chunks, where there are some, follow."""

    def rewrite(raw: bytes) -> bytes:
        lines, old = _split(raw)
        chunked = any(line.lower() == "transfer-encoding: chunked" for line in lines)
        new = change(_unchunked(old) if chunked else old)
        lines = [
            f"Content-Length: {len(new)}" if line.lower().startswith("content-length:") else line
            for line in lines
        ]
        return _joined(lines, in_chunks(new) if chunked else new)

    return rewrite


def _unchunked(sent: bytes) -> bytes:
    """The payload of chunks as the generator writes them."""
    pieces: list[bytes] = []
    at = 0
    while True:
        stop = sent.index(b"\r\n", at)
        size = int(sent[at:stop], 16)
        if not size:
            return b"".join(pieces)
        pieces.append(sent[stop + 2 : stop + 2 + size])
        at = stop + size + 4


def tail(old: bytes, new: bytes) -> Rewrite:
    """Change the end of the message, and nothing that counts it. Raises ValueError elsewhere."""

    def rewrite(raw: bytes) -> bytes:
        if not raw.endswith(old):
            raise ValueError(f"no {old!r}")
        return raw[: len(raw) - len(old)] + new

    return rewrite


def swap(old: bytes, new: bytes, count: int = 1) -> Rewrite:
    """Change bytes of the body. Raises ValueError where they are not there."""
    return body(replace(old, new, count))
