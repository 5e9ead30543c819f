"""The archive itself: what it holds where, and under which names (ITI TF-2 3.32)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from validators.model import Defect, Node
from validators.reading.archive import Archive, ArchiveFile
from validators.xdm.subject import (
    CONTENT,
    INDEX,
    METADATA,
    README,
    SIDE_FILE,
    Described,
    Folder,
    Xdm,
    described_files,
    media_root,
    rule,
    submission_sets,
    whole_archive,
)

MAX_LEVELS = 8
"""Levels of folders, the root being the first (ISO 9660 6.8.2.1)."""
_FILE_NAME = re.compile(r"[A-Z0-9_]{1,8}\.[A-Z0-9_]{0,3}|[A-Z0-9_]{1,8}")
_FOLDER_NAME = re.compile(r"[A-Z0-9_]{1,8}")
_SET_NAME = re.compile(r"SS[0-9]{6}")
_KOS_NAME = re.compile(r"KOS_[0-9]+_[0-9]+\.DCM")
_SIGNATURE_NAME = re.compile(r"SIGN_[0-9]+\.XML")


class Name(Node):
    """The name of a file or a folder, where it is the last one of its path."""

    __slots__ = ("_path",)

    def __init__(self, path: str) -> None:
        self._path = path

    @property
    def path(self) -> str:
        return self._path

    @property
    def last(self) -> str:
        return self._path.rstrip("/").rpartition("/")[2]

    @property
    def wanted(self) -> re.Pattern[str]:
        return _FOLDER_NAME if self._path.endswith("/") else _FILE_NAME


def names(xdm: Xdm) -> list[Name]:
    return [Name(path) for path in sorted({*xdm.archive.files, *xdm.folders})]


def undescribed_candidates(xdm: Xdm) -> Iterator[ArchiveFile]:
    """The files of submission sets whose metadata could be read, but for those that are known."""
    readable = {one.file.folder for one in xdm.metadata if one.readable}
    known = {METADATA, SIDE_FILE}
    for one in xdm.archive.files.values():
        if one.folder in readable and one.base.upper() not in known:
            yield one


class Candidate(Node):
    """A file of a submission set, and whether an entry describes it."""

    __slots__ = ("described", "file")

    def __init__(self, file: ArchiveFile, *, described: bool) -> None:
        self.file = file
        self.described = described

    @property
    def path(self) -> str:
        return self.file.path

    @property
    def place(self) -> int:
        return self.file.place


def candidates(xdm: Xdm) -> list[Candidate]:
    described = {one.path for one in xdm.described}
    found = undescribed_candidates(xdm)
    return [Candidate(one, described=one.path in described) for one in found]


def enclosed(xdm: Xdm) -> Iterable[Folder]:
    """The root of the media, where IHE_XDM is there."""
    return (xdm.root,) if xdm.content_folder else ()


def set_names(xdm: Xdm) -> Iterable[Node]:
    """What DRIM-M names: the submission sets, and the files that their metadata describe."""
    return [*submission_sets(xdm), *described_files(xdm)]


def _problems(archive: Archive, kind: str) -> Iterator[Defect]:
    for one in archive.problems:
        if one.kind == kind:
            yield Defect(one.path, one.expected, one.actual, one.offset)


@rule("XDM-ZIP-05", over=whole_archive, verifies=("XDM-ZIP-05",), gate=True)
def archive_unreadable(archive: Archive) -> Iterator[Defect]:
    """The archive is a zip whose directory and local headers agree, and every file is whole.

    Why: where they disagree, two readers open two different archives.
    Fix: write the archive again with a common tool: stored or deflated, without encryption.
    """
    yield from _problems(archive, "broken")


@rule("XDM-ZIP-04", over=whole_archive, verifies=("XDM-ZIP-04",), gate=True)
def name_leads_elsewhere(archive: Archive) -> Iterator[Defect]:
    """Every entry is a file or a folder that stays inside, under a name of its own.

    Why: an import that extracts it would write outside its folder, or over another file.
    Fix: archive plain files and folders under relative names, with / between them.
    """
    yield from _problems(archive, "unsafe")


@rule("XDM-ZIP-01", over=media_root, verifies=("XDM-ZIP-01",))
def layout_incomplete(root: Folder) -> Iterator[Defect]:
    """INDEX.HTM, README.TXT and IHE_XDM, with a submission set in it, are there.

    Why: importers look for IHE_XDM, people for the two others.
    Fix: put the three at the root of the archive.
    """
    for name in (INDEX, README):
        if root.file(name) is None:
            yield root.defect(expected=name, child=name)
    if not root.xdm.content_folder:
        yield root.defect(expected=f"{CONTENT}/", child=f"{CONTENT}/")
    elif not root.xdm.sets:
        yield root.defect(expected=f"{CONTENT}/SS000001/", child=f"{CONTENT}/")


@rule("XDM-ZIP-01-FOLDER", over=enclosed, verifies=("XDM-ZIP-01-FOLDER",))
def layout_in_a_folder(root: Folder) -> Iterator[Defect]:
    """INDEX.HTM, README.TXT and IHE_XDM are at the root, not in a folder that encloses them.

    Why: importers that know ITI-32 alone look for IHE_XDM at the root.
    Fix: archive what is in the folder, not the folder.
    """
    if root.path:
        yield root.defect(expected=f"{CONTENT}/", actual=f"{root.path}{CONTENT}/")


@rule("XDM-ZIP-02", over=submission_sets, verifies=("XDM-ZIP-02",))
def metadata_absent(folder: Folder) -> Iterator[Defect]:
    """Each folder in IHE_XDM has its METADATA.XML.

    Why: without it nobody knows whose documents lie there, or what they are.
    Fix: write the metadata of the submission set into METADATA.XML beside its files.
    """
    if folder.file(METADATA) is None:
        yield folder.defect(expected=METADATA, child=METADATA)


@rule("XDM-ZIP-03", over=names, verifies=("XDM-ZIP-03",))
def name_not_of_iso_9660(name: Name) -> Iterator[Defect]:
    """Names are of eight characters, a dot and three, of letters, digits and underscores.

    Why: the archive may be put on media that hold no other names (ISO 9660 level 1).
    Fix: shorten the name; keep within eight levels of folders.
    """
    if not name.wanted.fullmatch(name.last.upper()):
        expected = "[A-Z0-9_]{1,8}" if name.path.endswith("/") else "[A-Z0-9_]{1,8}.[A-Z0-9_]{1,3}"
        yield name.defect(expected=expected, actual=name.last)
    elif name.path.rstrip("/").count("/") > MAX_LEVELS - 1:
        levels = name.path.rstrip("/").count("/") + 1
        yield name.defect(expected=f"<= {MAX_LEVELS}", actual=levels)


@rule("XDM-ZIP-03-CASE", over=names, verifies=("XDM-ZIP-03-CASE",))
def name_in_lower_case(name: Name) -> Iterator[Defect]:
    """Names are in capitals.

    Why: on a system that tells case apart, METADATA.XML is not found as metadata.xml.
    Fix: write the name in capitals.
    """
    if name.last != name.last.upper():
        yield name.defect(expected=name.last.upper(), actual=name.last)


@rule("XDM-NAME-01", over=set_names, verifies=("XDM-NAME-01",))
def name_not_of_drim_m(named: Folder | Described) -> Iterator[Defect]:
    """Submission sets are SS and six digits; their files KOS_i_j.DCM and SIGN_i.XML.

    Why: the import of a local archive finds the files of an exam by these names.
    Fix: name the folders SS000001, SS000002..., the files KOS_1_1.DCM, SIGN_1.XML.
    """
    if isinstance(named, Folder):
        if not _SET_NAME.fullmatch(named.name.upper()):
            yield named.defect(expected="SS[0-9]{6}", actual=named.name)
        return
    wanted = (
        _SIGNATURE_NAME if named.entry.is_signature else _KOS_NAME if named.entry.is_kos else None
    )
    if wanted and not wanted.fullmatch(named.file.base.upper()):
        yield named.defect(expected=wanted.pattern.replace("\\", ""), actual=named.file.base)


@rule("XDM-EXTRA-01", over=candidates, verifies=("XDM-EXTRA-01",))
def file_not_described(file: Candidate) -> Iterator[Defect]:
    """Every file of a submission set but METADATA.XML and CR.TXT is described by the metadata.

    Why: an importer takes what the metadata describe, and leaves the rest behind.
    Fix: describe the file in METADATA.XML, or leave it out.
    """
    if not file.described:
        yield file.defect(expected="URI", actual=file.file.base)
