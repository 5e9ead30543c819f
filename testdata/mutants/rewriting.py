"""Changing bytes as they stand: for defects that no parser would write."""

from __future__ import annotations

from collections.abc import Callable

Rewrite = Callable[[bytes], bytes]
EVERY = -1


def replace(old: str | bytes, new: str | bytes, count: int = 1) -> Rewrite:
    """Change a part, the first ``count`` times or EVERY time. Raises ValueError without it."""
    before, after = _octets(old), _octets(new)

    def rewrite(raw: bytes) -> bytes:
        if before not in raw:
            raise ValueError(f"no {old!r}")
        return raw.replace(before, after, count)

    return rewrite


def _octets(text: str | bytes) -> bytes:
    return text.encode() if isinstance(text, str) else text
