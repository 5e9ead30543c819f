"""What a client reads in a KOS: the series, where each is, and the images of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from urllib.parse import urlsplit

from pydicom import Dataset, dcmread
from pydicom.errors import InvalidDicomError

from testdata.exam import Exam, Study

KOS_CLASS = "1.2.840.10008.5.1.4.1.1.88.59"


@dataclass(frozen=True, slots=True)
class Series:
    """A Referenced Series: its study and own UID, its Retrieve URL, its instances."""

    study: str
    uid: str
    url: str
    instances: tuple[str, ...]

    @property
    def base(self) -> str:
        """The base of the service: what comes before ``/studies/``."""
        return self.url.partition("/studies/")[0]


@dataclass(frozen=True, slots=True)
class Kos:
    """The UID of the KOS and its series, one at least."""

    uid: str
    series: tuple[Series, ...]

    def at(self, base: str) -> Kos:
        """The KOS with the service at another base."""
        moved = (
            Series(one.study, one.uid, f"{base}{one.url[len(one.base) :]}", one.instances)
            for one in self.series
        )
        return Kos(self.uid, tuple(moved))


def read_kos(raw: bytes) -> Kos:
    """The KOS of a file. Raises ValueError where it is none, or has no Retrieve URL."""
    try:
        document = dcmread(BytesIO(raw))
    except InvalidDicomError:
        raise ValueError("no DICOM file") from None
    if document.get("SOPClassUID") != KOS_CLASS:
        raise ValueError("no Key Object Selection Document")
    series = tuple(_series(document))
    if not series:
        raise ValueError("no Referenced Series with a Retrieve URL (0008,1190)")
    return Kos(str(document.SOPInstanceUID), series)


def _series(document: Dataset) -> Iterator[Series]:
    for study in document.get("CurrentRequestedProcedureEvidenceSequence") or ():
        for one in study.get("ReferencedSeriesSequence") or ():
            url = str(one.get("RetrieveURL") or "")
            if urlsplit(url).scheme in ("http", "https") and "/studies/" in url:
                found = one.get("ReferencedSOPSequence") or ()
                uids = tuple(str(each.ReferencedSOPInstanceUID) for each in found)
                yield Series(str(study.StudyInstanceUID), str(one.SeriesInstanceUID), url, uids)


def kos_of(exam: Exam, study: Study) -> Kos:
    """The KOS of a study of the test data."""
    series = (
        Series(study.uid, one.uid, exam.retrieve_url(study, one), one.instances)
        for one in study.series
    )
    return Kos(exam.kos_uid(study), tuple(series))
