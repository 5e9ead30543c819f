"""Mutants of the evidence, its URLs and its agreement with the content tree."""

from __future__ import annotations

from copy import deepcopy

from pydicom import Dataset

from testdata.exams import CT_CLASS
from testdata.kos_parts import item, reference, sop_item
from testdata.mutants.catalogue import Mutant
from testdata.mutants.kos.attributes import INSTANCE, SERIES, STUDY
from testdata.mutants.kos.changes import (
    append,
    assign,
    at,
    both,
    copy,
    put,
    remove,
    repeat,
    replace,
)

FIRST = f"{STUDY}.ReferencedSeriesSequence[0]"
STRANGER = "2.25.99"
DISPLAY_URI = 0x0040E012


def _list_itself(document: Dataset) -> None:
    """The document among its own instances, in both lists."""
    own = sop_item(document.SOPClassUID, document.SOPInstanceUID)
    series = at(document, STUDY).ReferencedSeriesSequence
    key_objects = series[-1].ReferencedSOPSequence
    number = len(key_objects) + 1
    own.InstanceNumber = number
    key_objects.append(own)
    document.ContentSequence.insert(
        0, reference(document.SOPClassUID, document.SOPInstanceUID, "COMPOSITE")
    )


def _second_study(document: Dataset) -> None:
    """Move the second series to a study of its own."""
    moved = at(document, STUDY).ReferencedSeriesSequence.pop(1)
    other = item(StudyInstanceUID=STRANGER, ReferencedSeriesSequence=[moved])
    moved.RetrieveURL = str(moved.RetrieveURL).replace(str(document.StudyInstanceUID), STRANGER)
    document.CurrentRequestedProcedureEvidenceSequence.append(other)


def _split_study(document: Dataset) -> None:
    """The same study in two items."""
    study = document.CurrentRequestedProcedureEvidenceSequence[0]
    moved = study.ReferencedSeriesSequence.pop()
    other = item(StudyInstanceUID=study.StudyInstanceUID, ReferencedSeriesSequence=[moved])
    document.CurrentRequestedProcedureEvidenceSequence.append(other)


def _split_series(document: Dataset) -> None:
    """The same series in two items."""
    series = at(document, STUDY).ReferencedSeriesSequence
    moved = series[0].ReferencedSOPSequence.pop()
    other = deepcopy(series[0])
    other.ReferencedSOPSequence = [moved]
    series.append(other)


def _class_everywhere(document: Dataset) -> None:
    """An instance of a class that no registry has, in both lists."""
    one = at(document, INSTANCE)
    one.ReferencedSOPClassUID = "2.25.5"
    for content in document.ContentSequence:
        for referenced in content.get("ReferencedSOPSequence", ()):
            if referenced.ReferencedSOPInstanceUID == one.ReferencedSOPInstanceUID:
                referenced.ReferencedSOPClassUID = "2.25.5"


def _series_uid_as_study(document: Dataset) -> None:
    """The series has the UID of the study."""
    study = document.StudyInstanceUID
    for series in at(document, STUDY).ReferencedSeriesSequence[:1]:
        series.SeriesInstanceUID = study


def _move_key_object(document: Dataset) -> None:
    """The key object in the series of the images that it marks."""
    series = at(document, STUDY).ReferencedSeriesSequence
    key_object = series.pop()
    series[0].ReferencedSOPSequence.extend(key_object.ReferencedSOPSequence)
    for marked in series[0].ReferencedSOPSequence[:2]:
        marked.ReferencedSOPSequence[0].SeriesInstanceUID = series[0].SeriesInstanceUID
    text = document.ContentSequence[-1]
    lines = str(text.TextValue).splitlines(keepends=True)
    text.TextValue = "".join(
        line for line in lines if str(key_object.SeriesInstanceUID) not in line
    )


