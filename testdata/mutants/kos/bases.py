"""The conforming documents that the mutants are made from, and the profile of each."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from pydicom import Dataset
from pydicom.dataelem import DataElement
from pydicom.sequence import Sequence

from testdata.exams import MR_CLASS, order
from testdata.identity import Seed
from testdata.kos import drim_m_kos, generic_kos, mado_kos, write, xds_i_kos
from testdata.kos_drim_m import request
from testdata.kos_parts import authority, code, item, reference, sop_item
from testdata.mutants.base import Base

DISPLAY_URI = 0x0040E012
PROCEDURE_STEP_CLASS = "1.2.840.10008.3.1.2.3.3"
SEED = Seed("alpha")


def _rich() -> Dataset:
    """A DRIM-M KOS with what is optional besides: procedure step, signature, codes, filler."""
    document = drim_m_kos(key_images=True, explicit=True)
    document.TypeOfPatientID = "TEXT"
    document.ReferencedPerformedProcedureStepSequence = Sequence(
        [sop_item(PROCEDURE_STEP_CLASS, SEED.uid("procedure step"))]
    )
    one = document.ReferencedRequestSequence[0]
    one.RequestedProcedureCodeSequence = Sequence([code("24727-0", "LN", "CT Head")])
    one.OrderFillerIdentifierSequence = authority(SEED.uid("filler authority"))
    document.DigitalSignaturesSequence = Sequence([signature()])
    document.MACParametersSequence = Sequence(
        [
            item(
                MACIDNumber=1,
                MACCalculationTransferSyntaxUID="1.2.840.10008.1.2.1",
                MACAlgorithm="SHA256",
                DataElementsSigned=0x00080018,
            )
        ]
    )
    return document


def signature() -> Dataset:
    """The attributes of a digital signature; the signature itself proves nothing."""
    return item(
        MACIDNumber=1,
        DigitalSignatureUID=SEED.uid("signature"),
        DigitalSignatureDateTime="20261124101500",
        CertificateType="X509_1993_SIG",
        CertificateOfSigner=b"\x30\x00",
        Signature=b"\x01\x02",
    )


def _two_requests() -> Dataset:
    document = drim_m_kos()
    document.ReferencedRequestSequence.append(
        request(order(SEED, "second request"), document.StudyInstanceUID)
    )
    return document


def _multi_frame() -> Dataset:
    """A DRIM-M KOS with one multi-frame instance."""
    document = drim_m_kos(series=1, instances_per_series=1)
    series = document.CurrentRequestedProcedureEvidenceSequence[0].ReferencedSeriesSequence[0]
    one = series.ReferencedSOPSequence[0]
    enhanced = "1.2.840.10008.5.1.4.1.1.2.1"
    one.ReferencedSOPClassUID = enhanced
    one.NumberOfFrames = 24
    document.ContentSequence[0].ReferencedSOPSequence[0].ReferencedSOPClassUID = enhanced
    return document


def _presentation_state() -> Dataset:
    """A selection that attaches a presentation state to an image."""
    document = generic_kos()
    state = sop_item("1.2.840.10008.5.1.4.1.1.11.1", SEED.uid("presentation state"))
    study = document.CurrentRequestedProcedureEvidenceSequence[0]
    study.ReferencedSeriesSequence.append(
        item(
            SeriesInstanceUID=SEED.uid("presentation state series"),
            ReferencedSOPSequence=Sequence([state]),
        )
    )
    document.ContentSequence[0].ReferencedSOPSequence[0].ReferencedSOPSequence = Sequence(
        [sop_item(state.ReferencedSOPClassUID, state.ReferencedSOPInstanceUID)]
    )
    document.ContentSequence.append(
        reference(state.ReferencedSOPClassUID, state.ReferencedSOPInstanceUID, "COMPOSITE")
    )
    return document


def _two_studies() -> Dataset:
    """A selection over two studies, with its duplicate in the other one."""
    document = generic_kos()
    other, series, instance = SEED.uid("study 2"), SEED.uid("series 2"), SEED.uid("instance 2.1")
    document.CurrentRequestedProcedureEvidenceSequence.append(
        _study(other, series, [sop_item(MR_CLASS, instance)])
    )
    document.ContentSequence.append(reference(MR_CLASS, instance))
    copy = sop_item(document.SOPClassUID, SEED.uid("kos 2"))
    document.IdenticalDocumentsSequence = Sequence(
        [_study(other, SEED.uid("kos series 2"), [copy])]
    )
    return document


def _study(uid: str, series: str, instances: list[Dataset]) -> Dataset:
    one = item(SeriesInstanceUID=series, ReferencedSOPSequence=Sequence(instances))
    return item(StudyInstanceUID=uid, ReferencedSeriesSequence=Sequence([one]))


def _observed() -> Dataset:
    """A selection that names the person who made it (TID 1002)."""
    document = generic_kos()
    person = item(
        RelationshipType="HAS OBS CONTEXT",
        ValueType="CODE",
        ConceptNameCodeSequence=Sequence([code("121005", "DCM", "Observer Type")]),
        ConceptCodeSequence=Sequence([code("121006", "DCM", "Person")]),
    )
    name = item(
        RelationshipType="HAS OBS CONTEXT",
        ValueType="PNAME",
        ConceptNameCodeSequence=Sequence([code("121008", "DCM", "Person Observer Name")]),
        PersonName="EXEMPLE^ALICE",
    )
    document.ContentSequence = Sequence([person, name, *document.ContentSequence])
    return document


def _signed() -> Dataset:
    document = generic_kos(title=("113031", "Signed Manifest"))
    document.DigitalSignaturesSequence = Sequence([signature()])
    mac = item(
        MACCalculationTransferSyntaxUID="1.2.840.10008.1.2.1",
        MACAlgorithm="SHA256",
        DataElementsSigned=0x00080018,
        MAC=b"\0\0",
    )
    series = document.CurrentRequestedProcedureEvidenceSequence[0].ReferencedSeriesSequence[0]
    for one in series.ReferencedSOPSequence:
        one.ReferencedSOPInstanceMACSequence = Sequence([mac])
    return document


def _mado() -> Dataset:
    """A manifest with description, its Display URI in both places, its library's template said."""
    document = mado_kos(others=True)
    document.ContentSequence[-1].ContentTemplateSequence = Sequence(
        [item(MappingResource="DCMR", TemplateIdentifier="1600")]
    )
    study = document.CurrentRequestedProcedureEvidenceSequence[0]
    document.add(DataElement(DISPLAY_URI, "UR", study[DISPLAY_URI].value))
    return document


