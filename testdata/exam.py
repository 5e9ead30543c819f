"""An exam and its report: all that its documents say in common.

Every document of an exam (images, KOS, report, message, metadata, archive) is made from one
``Exam``, so that they agree; a defect is what a mutant changes afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum

from testdata.identity import Seed
from testdata.people import Device, Patient, Professional, Structure


class Event(StrEnum):
    """What a message tells of a report (CI-SIS, transmission of a CDA document)."""

    CREATE = "create"
    REPLACE = "replace"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Coded:
    """A code with its display name."""

    code: str
    display: str


@dataclass(frozen=True, slots=True)
class Act:
    """The act of a study: LOINC and CCAM codes, modality (DICOM), region (SNOMED CT)."""

    loinc: Coded
    ccam: Coded
    modalities: tuple[Coded, ...]
    region: Coded


@dataclass(frozen=True, slots=True)
class SeriesPlan:
    """A series to refer to: its modality, class, description and instance UIDs.

    ``frames`` is the number of frames of each instance, 0 where the class has one image only;
    ``syntax`` the transfer syntax in which the archive holds them.
    """

    uid: str
    modality: str
    sop_class: str
    number: int
    description: str
    instances: tuple[str, ...]
    frames: int = 0
    syntax: str = "1.2.840.10008.1.2.1"


@dataclass(frozen=True, slots=True)
class Order:
    """A request: placer order number and accession number, each with the OID that assigned it."""

    placer_number: str
    placer_oid: str
    accession: str
    accession_oid: str


@dataclass(frozen=True, slots=True)
class Study:
    """A study that the report documents. Times are YYYYMMDDHHMMSS, local."""

    uid: str
    description: str
    act: Act
    orders: tuple[Order, ...]
    series: tuple[SeriesPlan, ...]
    started: str
    ended: str


@dataclass(frozen=True, slots=True)
class Masking:
    """Who must not see the document (MetaDMPMSS flags and DMP confidentiality codes)."""

    professionals: bool = False
    patient: bool = False
    representatives: bool = False
    changed: bool = False
    """Whether the message changes the masking of a document already published."""


@dataclass(frozen=True, slots=True)
class Report:
    """The report: its OID, the set of its versions, and the report that it replaces."""

    oid: str
    set_oid: str
    version: int
    title: str
    written: str
    replaces: str = ""


@dataclass(frozen=True, slots=True)
class Exam:
    """One report and the studies that it documents, one or several."""

    name: str
    seed: Seed
    patient: Patient
    author: Professional
    referrer: Professional
    structure: Structure
    drimbox: Device
    studies: tuple[Study, ...]
    report: Report
    event: Event = Event.CREATE
    masking: Masking = field(default_factory=Masking)
    acknowledge: bool = False
    link: str = "camel"
    """How the report writes the link to the viewer, one of those that are seen."""
    zone: str = "+0100"
    wado_base: str = ""
    viewer_base: str = ""
    """Scheme, host and port of the Source and of its viewer, where they are not those that the
    structure is registered with."""

    @property
    def study(self) -> Study:
        """The first study, which is the only one of most exams."""
        return self.studies[0]

    @property
    def source_url(self) -> str:
        """The WADO-RS base of the DRIMbox Source."""
        return f"{self.wado_base or f'https://db1.{self.structure.host}'}/dicom-web-rs"

    def retrieve_url(self, study: Study, series: SeriesPlan) -> str:
        return f"{self.source_url}/studies/{study.uid}/series/{series.uid}"

    def viewer_url(self, study: Study) -> str:
        """The link to the images of a study, as its report carries it (DRIM-M D-CR-01)."""
        location = self.viewer_base or f"https://vi1.{self.structure.host}"
        base = f"{location}/IHEInvokeImageDisplay"
        order, report = study.orders[0], self.report.oid
        joined = f"{order.accession_oid}.{order.accession}"
        first, rest = "requestType=STUDY", f"studyUID={study.uid}"
        queries = {
            "camel": (first, rest, f"accessionNumber={order.accession}", f"idCDA={report}"),
            "ig": (first, rest, f"Accessionnumber={joined}", f"idCDA={report}"),
            "lower": (first, rest, f"accessionnumber={order.accession}", f"idCDA={report}"),
            "encoded": (first, rest, f"accessionNumber={order.accession}",
                        f"idCDA={report}".replace(".", "%2E")),
            "reordered": (f"idCDA={report}", f"accessionNumber={order.accession}", rest, first),
        }  # fmt: skip
        return f"{base}?{'&'.join(queries[self.link])}"

    def kos_uid(self, study: Study, generation: int = 1) -> str:
        """SOP Instance UID of the KOS of a study; each generation has its own."""
        label = (
            "kos" if study is self.study and generation == 1 else f"kos {study.uid} {generation}"
        )
        return self.seed.uid(label)

    def replacing(self, *, masking: Masking | None = None, written: str) -> Exam:
        """The exam with the next version of its report, which replaces this one."""
        old = self.report
        version = old.version + 1
        report = replace(
            old,
            oid=self.seed.uid(f"report version {version}"),
            version=version,
            written=written,
            replaces=old.oid,
        )
        return replace(self, report=report, event=Event.REPLACE, masking=masking or self.masking)
