"""What became of a bundle since it was signed, entry by entry, and who signed it."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from drimcheck.evidence.packing import MANIFEST, SCHEMA, SIGNATURE
from drimcheck.evidence.signing import Signature, check

MAX_MANIFEST = 1 << 26
WINDOW = 1 << 20


class NotABundle(Exception):
    """The file is no bundle; the message says what and where."""


@dataclass(frozen=True, slots=True)
class Verification:
    """What differs from the manifest, and what the signature over the manifest is worth."""

    manifest: Mapping[str, Any]
    altered: tuple[str, ...]
    added: tuple[str, ...]
    removed: tuple[str, ...]
    signature: Signature

    @property
    def whole(self) -> bool:
        """Whether every entry is as it was signed."""
        return self.signature.valid and not (self.altered or self.added or self.removed)


def manifest_of(path: Path) -> Mapping[str, Any]:
    """The manifest of a bundle, whatever became of the rest. Raises OSError, NotABundle."""
    try:
        with zipfile.ZipFile(path) as archive:
            return _manifest(path, _read(archive, MANIFEST))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as problem:
        raise NotABundle(f"{path}: no readable zip: {problem}") from None


def verify(path: Path, trust: list[bytes]) -> Verification:
    """Compare every entry of a bundle with its manifest. Raises OSError, NotABundle."""
    try:
        with zipfile.ZipFile(path) as archive:
            raw = _read(archive, MANIFEST)
            manifest = _manifest(path, raw)
            signature = _read(archive, SIGNATURE)
            return _compared(archive, manifest, check(raw, signature, trust))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as problem:
        raise NotABundle(f"{path}: no readable zip: {problem}") from None


def _read(archive: zipfile.ZipFile, name: str) -> bytes:
    try:
        with archive.open(name) as stream:
            return stream.read(MAX_MANIFEST)
    except (KeyError, zipfile.BadZipFile, EOFError, OSError):
        return b""


def _manifest(path: Path, raw: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(raw)
        if found["schema"] != SCHEMA:
            raise NotABundle(f"{path}: {MANIFEST} is not of schema {SCHEMA}")
        well = all(
            isinstance(value, kind)
            for values, kind in (
                ([found["content"], found["profile"], found["on"]], str),
                ([found["entries"], found["arguments"], found.get("given", [])], list),
                (found["arguments"], str),
                ([one[key] for one in found["entries"] for key in ("path", "sha256")], str),
                ([one["size"] for one in found["entries"]], int),
                ([one[key] for one in found.get("given", []) for key in ("argument", "at")], str),
            )
            for value in values
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        well = False
    if not well:
        raise NotABundle(f"{path}: holds no readable {MANIFEST}")
    return dict(found)


def _compared(
    archive: zipfile.ZipFile, manifest: Mapping[str, Any], signature: Signature
) -> Verification:
    signed = {one["path"]: one for one in manifest["entries"]}
    count = Counter(one.filename for one in archive.infolist())
    there = [name for name in count if name not in (MANIFEST, SIGNATURE)]
    twice = {name for name, times in count.items() if times > 1}
    altered = [
        name for name, one in signed.items()
        if name in count and (name in twice or not _same(archive, one))
    ]  # fmt: skip
    return Verification(
        manifest=manifest,
        altered=tuple(sorted({*altered, *(twice & {MANIFEST, SIGNATURE})})),
        added=tuple(sorted(name for name in there if name not in signed)),
        removed=tuple(sorted(name for name in signed if name not in count)),
        signature=signature,
    )


def _same(archive: zipfile.ZipFile, one: Mapping[str, Any]) -> bool:
    """Whether an entry is what was signed; of one that grew no more is read than was signed."""
    digest, left = hashlib.sha256(), int(one["size"]) + 1
    try:
        with archive.open(one["path"]) as stream:
            while left > 0 and (block := stream.read(min(WINDOW, left))):
                digest.update(block)
                left -= len(block)
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, RuntimeError, ValueError):
        return False
    return left == 1 and digest.hexdigest() == one["sha256"]


def lines_of(found: Verification, words: Mapping[str, Any]) -> Iterator[str]:
    """What a verification says, a line each; integrity first, then the signer, then trust."""
    yield words["whole"] if found.whole else words["not_whole"]
    for what in ("altered", "added", "removed"):
        for name in getattr(found, what):
            yield f"  {words[what]}: {name}"
    one = found.signature
    yield words["valid"] if one.valid else f"{words['invalid']} {one.problem}".rstrip()
    if one.fingerprint:
        yield words["signer"].format(who=one.who, fingerprint=one.fingerprint)
    if one.fresh:
        yield words["fresh"]
    if one.valid:
        yield words[{True: "trusted", False: "not_trusted", None: "not_asked"}[one.trusted]]
