"""What the server holds: instances in files, and the manifest of each study."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydicom import Dataset, dcmread
from pydicom.errors import InvalidDicomError

from testdata.exam import Exam, SeriesPlan, Study
from testdata.images import instance
from testdata.images.syntaxes import UNCOMPRESSED, available, encode
from testdata.kos import write
from testdata.wire.response import with_ins

KOS_CLASS = "1.2.840.10008.5.1.4.1.1.88.59"
SIZE = 256
"""Side of the images of an exam, in pixels."""


@dataclass(frozen=True, slots=True)
class Held:
    """An instance: its UIDs, the transfer syntax of its file, ``size`` in bytes."""

    study: str
    series: str
    uid: str
    syntax: str
    path: Path
    size: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """The KOS of a study: its UID, and the (series, instance) that it lists."""

    uid: str
    listed: frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Holding:
    """Instances in order; manifests by study.

    A study without manifest is given to whoever names a KOS, as nobody can say which is right.
    """

    instances: tuple[Held, ...]
    manifests: Mapping[str, Manifest] = field(default_factory=dict)

    def known(self, study: str) -> bool:
        return study in self.manifests or any(one.study == study for one in self.instances)

    def of(self, study: str, series: str = "", uid: str = "") -> list[Held]:
        """The instances of a resource that its manifest lists, or all where it has none."""
        manifest = self.manifests.get(study)
        return [
            one
            for one in self.instances
            if one.study == study
            and series in ("", one.series)
            and uid in ("", one.uid)
            and (manifest is None or (one.series, one.uid) in manifest.listed)
        ]

    def deleted(self, study: str, series: str = "", uid: str = "") -> bool:
        """Whether the manifest lists what is asked for: if it is not held, it once was."""
        manifest = self.manifests.get(study)
        return manifest is not None and any(
            series in ("", one) and uid in ("", other) for one, other in manifest.listed
        )


def exam_holding(exam: Exam, folder: Path) -> Holding:
    """An exam of the test data, its images written into the folder with the INS inside.

    Raises ValueError where its transfer syntax needs the codecs and they are not installed.
    """
    held: list[Held] = []
    manifests: dict[str, Manifest] = {}
    for study in exam.studies:
        listed = {(series.uid, uid) for series in study.series for uid in series.instances}
        manifests[study.uid] = Manifest(exam.kos_uid(study), frozenset(listed))
        for series in study.series:
            held += _written(exam, study, series, folder)
    return Holding(tuple(held), manifests)


def _written(exam: Exam, study: Study, series: SeriesPlan, folder: Path) -> Iterator[Held]:
    if series.syntax not in UNCOMPRESSED and not available():
        raise ValueError(f"{exam.name}: its images need pip install 'drimcheck[codecs]'")
    for number, uid in enumerate(series.instances, start=1):
        document = with_ins(exam, instance(exam, study, series, number, size=SIZE))
        encode(document, series.syntax)
        path = folder / f"{uid}.dcm"
        size = path.write_bytes(write(document))
        yield Held(study.uid, series.uid, uid, series.syntax, path, size)


def folder_holding(folder: Path, manifests: Iterable[Path] = ()) -> Holding:
    """The DICOM files below a folder; the KOS among them, and those given, are its manifests.

    Raises OSError where a file cannot be read, ValueError where there is no instance.
    """
    held: list[Held] = []
    found: dict[str, Manifest] = {}
    for path in (*sorted(folder.rglob("*")), *manifests):
        document = _head(path) if path.is_file() else None
        if document is None:
            continue
        if document.SOPClassUID == KOS_CLASS:
            found.update(_manifests(dcmread(path)))
        else:
            held.append(_held(document, path))
    if not held:
        raise ValueError(f"{folder}: no DICOM image; --folder wants DICOM files (PS3.10)")
    return Holding(tuple(held), found)


TAGS = ("SOPClassUID", "SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID")


def _head(path: Path) -> Dataset | None:
    """The identifiers of a DICOM file; None of any other."""
    try:
        document = dcmread(path, stop_before_pixels=True, specific_tags=list(TAGS))
    except InvalidDicomError:
        return None
    return document if all(tag in document for tag in TAGS) else None


def _held(document: Dataset, path: Path) -> Held:
    return Held(
        str(document.StudyInstanceUID),
        str(document.SeriesInstanceUID),
        str(document.SOPInstanceUID),
        str(document.file_meta.TransferSyntaxUID),
        path,
        path.stat().st_size,
    )


def _manifests(document: Dataset) -> Iterator[tuple[str, Manifest]]:
    """The manifest of each study that a KOS refers to (PS3.3 C.17.6.2)."""
    for study in document.CurrentRequestedProcedureEvidenceSequence:
        listed = {
            (str(series.SeriesInstanceUID), str(one.ReferencedSOPInstanceUID))
            for series in study.ReferencedSeriesSequence
            for one in series.ReferencedSOPSequence
        }
        yield str(study.StudyInstanceUID), Manifest(str(document.SOPInstanceUID), frozenset(listed))
