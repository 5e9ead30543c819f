"""A bundle: inputs, captures and reports of a run in a zip, with a signed manifest.

``manifest.json`` names every entry with its size and SHA-256; ``manifest.sig`` signs it.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import shutil
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from mmap import mmap
from pathlib import Path
from typing import Any

from drimcheck import __version__
from drimcheck.dressing import deciding
from drimcheck.evidence.signing import Signer, sign
from drimcheck.files import content
from drimcheck.options import FULL, MASKED
from drimcheck.placing import replaced
from validators.model import RunReport

SCHEMA = "drimcheck-bundle-1"
MANIFEST, SIGNATURE = "manifest.json", "manifest.sig"
INPUTS, CAPTURES, REPORTS = "inputs", "captures", "report"
CAPTURED = ("scenarios", "exchanges")
"""The folders of captures beside a report."""
SECRET = ("--token-file", "--expired-token-file", "--secret-file", "--key", "--cert", "--sign-key")
"""Options whose files are never packed."""
PRODUCTION = re.compile(rb"1\.2\.250\.1\.213\.1\.4\.[89](?![0-9])")
"""The authorities of an INS that is a person's: NIR and NIA."""
EPOCH = (1980, 1, 1, 0, 0, 0)
"""The time of every entry: the same run gives the same bytes."""
MAX_INSIDE = 1 << 26


class RealData(Exception):
    """What is to be packed holds an INS of production; the message names the file."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A file to pack: where it is, and its name in the bundle."""

    path: Path
    name: str


def pack(
    target: Path,
    report: RunReport,
    options: argparse.Namespace,
    written: Sequence[Path],
    by: Signer,
) -> str:
    """Write the bundle of a run, whole or not at all; the SHA-256 of its manifest.

    Raises OSError, RealData.
    """
    inputs = list(_inputs(options))
    evidence = [each for _, pieces in inputs for each in pieces] + list(_captures(options.out))
    whole = options.bundle_content == FULL
    if whole and not options.real_data:
        _refuse_real(evidence)
    kept = evidence if whole else []
    kept += [Piece(path, f"{REPORTS}/{path.name}") for path in written
             if whole or path.name != "envelope.json"]  # fmt: skip
    manifest = {
        "schema": SCHEMA,
        "suite": {"name": "drimcheck", "version": __version__, "rule_set": report.rule_set},
        "content": options.bundle_content,
        "profile": report.profile,
        "on": report.on,
        **(_command(options, inputs) if whole else {"arguments": list(report.arguments)}),
        "entries": [_measured(one) for one in kept],
        "originals": _unnamed(evidence) if options.bundle_content == MASKED else [],
    }
    raw = (json.dumps(manifest, ensure_ascii=False, indent=1) + "\n").encode()
    _write(target, kept, {MANIFEST: raw, SIGNATURE: sign(raw, by)})
    return hashlib.sha256(raw).hexdigest()


def _command(
    options: argparse.Namespace, inputs: Sequence[tuple[str, list[Piece]]]
) -> dict[str, Any]:
    """What the run was asked, and where in the bundle each input of it lies."""
    at = {given: "/".join(pieces[0].name.split("/")[:3]) for given, pieces in inputs if pieces}
    return {
        "arguments": deciding(options.arguments),
        "given": [{"argument": given, "at": place} for given, place in at.items()],
    }


def _unnamed(pieces: Sequence[Piece]) -> list[dict[str, Any]]:
    """The measures of files whose names are not told: a name may be that of a person."""
    return [_measured(one) | {"path": f"original/{number}"} for number, one in enumerate(pieces, 1)]


def _inputs(options: argparse.Namespace) -> Iterator[tuple[str, list[Piece]]]:
    """The files that the arguments of the command name, argument by argument."""
    number, before = 0, ""
    for one in deciding(options.arguments)[1:]:
        name, equals, value = one.partition("=")
        given = value if equals and name.startswith("--") else one
        option, before = (name if equals else before), one
        path = Path(given)
        # A URL may be longer than a name of a file can be.
        if option in SECRET or not given or given.startswith("-") or not os.path.exists(given):
            continue
        if options.out and path.resolve() == Path(options.out).resolve():
            continue
        number += 1
        pieces = list(_pieces(path, f"{INPUTS}/{number}"))
        if option == "--answers":
            pieces += [Piece(path.parent / one.evidence, f"{INPUTS}/{number}/{one.evidence}")
                       for one in options.declared.answers]  # fmt: skip
        yield given, pieces


def _pieces(path: Path, at: str) -> Iterator[Piece]:
    """A file, or those of a folder, in the order of their names."""
    base = path.resolve().name
    if path.is_file():
        yield Piece(path, f"{at}/{base}")
    for root, folders, names in os.walk(path):
        folders.sort()
        for name in sorted(names):
            found = Path(root, name)
            if found.is_file() and not found.is_symlink():
                yield Piece(found, f"{at}/{base}/{found.relative_to(path).as_posix()}")


def _captures(out: Path | None) -> Iterator[Piece]:
    """What a run over the network recorded beside its report."""
    for name in CAPTURED if out else ():
        yield from _pieces(Path(str(out), name), CAPTURES)


def _refuse_real(pieces: Sequence[Piece]) -> None:
    for one in pieces:
        if any(PRODUCTION.search(raw) for raw in _contents(one.path)):
            raise RealData(f"{one.path}: names an INS of production; pack it with --real-data, "
                           "or without it by --bundle-content masked")  # fmt: skip


def _contents(path: Path) -> Iterator[bytes | mmap]:
    """The bytes of a file, and of the files inside where it is a zip that can be read."""
    with content(path) as raw:
        yield raw
    if zipfile.is_zipfile(path):
        with suppress(zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError):
            yield from _inside(path)


def _inside(path: Path) -> Iterator[bytes]:
    with zipfile.ZipFile(path) as archive:
        for one in archive.infolist():
            with archive.open(one) as stream:
                yield stream.read(MAX_INSIDE)


def _measured(one: Piece) -> dict[str, Any]:
    with open(one.path, "rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return {"path": one.name, "size": one.path.stat().st_size, "sha256": digest}


def _write(target: Path, pieces: Sequence[Piece], added: dict[str, bytes]) -> None:
    with replaced(target) as stream, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, raw in added.items():
            archive.writestr(_entry(name), raw)
        for one in pieces:
            with open(one.path, "rb") as source, archive.open(_entry(one.name), "w") as goal:
                shutil.copyfileobj(source, goal)


def _entry(name: str) -> zipfile.ZipInfo:
    made = zipfile.ZipInfo(name, EPOCH)
    made.compress_type = zipfile.ZIP_DEFLATED
    made.external_attr = 0o644 << 16
    return made
