"""Names in an archive that would lead an extraction elsewhere, or onto one another."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from validators.reading.archive_directory import Record

REGULAR, FOLDER, TYPE = 0o100000, 0o040000, 0o170000
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ufffd]")
_DRIVE = re.compile(r"[A-Za-z]:")


def name_problem(name: str) -> str:
    """What a name should be that it is not; "" for one that stays inside the folder."""
    if not name or _CONTROL.search(name):
        return "[^\\x00-\\x1f\\x7f]+"
    if "\\" in name:
        return "/"
    if name.startswith("/") or _DRIVE.match(name):
        return "[^/]"
    parts = name.removesuffix("/").split("/")
    if any(part in ("", ".", "..") for part in parts):
        return "[^./]"
    return ""


def is_link(mode: int) -> bool:
    """Whether a Unix mode is that of a link, a device or a pipe: not of a file or a folder."""
    return mode & TYPE not in (0, REGULAR, FOLDER)


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name.removesuffix("/")).casefold()


def repeated_names(records: Sequence[Record]) -> Iterator[tuple[Record, str]]:
    """The entries whose name another one has, by case too, or has as a folder; with that name."""
    seen: dict[str, str] = {}
    for one in records:
        folded = _folded(one.name)
        if folded in seen:
            yield one, seen[folded]
        seen.setdefault(folded, one.name)
    files = {_folded(one.name): one.name for one in records if not one.is_folder}
    for one in records:
        parts = _folded(one.name).split("/")
        for length in range(1, len(parts)):
            inside = files.get("/".join(parts[:length]))
            if inside is not None:
                yield one, inside
