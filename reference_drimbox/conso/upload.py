"""Import by hand: a KOS, or an XDM archive with several (DRIM-M F.3; ITI TF-2 3.32)."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO

from reference_drimbox.conso import manifest
from reference_drimbox.conso.manifest import Manifest, NotManifest

LONGEST = 1 << 26
MOST_ENTRIES, MOST_BYTES = 4096, 1 << 28
ZIP = b"PK\x03\x04"


def read(raw: bytes) -> list[Manifest]:
    """The manifests of a file, one at least. Raises NotManifest."""
    if len(raw) > LONGEST:
        raise NotManifest("longer than what is taken")
    if not raw.startswith(ZIP):
        return [manifest.read(raw)]
    found: dict[str, Manifest] = {}
    problem = "the archive has no KOS"
    for content in _files(raw):
        try:
            one = manifest.read(content)
        except NotManifest as why:
            problem = str(why)
            continue
        found[one.uid] = one
    if not found:
        raise NotManifest(problem)
    return list(found.values())


def _files(raw: bytes) -> Iterator[bytes]:
    """The DICOM files of an archive; nothing of it is written to disk."""
    try:
        with zipfile.ZipFile(BytesIO(raw)) as archive:
            entries = archive.infolist()
            if len(entries) > MOST_ENTRIES:
                raise NotManifest("the archive has too many entries")
            left = MOST_BYTES
            for entry in entries:
                _check(entry)
                if entry.is_dir():
                    continue
                with archive.open(entry) as file:
                    head = file.read(132)
                    if head[128:] != b"DICM":
                        continue
                    content = head + file.read(manifest.LONGEST)
                left -= len(content)
                if left < 0:
                    raise NotManifest("the archive is too large when it is unpacked")
                yield content
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError,
            OSError, ValueError) as problem:  # fmt: skip
        if isinstance(problem, NotManifest):
            raise
        raise NotManifest("the archive is damaged, or encrypted") from None


def _check(entry: zipfile.ZipInfo) -> None:
    """An archive that names files outside of itself is refused as a whole."""
    parts = entry.filename.replace("\\", "/").split("/")
    if ".." in parts or entry.filename.startswith(("/", "\\")) or ":" in parts[0]:
        raise NotManifest("the archive names files outside of itself")
    if entry.flag_bits & 1:
        raise NotManifest("the archive is encrypted")
