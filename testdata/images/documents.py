"""Objects without pixels: report, presentation state, PDF, key object (PS3.3 A.35, A.33, A.45)."""

from __future__ import annotations

from pydicom import Dataset
from pydicom.sequence import Sequence

from testdata.images.place import Place
from testdata.kos_parts import code, item, reference, sop_item, template

WRITTEN_ON, WRITTEN_AT = "20261120", "110000"


def add_structured_report(document: Dataset, place: Place) -> None:
    """Basic Text SR (A.35.1): a title, an observer, one finding."""
    _add_document(document)
    document.PerformedProcedureCodeSequence = Sequence()
    document.CompletionFlag, document.VerificationFlag = "COMPLETE", "UNVERIFIED"
    document.ConceptNameCodeSequence = Sequence([code("18748-4", "LN", "Diagnostic imaging study")])
    document.ContentTemplateSequence = Sequence([template("2000")])
    document.ContentSequence = Sequence(
        [
            item(
                RelationshipType="HAS OBS CONTEXT",
                ValueType="PNAME",
                ConceptNameCodeSequence=Sequence([code("121008", "DCM", "Person Observer Name")]),
                PersonName=f"{place.exam.author.family}^{place.exam.author.given}",
            ),
            item(
                RelationshipType="CONTAINS",
                ValueType="TEXT",
                ConceptNameCodeSequence=Sequence([code("121071", "DCM", "Finding")]),
                TextValue="Fantôme sans anomalie.",
            ),
        ]
    )


def _add_document(document: Dataset) -> None:
    """SR Document General and the root of the content (C.17.2, C.17.3)."""
    document.ContentDate, document.ContentTime = WRITTEN_ON, WRITTEN_AT
    document.ReferencedPerformedProcedureStepSequence = Sequence()
    document.ValueType, document.ContinuityOfContent = "CONTAINER", "SEPARATE"


def add_key_object(document: Dataset, place: Place) -> None:
    """A key object selection of two instances of the first series (113000, DCM, Of Interest)."""
    first = place.study.series[0]
    chosen = first.instances[:2]
    _add_document(document)
    document.ConceptNameCodeSequence = Sequence([code("113000", "DCM", "Of Interest")])
    document.ContentTemplateSequence = Sequence([template("2010")])
    document.ContentSequence = Sequence(reference(first.sop_class, one) for one in chosen)
    series = item(
        ReferencedSOPSequence=Sequence(sop_item(first.sop_class, one) for one in chosen),
        SeriesInstanceUID=first.uid,
    )
    document.CurrentRequestedProcedureEvidenceSequence = Sequence(
        [item(ReferencedSeriesSequence=Sequence([series]), StudyInstanceUID=place.study.uid)]
    )


def add_presentation_state(document: Dataset, place: Place) -> None:
    """Grayscale Softcopy Presentation State (A.33.1) of the first image of the study."""
    del document.ContentDate, document.ContentTime
    document.BodyPartExamined = "HEART"
    shown = place.study.series[0]
    image = sop_item(shown.sop_class, shown.instances[0])
    series = item(ReferencedImageSequence=Sequence([image]), SeriesInstanceUID=shown.uid)
    document.ReferencedSeriesSequence = Sequence([series])
    document.PresentationCreationDate, document.PresentationCreationTime = WRITTEN_ON, WRITTEN_AT
    document.ContentLabel, document.ContentDescription = "OS", "Fenetre large"
    document.ContentCreatorName = f"{place.exam.author.family}^{place.exam.author.given}"
    area = item(
        DisplayedAreaTopLeftHandCorner=[1, 1],
        DisplayedAreaBottomRightHandCorner=[256, 256],
        PresentationSizeMode="SCALE TO FIT",
        PresentationPixelAspectRatio=[1, 1],
    )
    document.DisplayedAreaSelectionSequence = Sequence([area])
    document.SoftcopyVOILUTSequence = Sequence([item(WindowCenter=400, WindowWidth=1800)])
    document.PresentationLUTShape = "IDENTITY"


def add_encapsulated_pdf(document: Dataset, place: Place) -> None:
    """Encapsulated PDF (A.45.1): the report as the exam prints it."""
    from testdata.report import pdf

    document.ConversionType = "WSD"
    document.AcquisitionDateTime = ""
    document.BurnedInAnnotation = "YES"
    document.DocumentTitle = place.exam.report.title
    document.ConceptNameCodeSequence = Sequence([code("18748-4", "LN", "Diagnostic imaging study")])
    document.MIMETypeOfEncapsulatedDocument = "application/pdf"
    raw = pdf(place.exam)
    document.EncapsulatedDocumentLength = len(raw)
    document.EncapsulatedDocument = raw + b"\0" * (len(raw) % 2)
