"""Ways to change one thing in a message, segment by segment."""

from __future__ import annotations

import re

from testdata.mutants.rewriting import Rewrite


def _lines(raw: bytes) -> list[str]:
    return raw.decode().split("\r")[:-1]


def _joined(lines: list[str]) -> bytes:
    return "".join(line + "\r" for line in lines).encode()


def _find(lines: list[str], name: str, number: int) -> int:
    """Where the ``number``-th segment of a name is (from 1). Raises IndexError."""
    return [at for at, line in enumerate(lines) if line.startswith(f"{name}|")][number - 1]


def field(name: str, number: int, value: str, nth: int = 1) -> Rewrite:
    """Give a field another value; of MSH, fields count as HL7 counts them."""

    def rewrite(raw: bytes) -> bytes:
        lines = _lines(raw)
        at = _find(lines, name, nth)
        parts = lines[at].split("|")
        index = number - 1 if name == "MSH" else number
        parts += [""] * (index + 1 - len(parts))
        parts[index] = value
        lines[at] = "|".join(parts)
        return _joined(lines)

    return rewrite


def remove(name: str, nth: int = 1) -> Rewrite:
    """Take a segment out."""

    def rewrite(raw: bytes) -> bytes:
        lines = _lines(raw)
        del lines[_find(lines, name, nth)]
        return _joined(lines)

    return rewrite


def insert(line: str, before: str, nth: int = 1) -> Rewrite:
    """Put a line in front of a segment."""

    def rewrite(raw: bytes) -> bytes:
        lines = _lines(raw)
        lines.insert(_find(lines, before, nth), line)
        return _joined(lines)

    return rewrite


def move(name: str, nth: int, before: str, before_nth: int = 1) -> Rewrite:
    """Move a segment in front of another one."""

    def rewrite(raw: bytes) -> bytes:
        lines = _lines(raw)
        line = lines.pop(_find(lines, name, nth))
        lines.insert(_find(lines, before, before_nth), line)
        return _joined(lines)

    return rewrite


def without_ins(raw: bytes) -> bytes:
    """PID-3 with its local identifier alone."""
    return re.sub(rb"(\rPID\|\|\|)[^~|]*\^INS~", rb"\1", raw)


def both(*rewrites: Rewrite) -> Rewrite:
    """Several changes that make one defect."""

    def rewrite(raw: bytes) -> bytes:
        for one in rewrites:
            raw = one(raw)
        return raw

    return rewrite


def in_block(rewrite: Rewrite) -> Rewrite:
    """Change the message in a block of MLLP."""
    return lambda raw: raw[:1] + rewrite(raw[1:-2]) + raw[-2:]
