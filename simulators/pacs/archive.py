"""What an archive holds: DICOM files, in a folder or in memory, by SOP Instance UID."""

from __future__ import annotations

import os
import re
import struct
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from tempfile import NamedTemporaryFile

from pydicom import Dataset, dcmread
from pydicom.errors import BytesLengthException, InvalidDicomError
from pydicom.uid import ImplicitVRLittleEndian

from testdata.exam import Exam
from testdata.images import instance
from testdata.images.syntaxes import UNCOMPRESSED, available, encode
from testdata.kos import write

IMAGE_SIZE = 256
LONGEST_IN_HEAD = 1024
NEEDED = ("SOPClassUID", "SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID")
UNREADABLE = (
    InvalidDicomError, OSError, ValueError, EOFError, AttributeError, KeyError, TypeError,
    NotImplementedError, struct.error, RecursionError, BytesLengthException,
)  # fmt: skip
"""What pydicom raises for bytes that are no DICOM file, or a wrong one."""
UID_FORM = re.compile(r"[0-9]+(\.[0-9]+)*")
LONGEST_UID = 64


class NotAnInstance(Exception):
    """The bytes are no DICOM file of a composite instance; the message is one line."""


@dataclass(frozen=True, slots=True)
class Held:
    """An instance that the archive holds: ``head`` is its data set without long values."""

    head: Dataset
    syntax: str
    content: bytes | Path

    @property
    def uid(self) -> str:
        return str(self.head.SOPInstanceUID)

    @property
    def series(self) -> str:
        return str(self.head.SeriesInstanceUID)

    @property
    def study(self) -> str:
        return str(self.head.StudyInstanceUID)

    @property
    def sop_class(self) -> str:
        return str(self.head.SOPClassUID)

    def file(self) -> bytes:
        """The file as it was stored (PS3.10)."""
        return self.content if isinstance(self.content, bytes) else self.content.read_bytes()

    def dataset(self) -> Dataset:
        """The whole instance with its File Meta Information."""
        return dcmread(BytesIO(self.file()))


class Archive:
    """The instances, in the order in which they came; several threads may use it.

    With a folder, what is added is there as a file before ``add`` returns.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._held: dict[str, Held] = {}
        self._lock = threading.Lock()
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
            self._load(folder)

    def _load(self, folder: Path) -> None:
        """Every DICOM file below the folder; what is none is left alone."""
        for path in sorted(one for one in folder.rglob("*") if one.is_file()):
            try:
                one = held(path)
            except NotAnInstance:
                continue
            self._held.setdefault(one.uid, one)

    def add(self, raw: bytes) -> bool:
        """Keep a file; whether it is new. An instance that is there already stays as it is.

        Raises NotAnInstance, and OSError where the folder takes no more.
        """
        one = held(raw)
        with self._lock:
            if one.uid in self._held:
                return False
        if self._folder is not None:
            path = _written(self._folder, one, raw)
            one = Held(one.head, one.syntax, path)
        with self._lock:
            return self._held.setdefault(one.uid, one) is one

    def remove(self, *uids: str) -> None:
        """Take instances out, as after a rejection; their files stay."""
        with self._lock:
            for uid in uids:
                self._held.pop(uid, None)

    def __iter__(self) -> Iterator[Held]:
        with self._lock:
            return iter(list(self._held.values()))

    def __len__(self) -> int:
        with self._lock:
            return len(self._held)


def held(content: bytes | Path) -> Held:
    """The instance of a file. Raises NotAnInstance."""
    source = BytesIO(content) if isinstance(content, bytes) else content
    try:
        read = dcmread(source, defer_size=LONGEST_IN_HEAD, stop_before_pixels=True)
        syntax = str(read.file_meta.get("TransferSyntaxUID", ImplicitVRLittleEndian))
    except UNREADABLE as error:
        raise NotAnInstance(f"no DICOM file: {error}") from error
    head = _head(read)
    missing = [name for name in NEEDED if not head.get(name)]
    if missing:
        raise NotAnInstance(f"no {missing[0]}")
    malformed = [name for name in NEEDED if not _is_uid(str(head[name].value))]
    if malformed:
        raise NotAnInstance(f"{malformed[0]} is no UID")
    return Held(head, syntax, content)


def _is_uid(value: str) -> bool:
    return len(value) <= LONGEST_UID and UID_FORM.fullmatch(value) is not None


def _head(read: Dataset) -> Dataset:
    """The elements that a query may ask for: no long values, and none that cannot be decoded."""
    head = Dataset()
    for tag in list(read.keys()):
        raw = read.get_item(tag, keep_deferred=True)
        if raw is not None and raw.value is not None and raw.tag.group != 2:
            with suppress(*UNREADABLE):
                head[tag] = read[tag]
    return head


def _written(folder: Path, one: Held, raw: bytes) -> Path:
    """The file in its place, whole or not at all: written beside it, then renamed."""
    place = folder / one.study / one.series
    place.mkdir(parents=True, exist_ok=True)
    path = place / f"{one.uid}.dcm"
    with NamedTemporaryFile(dir=place, prefix=".", suffix=".part", delete=False) as stream:
        try:
            stream.write(raw)
            stream.flush()
            os.fsync(stream.fileno())
        except OSError:
            Path(stream.name).unlink(missing_ok=True)
            raise
    os.replace(stream.name, path)
    _synced(place)
    return path


def _synced(folder: Path) -> None:
    """The new name is on the disk too."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def of_files(files: Iterable[bytes]) -> Archive:
    """An archive in memory. Raises NotAnInstance."""
    made = Archive()
    for raw in files:
        made.add(raw)
    return made


def of_exam(exam: Exam, *, size: int = IMAGE_SIZE) -> Archive:
    """An archive in memory that holds every image of an exam in its own transfer syntax."""
    return of_files(images(exam, size))


@lru_cache(maxsize=8)
def images(exam: Exam, size: int = IMAGE_SIZE) -> tuple[bytes, ...]:
    """The images of an exam as files, but those whose codec is not installed."""
    return tuple(
        _image(exam, study_number, series_number, number, size)
        for study_number, study in enumerate(exam.studies)
        for series_number, series in enumerate(study.series)
        if series.syntax in UNCOMPRESSED or available()
        for number in range(1, len(series.instances) + 1)
    )


def _image(exam: Exam, study: int, series: int, number: int, size: int) -> bytes:
    plan = exam.studies[study].series[series]
    document = instance(exam, exam.studies[study], plan, number, size=size)
    encode(document, plan.syntax)
    return write(document)


Received = Callable[[bytes], None]
"""What is told of each file that comes, as it came (PS3.10)."""
