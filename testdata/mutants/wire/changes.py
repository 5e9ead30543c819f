"""Ways to change one thing in a raw HTTP message."""

from __future__ import annotations

from collections.abc import Callable

Rewrite = Callable[[bytes], bytes]


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
    """Change the body; its Content-Length, where there is one, follows."""

    def rewrite(raw: bytes) -> bytes:
        lines, old = _split(raw)
        new = change(old)
        lines = [
            f"Content-Length: {len(new)}" if line.lower().startswith("content-length:") else line
            for line in lines
        ]
        return _joined(lines, new)

    return rewrite