def _private() -> Dataset:
    """A selection with a private element in the block of its creator."""
    document = generic_kos()
    block = document.private_block(0x0011, "DRIMCHECK", create=True)
    block.add_new(0x01, "LO", "alpha")
    return document


def _file(make: Callable[[], Dataset]) -> bytes:
    return write(make())


_MAKERS: dict[str, tuple[str, Callable[[], Dataset]]] = {
    "drim-m": ("drim-m-lab", _rich),
    "drim-m-implicit": ("drim-m-lab", drim_m_kos),
    "drim-m-two-requests": ("drim-m-lab", _two_requests),
    "drim-m-multi-frame": ("drim-m-lab", _multi_frame),
    "xds-i-b": ("xds-i-b", xds_i_kos),
    "mado": ("mado-strict", _mado),
    "selection": ("dicom-ko", generic_kos),
    "two-series": ("dicom-ko", lambda: generic_kos(series=2)),
    "private": ("dicom-ko", _private),
    "presentation-state": ("dicom-ko", _presentation_state),
    "two-studies": ("dicom-ko", _two_studies),
    "observed": ("dicom-ko", _observed),
    "signed": ("dicom-ko", _signed),
    "best-in-set": (
        "dicom-ko",
        lambda: generic_kos(title=("113013", "Best In Set"), modifier=("113014", "Study")),
    ),
    "rejected": (
        "dicom-ko",
        lambda: generic_kos(
            title=("113010", "Quality Issue"), modifier=("111207", "Image artifact(s)")
        ),
    ),
}

BASES = {
    name: Base("kos", profile, partial(_file, make)) for name, (profile, make) in _MAKERS.items()
}