MUTANTS = (
    Mutant("two-studies", "drim-m", "KOS-EVD-20", _second_study,
           also={"KOS-EVD-31": "a second study would need Identical Documents"}),
    Mutant("study-twice", "two-series", "KOS-EVD-21", _split_study),
    Mutant("series-twice", "selection", "KOS-EVD-22", _split_series),
    Mutant("instance-twice", "selection", "KOS-EVD-23",
           repeat(f"{FIRST}.ReferencedSOPSequence[0]")),
    Mutant("lists-itself", "drim-m", "KOS-EVD-24", _list_itself),
    Mutant("study-of-the-document-differs", "selection", "KOS-EVD-25",
           both(assign("StudyInstanceUID", STRANGER),
                assign("ReferencedRequestSequence[0].StudyInstanceUID", STRANGER))),
    Mutant("document-among-images", "selection", "KOS-EVD-26",
           copy(f"{FIRST}.SeriesInstanceUID", "SeriesInstanceUID")),
    Mutant("class-unknown", "drim-m", "KOS-EVD-27", _class_everywhere),
    Mutant("uid-at-two-levels", "selection", "KOS-EVD-28", _series_uid_as_study),
    Mutant("frames-absent", "drim-m-multi-frame", "KOS-EVD-29",
           assign(f"{FIRST}.ReferencedSOPSequence[0].NumberOfFrames", "")),
    Mutant("location-of-two-arcs", "xds-i-b", "KOS-EVD-30",
           assign(f"{SERIES}.RetrieveLocationUID", "1.2")),
    Mutant("identical-documents-absent", "two-studies", "KOS-EVD-31",
           lambda document: document.__delattr__("IdenticalDocumentsSequence")),
    Mutant("identical-document-is-itself", "two-studies", "KOS-EVD-33",
           copy("SOPInstanceUID",
                "IdenticalDocumentsSequence[0].ReferencedSeriesSequence[0]."
                "ReferencedSOPSequence[0].ReferencedSOPInstanceUID")),
    Mutant("identical-document-of-one-study", "two-studies", "KOS-EVD-32",
           both(remove("CurrentRequestedProcedureEvidenceSequence[1]"),
                remove("ContentSequence[-1]"))),
    Mutant("url-with-user", "drim-m", "KOS-URL-01", replace(f"{SERIES}.RetrieveURL", "https://",
                                                           "https://user@")),
    Mutant("url-of-another-host", "drim-m", "KOS-URL-02",
           replace(f"{SERIES}.RetrieveURL", "mesimagesmedicales.fr", "example.org")),
    Mutant("url-on-localhost", "xds-i-b", "KOS-URL-03",
           assign(f"{SERIES}.RetrieveURL", "http://localhost:4200/rs")),
    Mutant("url-with-slash", "drim-m", "KOS-URL-04",
           lambda document: setattr(at(document, SERIES), "RetrieveURL",
                                    at(document, SERIES).RetrieveURL + "/")),
    Mutant("url-of-another-series", "drim-m", "KOS-URL-05",
           copy(f"{FIRST}.RetrieveURL", f"{SERIES}.RetrieveURL")),
    Mutant("url-with-studies", "mado", "KOS-URL-06",
           assign(f"{SERIES}.RetrieveURL", "https://imaging.example.org/dicom-web/studies/1.2.3")),
    Mutant("display-uri-relative", "mado", "KOS-URL-07",
           both(put(DISPLAY_URI, "UR", "viewer:?study=1", STUDY),
                put(DISPLAY_URI, "UR", "viewer:?study=1"))),
    Mutant("display-uris-differ", "mado", "KOS-URL-08",
           put(DISPLAY_URI, "UR", "https://viewer.example.org/other")),
    Mutant("selected-not-in-evidence", "drim-m", "KOS-REF-01",
           append("ContentSequence", reference(CT_CLASS, STRANGER))),
    Mutant("state-not-in-evidence", "presentation-state", "KOS-REF-02",
           assign("ContentSequence[0].ReferencedSOPSequence[0].ReferencedSOPSequence[0]."
                  "ReferencedSOPInstanceUID", STRANGER)),
    Mutant("evidence-not-selected", "drim-m", "KOS-REF-03", remove("ContentSequence[12]")),
    Mutant("classes-differ", "drim-m", "KOS-REF-04",
           assign("ContentSequence[12].ReferencedSOPSequence[0].ReferencedSOPClassUID", CT_CLASS)),
    Mutant("selected-twice", "drim-m", "KOS-REF-05", repeat("ContentSequence[12]")),
    Mutant("image-as-composite", "drim-m", "KOS-REF-06",
           assign("ContentSequence[12].ValueType", "COMPOSITE")),
    Mutant("key-object-among-images", "drim-m", "KOS-KIN-01",
           _move_key_object),
    Mutant("key-image-without-title", "drim-m", "KOS-KIN-02",
           assign(f"{FIRST}.ReferencedSOPSequence[0].ReferencedSOPSequence[0]."
                  "ConceptNameCodeSequence[0].CodeValue", "113004")),
)  # fmt: skip
