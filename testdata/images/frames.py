"""Multi-frame images: nuclear medicine, angiography, ultrasound (PS3.3 A.5, A.14, A.7)."""

from __future__ import annotations

from pydicom import Dataset
from pydicom.sequence import Sequence
from pydicom.tag import Tag

from testdata.images.phantom import planar_frames, ultrasound_frames, vessel_frames
from testdata.images.pixels import add_pixels
from testdata.images.place import Place
from testdata.kos_parts import code, item

FRAME_MILLISECONDS = 66.7


def add_nuclear(document: Dataset, place: Place) -> None:
    """NM Image (C.8.4): a dynamic study of one detector, one phase."""
    frames = place.series.frames
    document.BodyPartExamined = "HEAD"
    document.ImageType = ["ORIGINAL", "PRIMARY", "DYNAMIC", "EMISSION"]
    document.NumberOfFrames = frames
    document.FrameIncrementPointer = [Tag("EnergyWindowVector"), Tag("DetectorVector"),
                                      Tag("PhaseVector"), Tag("TimeSliceVector")]  # fmt: skip
    document.NumberOfEnergyWindows = document.NumberOfDetectors = document.NumberOfPhases = 1
    document.EnergyWindowVector = document.DetectorVector = document.PhaseVector = [1] * frames
    document.TimeSliceVector = list(range(1, frames + 1))
    document.EnergyWindowInformationSequence = Sequence(
        [
            item(
                EnergyWindowRangeSequence=Sequence(
                    [item(EnergyWindowLowerLimit=126, EnergyWindowUpperLimit=154)]
                ),
                EnergyWindowName="Tc99m",
            )
        ]
    )
    document.RadiopharmaceuticalInformationSequence = Sequence(
        [item(RadionuclideCodeSequence=Sequence())]
    )
    document.DetectorInformationSequence = Sequence(
        [item(CollimatorType="PARA", ImageOrientationPatient=[1, 0, 0, 0, -1, 0],
              ImagePositionPatient=[-250, 0, 250], FocalDistance=0)]
    )  # fmt: skip
    document.PatientOrientationCodeSequence = Sequence()
    document.PatientGantryRelationshipCodeSequence = Sequence()
    document.PhaseInformationSequence = Sequence(
        [item(PhaseDelay=0, ActualFrameDuration=10_000, PauseBetweenFrames=0,
              NumberOfFramesInPhase=frames)]
    )  # fmt: skip
    document.PixelSpacing = [500 / 128, 500 / 128]
    pixels = planar_frames(128, frames, place.label, place.salt)
    document.CountsAccumulated = int(pixels.sum())
    add_pixels(document, pixels.clip(0, 4095), bits=16)


def add_angiogram(document: Dataset, place: Place) -> None:
    """X-Ray Angiographic Image (C.8.7)."""
    document.ImageType = ["ORIGINAL", "PRIMARY", "SINGLE PLANE"]
    document.NumberOfFrames = place.series.frames
    document.FrameTime = FRAME_MILLISECONDS
    document.FrameIncrementPointer = Tag("FrameTime")
    document.PatientOrientation = ["L", "F"]
    document.KVP = 80
    document.RadiationSetting = "GR"
    document.ExposureTime, document.XRayTubeCurrent = 60, 400
    document.PositionerMotion = "STATIC"
    document.PositionerPrimaryAngle = document.PositionerSecondaryAngle = 0
    document.ImagerPixelSpacing = [0.4, 0.4]
    document.BodyPartExamined = "HEART"
    document.PixelIntensityRelationship = "DISP"
    document.WindowCenter, document.WindowWidth = 128, 256
    pixels = vessel_frames(256, place.series.frames, place.label, place.salt)
    add_pixels(document, pixels, bits=8)


def add_ultrasound(document: Dataset, place: Place) -> None:
    """US Multi-frame Image (C.8.5), a calibrated sector."""
    document.ImageType = ["ORIGINAL", "PRIMARY"]
    document.NumberOfFrames = place.series.frames
    document.FrameTime = FRAME_MILLISECONDS
    document.FrameIncrementPointer = Tag("FrameTime")
    document.PatientOrientation = ""
    document.LossyImageCompression = "00"
    document.BurnedInAnnotation = "NO"
    document.AnatomicRegionSequence = Sequence([code("80891009", "SCT", "Heart")])
    region = item(
        RegionSpatialFormat=1,
        RegionDataType=1,
        RegionFlags=0,
        RegionLocationMinX0=0,
        RegionLocationMinY0=0,
        RegionLocationMaxX1=255,
        RegionLocationMaxY1=255,
        PhysicalUnitsXDirection=3,
        PhysicalUnitsYDirection=3,
        PhysicalDeltaX=0.06,
        PhysicalDeltaY=0.06,
    )
    document.SequenceOfUltrasoundRegions = Sequence([region])
    pixels = ultrasound_frames(256, place.series.frames, place.label, place.salt)
    add_pixels(document, pixels, bits=8)
