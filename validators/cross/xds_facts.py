"""The facts of a submission (DRIM-M B.3)."""

from __future__ import annotations

from validators.cross.facts import Fact, Facts, fact
from validators.reading.dicom import Buffer
from validators.reading.xml import XmlNode
from validators.xds import schemes
from validators.xds.codes import CONFIDENTIALITY, MASKING, Event
from validators.xds.patient import cx
from validators.xds.references import cxi
from validators.xds.subject import Entry, Submission, kos_entries, load

FACILITY = "urn:uuid:f33fb8ac-18af-42cc-ae0e-ed0b0bdb91e1"
PRACTICE = "urn:uuid:cccf5598-8b07-4b77-a05e-ae952c785ead"
REFERENCE_FIELDS = {schemes.ACCESSION: "accession", schemes.ORDER: "placer"}


class XdsFacts(Facts):
    """The facts of a submission: the masks of its KOS and the entries that it replaces."""

    def __init__(self, name: str, submission: Submission, parent: str = "") -> None:
        super().__init__(name, "xds", parent)
        self.publishes = bool(kos_entries(submission))
        self.masks: frozenset[str] = frozenset()


def xds_facts(name: str, buffer: Buffer, parent: str = "") -> XdsFacts:
    """The facts of a submission; of a file that is none, the problem alone."""
    submission = load(buffer)
    found = XdsFacts(name, submission, parent)
    if submission.request is None:
        answered = "RegistryResponse" if submission.response else "XML"
        found.problem = submission.unread or answered
        return found
    for entry in kos_entries(submission):
        _add_entry(found, entry)
    for one in submission.associations:
        if one.get("associationType") == schemes.REPLACES:
            found.add("replaces", fact(one, one.get("targetObject"), "@targetObject"))
    return found


def _add_entry(found: XdsFacts, entry: Entry) -> None:
    patient = entry.external(schemes.ENTRY_PATIENT)
    if patient is not None:
        parts = cx(patient.get("value"))
        found.add("ins", fact(patient, parts.value if parts else patient.get("value"), "@value"))
        found.add("ins_oid", fact(patient, parts.oid if parts else "", "@value"))
    unique = entry.external(schemes.ENTRY_UNIQUE_ID)
    if unique is not None:
        found.add("kos_uid", fact(unique, unique.get("value"), "@value"))
    for field, slot in (
        ("hash", "hash"),
        ("size", "size"),
        ("created", "creationTime"),
        ("start", "serviceStartTime"),
        ("stop", "serviceStopTime"),
        ("language", "languageCode"),
    ):
        found.add(field, *(fact(one, one.text) for one in entry.values(slot)))
    for one in entry.values("sourcePatientId"):
        parts = cx(one.text)
        found.add("source_id", fact(one, parts.value if parts else one.text))
    for one in entry.values("legalAuthenticator"):
        found.add("signer_id", fact(one, one.text.split("^")[0]))
    _add_traits(found, entry)
    _add_references(found, entry)
    _add_codes(found, entry)


def _add_traits(found: Facts, entry: Entry) -> None:
    for one in entry.values("sourcePatientInfo"):
        name, _, value = one.text.partition("|")
        parts = value.split("^") + [""] * 9
        if name == "PID-5":
            found.add("family", fact(one, parts[0]))
            found.add("given", fact(one, parts[1]))
        elif name == "PID-7":
            found.add("birth_date", fact(one, value[:8]))
        elif name == "PID-8":
            found.add("sex", fact(one, value))
        elif name == "PID-11" and parts[6] == "BDL":
            found.add("birthplace", fact(one, parts[8]))


def _add_references(found: Facts, entry: Entry) -> None:
    for one in entry.values(schemes.REFERENCE_IDS):
        parts = cxi(one.text)
        if parts.type == schemes.STUDY:
            found.add("study", fact(one, parts.value))
        elif parts.type in REFERENCE_FIELDS:
            field = REFERENCE_FIELDS[parts.type]
            found.add(field, fact(one, parts.value))
            found.add(f"{field}_oid", fact(one, parts.oid))


def _institution(entry: Entry) -> list[XmlNode]:
    path = "{*}Slot[@name='authorInstitution']/{*}ValueList/{*}Value"
    authors = entry.classifications(schemes.ENTRY_AUTHOR)
    return [value for author in authors for value in author.all(path)]


def _add_codes(found: XdsFacts, entry: Entry) -> None:
    for one in _institution(entry):
        found.add("structure_id", fact(one, (one.text.split("^") + [""] * 10)[9]))
    for field, scheme in (("facility", FACILITY), ("practice", PRACTICE)):
        found.add(field, *(fact(one.node, one.code) for one in entry.codes(scheme)))
    for code in entry.codes(schemes.EVENT_CODES):
        event = Event(code)
        field = "modality" if event.is_modality else "region" if event.is_region else "act_code"
        found.add(field, Fact(code.code, event.path, None, event.line))
    confidentiality = entry.codes(schemes.CONFIDENTIALITY)
    found.masks |= {one.code for one in confidentiality if one.scheme == MASKING}
    for mask in confidentiality:
        if mask.scheme in (CONFIDENTIALITY, MASKING):
            found.add("confidentiality", fact(mask.node, mask.code))
