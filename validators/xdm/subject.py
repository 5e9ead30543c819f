"""An XDM archive as its rules look at it: media root, submission sets, files."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from functools import cached_property

from validators import cda
from validators.engine import Embedded
from validators.kos.subject import recognises as recognises_kos
from validators.model import Node
from validators.reading import limits
from validators.reading.archive import EMPTY, LOCAL_HEADER, Archive, ArchiveFile, read
from validators.reading.dicom import Buffer
from validators.rules import rules_for
from validators.xdm.description import Entry, Metadata, describe

rule = rules_for("xdm")

CONTENT, METADATA, SIDE_FILE = "IHE_XDM", "METADATA.XML", "CR.TXT"
INDEX, README = "INDEX.HTM", "README.TXT"


class Folder(Node):
    """A folder of the archive, ``path`` with its last slash; the volume itself is ""."""

    __slots__ = ("_path", "xdm")
    separator = ""

    def __init__(self, xdm: Xdm, path: str) -> None:
        self.xdm = xdm
        self._path = path

    @property
    def path(self) -> str:
        return self._path

    @property
    def name(self) -> str:
        return self._path.rstrip("/").rpartition("/")[2]

    def file(self, name: str) -> ArchiveFile | None:
        """The file of this name in the folder, whatever its case: names collide by case too."""
        return self.xdm.by_upper.get(f"{self._path}{name}".upper())


class Described(Node):
    """A file with the entry that describes it."""

    __slots__ = ("entry", "file", "xdm")
    separator = "#"

    def __init__(self, xdm: Xdm, entry: Entry, file: ArchiveFile) -> None:
        self.xdm = xdm
        self.entry = entry
        self.file = file

    @property
    def path(self) -> str:
        return self.file.path

    @property
    def place(self) -> int:
        return self.file.place

    @property
    def content(self) -> bytes:
        return self.xdm.archive.content(self.file)

    @property
    def sha1(self) -> str:
        return hashlib.sha1(self.content).hexdigest()  # noqa: S324 - the hash of XDS


class Xdm:
    """An archive: its files by name, and its submission sets with what describes them."""

    given: frozenset[str] = frozenset()

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self.by_upper = {name.upper(): one for name, one in archive.files.items()}
        self.root = Folder(self, self._prefix())
        self.sets = [Folder(self, path) for path in self._set_paths()]
        self.metadata = [
            describe(archive, found) for one in self.sets if (found := one.file(METADATA))
        ]
        for one in self.metadata:
            for entry in one.entries:
                entry.file, entry.beside = self._resolved(entry.uri, one.file.folder)

    def release(self) -> None:
        """Free the memory of the archive; nothing can be asked of it afterwards."""
        self.__dict__.clear()

    @property
    def unread(self) -> str:
        return self.archive.limit or next((one.limit for one in self.metadata if one.limit), "")

    @cached_property
    def folders(self) -> set[str]:
        """Every folder, with an entry of its own or not."""
        found = set(self.archive.folders)
        for path in [*self.archive.files, *self.archive.folders]:
            parts = path.rstrip("/").split("/")
            found.update("/".join(parts[:end]) + "/" for end in range(1, len(parts)))
        return found

    def _prefix(self) -> str:
        """The one folder that encloses everything, where IHE_XDM is not at the root."""
        tops = {path.partition("/")[0] for path in (*self.archive.files, *self.archive.folders)}
        if len(tops) == 1:
            (top,) = tops
            enclosed = any(one.upper() == f"{top}/{CONTENT}/".upper() for one in self.folders)
            if enclosed and top.upper() != CONTENT:
                return f"{top}/"
        return ""

    @cached_property
    def content_folder(self) -> str:
        """IHE_XDM as the archive writes it; "" where it is not there."""
        wanted = f"{self.root.path}{CONTENT}/".upper()
        return next((one for one in self.folders if one.upper() == wanted), "")

    def _set_paths(self) -> list[str]:
        """The folders right under IHE_XDM, in the order of their names."""
        start = self.content_folder
        inside = (one for one in self.folders if start and one.startswith(start))
        return sorted(one for one in inside if one[len(start) :].count("/") == 1)

    def _resolved(self, uri: str, folder: str) -> tuple[ArchiveFile | None, bool]:
        """The file that a URI leads to, and whether it does from the folder of the metadata."""
        found = self.archive.files.get(folder + uri) if uri else None
        if found is not None:
            return found, True
        return self.archive.files.get(self.content_folder + uri) if uri else None, False

    @cached_property
    def described(self) -> list[Described]:
        return [
            Described(self, entry, entry.file)
            for one in self.metadata
            for entry in one.entries
            if entry.file is not None
        ]

    @cached_property
    def embedded(self) -> list[Embedded]:
        """The metadata, and the described files that are a KOS or a report."""
        if self.unread:
            return []
        found = [Embedded(one.path, "xds", self.archive.content(one.file)) for one in self.metadata]
        for path in dict.fromkeys(one.path for one in self.described):
            content = self.archive.content(self.archive.files[path])
            if not recognises_kos(content):
                found.append(Embedded(path, "kos", content))
            elif not cda.recognises(content):
                found.append(Embedded(path, "cda", content))
        return found


def load(buffer: Buffer) -> Xdm:
    """Read an archive. Never raises for its content."""
    return Xdm(read(buffer))


def recognises(buffer: Buffer) -> str:
    """The mark that is missing, PK; "" for a zip archive that names IHE_XDM."""
    if bytes(buffer[:4]) not in (LOCAL_HEADER, EMPTY):
        return "PK"
    # The directory is at the end, the first names at the beginning.
    for start in (0, max(0, len(buffer) - limits.MAX_SNIFFED_BYTES)):
        if b"IHE_XDM/" in bytes(buffer[start : start + limits.MAX_SNIFFED_BYTES]):
            return ""
    return "PK"


def whole_archive(xdm: Xdm) -> Iterable[Archive]:
    return (xdm.archive,)


def media_root(xdm: Xdm) -> Iterable[Folder]:
    return (xdm.root,)


def submission_sets(xdm: Xdm) -> Iterable[Folder]:
    return xdm.sets


def readable_metadata(xdm: Xdm) -> Iterator[Metadata]:
    return (one for one in xdm.metadata if one.readable)


def entries(xdm: Xdm) -> Iterator[Entry]:
    return (entry for one in xdm.metadata for entry in one.entries)


def described_files(xdm: Xdm) -> Iterable[Described]:
    return xdm.described
