"""CT, MR and mammography images (PS3.3 A.3, A.4, A.27)."""

from __future__ import annotations

from pydicom import Dataset
from pydicom.sequence import Sequence

from testdata.images.phantom import Pixels, breast, ct_head, mr_head
from testdata.images.pixels import add_pixels
from testdata.images.place import Place
from testdata.kos_parts import code

FIELD_OF_VIEW = 240.0
"""Side of a head image, in mm."""


def add_ct(document: Dataset, place: Place) -> None:
    """CT Image (C.8.2.1): Hounsfield units with an offset of 1024."""
    document.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL"]
    document.KVP = 120
    document.RotationDirection = "CW"
    document.BodyPartExamined = "HEAD"
    document.PatientPosition = "HFS"
    _add_plane(document, place, thickness=5.0, across=("1", "0", "0"), down=("0", "1", "0"))
    document.RescaleIntercept, document.RescaleSlope = -1024, 1
    document.RescaleType = "HU"
    document.WindowCenter, document.WindowWidth = [40, 400], [80, 1800]
    document.WindowCenterWidthExplanation = ["CERVEAU", "OS"]
    pixels = ct_head(place.size, place.part, place.label, place.salt)
    add_pixels(document, (pixels + 1024).clip(0, 4095), bits=12)


def add_mr(document: Dataset, place: Place) -> None:
    """MR Image (C.8.3.1): a spin echo, sagittal."""
    document.ImageType = ["ORIGINAL", "PRIMARY", "OTHER"]
    document.ScanningSequence = "SE"
    document.SequenceVariant = "NONE"
    document.ScanOptions = ""
    document.MRAcquisitionType = "2D"
    document.RepetitionTime, document.EchoTime = 500, 15
    document.EchoTrainLength = 1
    document.BodyPartExamined = "HEAD"
    document.PatientPosition = "HFS"
    _add_plane(document, place, thickness=6.0, across=("0", "1", "0"), down=("0", "0", "-1"))
    document.WindowCenter, document.WindowWidth = 450, 900
    pixels = mr_head(place.size, place.part, place.label, place.salt)
    add_pixels(document, pixels.clip(0, 4095), bits=12)


def _add_plane(
    document: Dataset,
    place: Place,
    *,
    thickness: float,
    across: tuple[str, str, str],
    down: tuple[str, str, str],
) -> None:
    """Frame of Reference and Image Plane (C.7.4.1, C.7.6.2), the slices in a stack."""
    spacing = FIELD_OF_VIEW / place.size
    count = len(place.series.instances)
    position = thickness * (place.number - 1 - (count - 1) / 2)
    corner = [-FIELD_OF_VIEW / 2, -FIELD_OF_VIEW / 2, position]
    if across[0] == "0":
        corner = [position, -FIELD_OF_VIEW / 2, FIELD_OF_VIEW / 2]
    document.FrameOfReferenceUID = place.exam.seed.uid(f"frame of reference {place.series.uid}")
    document.PositionReferenceIndicator = ""
    document.PixelSpacing = [spacing, spacing]
    document.ImageOrientationPatient = [*across, *down]
    document.ImagePositionPatient = corner
    document.SliceThickness = thickness
    document.SliceLocation = position
    document.AcquisitionNumber = 1


def add_mammogram(document: Dataset, place: Place) -> None:
    """Digital Mammography X-Ray Image, for presentation (C.8.11)."""
    document.ImageType = ["ORIGINAL", "PRIMARY", ""]
    document.PresentationIntentType = "FOR PRESENTATION"
    document.BodyPartExamined = "BREAST"
    document.ImageLaterality = "L"
    document.OrganExposed = "BREAST"
    document.PositionerType = "MAMMOGRAPHIC"
    document.PatientOrientation = ["A", "R"]
    document.DetectorType = "DIRECT"
    document.ImagerPixelSpacing = [0.1, 0.1]
    document.AcquisitionContextSequence = Sequence()
    document.AnatomicRegionSequence = Sequence([code("76752008", "SCT", "Breast")])
    view = code("399162004", "SCT", "cranio-caudal")
    view.ViewModifierCodeSequence = Sequence()
    document.ViewCodeSequence = Sequence([view])
    document.BurnedInAnnotation = "NO"
    document.PresentationLUTShape = "IDENTITY"
    document.PixelIntensityRelationship = "LOG"
    document.PixelIntensityRelationshipSign = 1
    document.RescaleIntercept, document.RescaleSlope, document.RescaleType = 0, 1, "US"
    document.LossyImageCompression = "00"
    document.WindowCenter, document.WindowWidth = 1200, 2400
    pixels: Pixels = breast(place.size, place.label, place.salt)
    add_pixels(document, pixels, bits=12)
