"""Ways to change one thing in an archive: in its files, or in the zip around them."""

from __future__ import annotations

import hashlib
import struct
import zipfile
from collections.abc import Callable
from io import BytesIO

from testdata.mutants.rewriting import Rewrite

SET = "IHE_XDM/SS000001"
METADATA = f"{SET}/METADATA.XML"
WRITTEN = (2026, 11, 24, 10, 15, 0)


def opened(raw: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(raw)) as archive:
        return {one.filename: archive.read(one) for one in archive.infolist()}


def closed(files: dict[str, bytes]) -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, WRITTEN), content)
    return stream.getvalue()


def files(change: Callable[[dict[str, bytes]], None]) -> Rewrite:
    """Change the files of the archive."""

    def rewrite(raw: bytes) -> bytes:
        found = opened(raw)
        change(found)
        return closed(found)

    return rewrite


def without(name: str) -> Rewrite:
    def change(found: dict[str, bytes]) -> None:
        del found[name]

    return files(change)


def add(name: str, content: bytes) -> Rewrite:
    return files(lambda found: found.update({name: content}))


def named(old: str, new: str) -> Rewrite:
    """Write ``new`` for ``old`` in the names of the files, and in what names them."""

    def change(found: dict[str, bytes]) -> None:
        renamed = {
            name.replace(old, new): content.replace(old.encode(), new.encode())
            for name, content in found.items()
        }
        found.clear()
        found.update(renamed)

    return files(change)


def replace(name: str, old: str, new: str) -> Rewrite:
    """Change a part of a file, the first. Raises ValueError where it is not there."""

    def change(found: dict[str, bytes]) -> None:
        if old.encode() not in found[name]:
            raise ValueError(f"no {old!r}")
        found[name] = found[name].replace(old.encode(), new.encode(), 1)

    return files(change)


def slot_value(name: str, value: str, nth: int = 1) -> Rewrite:
    """Give the ``nth`` slot of a name in the metadata another value."""

    def change(found: dict[str, bytes]) -> None:
        text = found[METADATA].decode()
        start = -1
        for _ in range(nth):
            start = text.index(f'name="{name}"', start + 1)
        opening = text.index("<rim:Value>", start) + len("<rim:Value>")
        closing = text.index("</rim:Value>", opening)
        found[METADATA] = (text[:opening] + value + text[closing:]).encode()

    return files(change)


def without_slot(name: str) -> Rewrite:
    """Take the first slot of a name out of the metadata."""

    def change(found: dict[str, bytes]) -> None:
        text = found[METADATA].decode()
        start = text.index(f'<rim:Slot name="{name}"')
        end = text.index("</rim:Slot>", start) + len("</rim:Slot>")
        found[METADATA] = (text[:start] + text[end:]).encode()

    return files(change)


def other_content(name: str, content: bytes) -> Rewrite:
    """Give a file another content, and the metadata its hash and size."""

    def change(found: dict[str, bytes]) -> None:
        text = found[METADATA].decode()
        for old, new in zip(_fingerprint(found[name]), _fingerprint(content), strict=True):
            text = text.replace(f"<rim:Value>{old}<", f"<rim:Value>{new}<", 1)
        found[METADATA] = text.encode()
        found[name] = content

    return files(change)


def _fingerprint(content: bytes) -> tuple[str, str]:
    return hashlib.sha1(content).hexdigest(), str(len(content))  # noqa: S324 - the hash of XDS


def in_names(old: bytes, new: bytes) -> Rewrite:
    """Write ``new`` for ``old``, of one length, in the directory and in the local headers."""

    def rewrite(raw: bytes) -> bytes:
        if len(old) != len(new) or old not in raw:
            raise ValueError(f"no {old!r}")
        return raw.replace(old, new)

    return rewrite


def in_directory(name: str, place: int, layout: str, value: int) -> Rewrite:
    """Give a field of the directory record of a file another value (APPNOTE 4.3.12)."""

    def rewrite(raw: bytes) -> bytes:
        changed = bytearray(raw)
        at = raw.rindex(name.encode()) - 46
        struct.pack_into(layout, changed, at + place, value)
        return bytes(changed)

    return rewrite


def both_headers(name: str, central: int, local: int, value: int) -> Rewrite:
    """Give a 16-bit field another value in the directory and in the local header of a file."""

    def rewrite(raw: bytes) -> bytes:
        changed = bytearray(raw)
        struct.pack_into("<H", changed, raw.rindex(name.encode()) - 46 + central, value)
        struct.pack_into("<H", changed, raw.index(name.encode()) - 30 + local, value)
        return bytes(changed)

    return rewrite


def overlapping(raw: bytes) -> bytes:
    """The second file begins where the first does, as in a bomb of quoted overlaps."""
    first, second = list(opened(raw))[:2]
    target = raw.index(first.encode()) - 30
    return in_directory(second, 42, "<L", target)(raw)


def one_byte_changed(raw: bytes) -> bytes:
    """The last byte of the content of the last file, whose CRC no longer is its own."""
    last = list(opened(raw).values())[-1]
    return raw.replace(last, last[:-1] + b"\x00", 1)
