"""The medium of the local archive: a zip of submissions, by month (ITI-32; DRIM-M F.3)."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from io import BytesIO
from pathlib import PurePosixPath

from lxml import etree

from reference_drimbox import ebxml
from reference_drimbox.ebxml import FORMAT_CODE, codes_of, slot, slot_values
from reference_drimbox.submission import KOS_FORMAT
from reference_drimbox.xml import Element, NotXml, parsed

ROOT = "IHE_XDM"
KOS_FILE, SIGNATURE_FILE = "KOS_1_1.DCM", "SIGN_1.XML"
METADATA, SIDE = "METADATA.XML", "CR.TXT"
MOST_FILES, MOST_BYTES = 10_000, 1 << 30
DATE = (1980, 1, 1, 0, 0, 0)
"""Of the files of a zip, which says nothing of their content."""


class NotAnArchive(ValueError):
    """What is there is no XDM archive of KOS; the text says why."""


@dataclass(frozen=True, slots=True)
class Exported:
    """A submission of an archive: the KOS, its signature, the metadata, the side file."""

    kos: bytes
    signature: bytes
    metadata: bytes
    side: str


@dataclass(frozen=True, slots=True)
class Sender:
    """Who made the archive, for the pages that a person reads."""

    structure: str
    software: str


def written(submissions: Sequence[Exported], sender: Sender) -> bytes:
    """The zip of an archive; equal arguments give equal bytes."""
    files: dict[str, bytes] = {}
    for number, one in enumerate(submissions, start=1):
        folder = f"{ROOT}/SS{number:06d}"
        files[f"{folder}/{METADATA}"] = _with_uris(one.metadata)
        files[f"{folder}/{KOS_FILE}"] = one.kos
        files[f"{folder}/{SIGNATURE_FILE}"] = one.signature
        files[f"{folder}/{SIDE}"] = one.side.encode()
    names = sorted({"INDEX.HTM", "README.TXT", *files})
    pages = {"INDEX.HTM": _index(sender, names), "README.TXT": _readme(sender, names)}
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in {**pages, **files}.items():
            opened.writestr(zipfile.ZipInfo(name, DATE), content, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def read(raw: bytes) -> list[Exported]:
    """The submissions of an archive, each with a KOS. Raises NotAnArchive."""
    files = _files(raw)
    found = [*_submissions(files)]
    if not found:
        raise NotAnArchive(f"it has no {METADATA}")
    return found


def _with_uris(metadata: bytes) -> bytes:
    """The metadata with the names of the files, relative to themselves (ITI TF-3 4.2.3.2.27)."""
    root = parsed(metadata)
    for one in root.iter(f"{{{ebxml.RIM}}}ExtrinsicObject"):
        for old in one.findall("rim:Slot[@name='URI']", ebxml.PREFIXES):
            one.remove(old)
        slots = one.findall("rim:Slot", ebxml.PREFIXES)
        one.insert(len(slots), slot("URI", KOS_FILE if _is_kos(one) else SIGNATURE_FILE))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _is_kos(entry: Element) -> bool:
    return any(one.code == KOS_FORMAT.code for one in codes_of(entry, FORMAT_CODE))


def _files(raw: bytes) -> dict[str, bytes]:
    """The files by their names, without the folder that holds all of them."""
    try:
        with zipfile.ZipFile(BytesIO(raw)) as opened:
            entries = [one for one in opened.infolist() if not one.is_dir()]
            if len(entries) > MOST_FILES or sum(one.file_size for one in entries) > MOST_BYTES:
                raise NotAnArchive("it is too large")
            named: dict[str, bytes] = {}
            for one in entries:
                with opened.open(one) as stream:
                    named[one.filename.replace("\\", "/")] = stream.read(one.file_size)
    except (zipfile.BadZipFile, zlib.error, OSError, NotImplementedError, RuntimeError):
        raise NotAnArchive("it is no zip that can be read") from None
    return named


def _submissions(files: Mapping[str, bytes]) -> Iterator[Exported]:
    for name in sorted(files):
        path = PurePosixPath(name)
        if path.name.upper() != METADATA or path.parent.parent.name.upper() != ROOT:
            continue
        try:
            root = parsed(files[name])
        except NotXml:
            raise NotAnArchive(f"{name} is no XML") from None
        beside = {one.rpartition("/")[2].upper(): content for one, content in files.items()
                  if PurePosixPath(one).parent == path.parent}  # fmt: skip
        entries = [*root.iter(f"{{{ebxml.RIM}}}ExtrinsicObject")]
        kos = [_content(one, beside, name) for one in entries if _is_kos(one)]
        others = [_content(one, beside, name) for one in entries if not _is_kos(one)]
        if len(kos) != 1 or len(others) != 1:
            raise NotAnArchive(f"{name}: not one KOS and one signature")
        # Some archives have no side file; then nothing is known of the report but its metadata.
        side = beside.get(SIDE, b"").decode("utf-8", "replace").strip()
        yield Exported(kos[0], others[0], files[name], side)


def _content(entry: Element, beside: Mapping[str, bytes], name: str) -> bytes:
    """The file of an entry: its URI is relative to the metadata, or to IHE_XDM (F-XDM-03)."""
    uri = "".join(slot_values(entry, "URI")).replace("\\", "/")
    found = beside.get(uri.rpartition("/")[2].upper())
    if found is None:
        raise NotAnArchive(f"{name}: the file of an entry is missing")
    return found


def _index(sender: Sender, names: Sequence[str]) -> bytes:
    links = "\n".join(f'<li><a href="{one}">{one}</a></li>' for one in names if one != "INDEX.HTM")
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="fr" lang="fr">
<head><title>IHE_XDM</title></head>
<body>
<p>Émetteur : {escape(sender.structure)}</p>
<ul>
{links}
</ul>
</body>
</html>
""".encode()


def _readme(sender: Sender, names: Sequence[str]) -> bytes:
    listed = "".join(f"    {one}\r\n" for one in names)
    return (
        f"Emetteur :\r\n    . Organisme : {sender.structure}\r\n"
        f"Application de l'emetteur :\r\n    . Nom : {sender.software}\r\n    . Version : 1\r\n"
        f"Arborescence :\r\n{listed}"
    ).encode()
