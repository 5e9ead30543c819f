"""The files of a submission set against what the metadata say of them (ITI TF-2 3.32)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from validators.identifiers import INS, INS_OIDS, is_oid
from validators.kos import tags
from validators.kos.subject import KOS_CLASS
from validators.kos.subject import recognises as recognises_kos
from validators.model import Defect
from validators.reading import limits
from validators.reading.archive import ArchiveFile
from validators.reading.dicom import read
from validators.xdm.description import Entry
from validators.xdm.subject import (
    SIDE_FILE,
    Described,
    Folder,
    Xdm,
    described_files,
    entries,
    rule,
    submission_sets,
)

FIELDS = 6
_PATIENT = re.compile(r"([^^]*)\^\^\^&([^&^]*)&ISO")


class SideFile(Folder):
    """CR.TXT of a submission set: its fields, and whom the metadata are about."""

    __slots__ = ("fields", "patients")
    separator = "#"

    def __init__(self, folder: Folder, file: ArchiveFile, entries: list[Entry]) -> None:
        super().__init__(folder.xdm, file.path)
        raw = folder.xdm.archive.content(file)[: limits.MAX_SIDE_FILE_BYTES]
        self.fields = raw.decode("utf-8", "replace").split(";")
        named = (_PATIENT.match(entry.patient) for entry in entries)
        self.patients = sorted({(one[1], one[2]) for one in named if one})


def side_files(xdm: Xdm) -> list[SideFile]:
    by_folder = {one.file.folder: one.entries for one in xdm.metadata}
    return [
        SideFile(one, found, by_folder.get(one.path, []))
        for one in xdm.sets
        if (found := one.file(SIDE_FILE))
    ]


def identified_side_files(xdm: Xdm) -> list[SideFile]:
    """CR.TXT where both it and the metadata say who the patient is."""
    return [one for one in side_files(xdm) if len(one.fields) == FIELDS and one.patients]


def resolved_entries(xdm: Xdm) -> list[Entry]:
    return [one for one in entries(xdm) if one.file is not None]


def signatures(xdm: Xdm) -> list[Described]:
    return [one for one in described_files(xdm) if one.entry.is_signature]


def documents(xdm: Xdm) -> list[Described]:
    return [one for one in described_files(xdm) if not one.entry.is_signature]


def kos_files(xdm: Xdm) -> list[Described]:
    return [one for one in described_files(xdm) if one.entry.is_kos]


def patients_of_kos(xdm: Xdm) -> list[Described]:
    """The KOS that can be read as such, whose entry names a patient."""
    found = (one for one in kos_files(xdm) if _PATIENT.match(one.entry.patient))
    return [one for one in found if not recognises_kos(one.content)]


@rule("XDM-URI-01", over=entries, verifies=("XDM-URI-01",))
def uri_leads_nowhere(entry: Entry) -> Iterator[Defect]:
    """Every entry has a URI that leads to a file of the archive.

    Why: nothing else says which file is the document that the entry describes.
    Fix: write the name of the file, relative to the folder of METADATA.XML, in the slot URI.
    """
    if entry.file is None:
        yield entry.defect(expected="URI", actual=entry.uri or None, child="Slot[@name='URI']")


@rule("XDM-URI-01-BASE", over=resolved_entries, verifies=("XDM-URI-01-BASE",))
def uri_from_another_folder(entry: Entry) -> Iterator[Defect]:
    """The URI leads to the file from the folder of METADATA.XML.

    Why: an importer that resolves it from there, as ITI-32 says, finds nothing.
    Fix: write KOS_1_1.DCM, not SS000001/KOS_1_1.DCM.
    """
    if not entry.beside:
        assert entry.file is not None
        expected = entry.file.base
        yield entry.defect(expected=expected, actual=entry.uri, child="Slot[@name='URI']")


@rule("XDM-HASH-02", over=entries, verifies=("XDM-HASH-02",))
def fingerprint_absent(entry: Entry) -> Iterator[Defect]:
    """Every entry has the hash and the size of its file.

    Why: without them nobody sees that a file was cut or changed on the way.
    Fix: write SHA-1 in hexadecimal in the slot hash, the number of bytes in the slot size.
    """
    for name, found in (("hash", entry.hash), ("size", entry.size)):
        if not found:
            yield entry.defect(expected=name, child=f"Slot[@name='{name}']")


@rule("XDM-HASH-01", over=documents, verifies=("XDM-HASH-01",))
def fingerprint_of_another_file(described: Described) -> Iterator[Defect]:
    """Hash and size are those of the file.

    Why: the importer takes the file for another one, or for a damaged one.
    Fix: compute SHA-1 and size over the bytes of the file as it is in the archive.
    """
    yield from _fingerprint(described)


@rule("XDM-HASH-01-SIGN", over=signatures, verifies=("XDM-HASH-01-SIGN",))
def fingerprint_of_another_signature(described: Described) -> Iterator[Defect]:
    """Hash and size of the signature are those of its file.

    Why: a signature that was written anew no longer verifies.
    Fix: store the bytes of the signature as they were published.
    """
    yield from _fingerprint(described)


def _fingerprint(described: Described) -> Iterator[Defect]:
    entry, record = described.entry, described.file.record
    if entry.size and entry.size != str(record.size):
        yield described.defect(expected=entry.size, actual=record.size, child="size")
    if entry.hash and entry.hash.lower() != described.sha1:
        yield described.defect(expected=entry.hash, actual=described.sha1, child="hash")


@rule("XDM-KOS-01", over=kos_files, verifies=("XDM-KOS-01",))
def file_not_a_kos(described: Described) -> Iterator[Defect]:
    """The file of a KOS entry is a Key Object Selection Document.

    Why: the import of an exam needs the manifest; any other file leaves it without images.
    Fix: store the KOS as it was published.
    """
    missing = recognises_kos(described.content)
    if missing:
        yield described.defect(expected=KOS_CLASS, actual=missing)


@rule("XDM-KOS-02", over=patients_of_kos, verifies=("XDM-KOS-02",))
def kos_of_another_patient(described: Described) -> Iterator[Defect]:
    """The patient of the KOS is the one of its entry.

    Why: the images would be filed under somebody else.
    Fix: store the KOS with the metadata that it was published with.
    """
    named = _PATIENT.match(described.entry.patient)
    assert named is not None
    file = read(described.content)
    found = file.dataset.text(tags.PATIENT_ID)
    file.release()
    if found != named[1]:
        yield described.defect(expected=named[1], actual=found or None, child="(0010,0020)")


@rule("XDM-CR-01", over=submission_sets, verifies=("XDM-CR-01",))
def side_file_absent(folder: Folder) -> Iterator[Defect]:
    """Each submission set has CR.TXT.

    Why: the import knows by it which report and which local patient the exam belongs to.
    Fix: write CR.TXT beside METADATA.XML.
    """
    if folder.file(SIDE_FILE) is None:
        yield folder.defect(expected=SIDE_FILE, child=SIDE_FILE)


@rule("XDM-CR-02", over=side_files, verifies=("XDM-CR-02",))
def side_file_malformed(side: SideFile) -> Iterator[Defect]:
    """CR.TXT is one line of six fields: report id, extension, INS, its OID, local id, its OID.

    Why: the import cuts the line at its semicolons.
    Fix: write root;extension;INS;OID;IPP;OID, without end of line.
    """
    if len(side.fields) != FIELDS or "\n" in side.fields[-1]:
        count = len(side.fields)
        yield side.defect(expected="6 x ;", actual=count if count != FIELDS else "\\n")
        return
    root, _, ins, authority, _, local = side.fields
    wrong = (
        ("1", "OID", root, is_oid(root)),
        ("3", "[0-9AB]{15}", ins, INS.fullmatch(ins) is not None),
        ("4", "1.2.250.1.213.1.4.*", authority, authority in INS_OIDS),
        ("6", "OID", local, not local or is_oid(local)),
    )
    for number, expected, actual, right in wrong:
        if not right:
            yield side.defect(expected=expected, actual=actual, child=number)


@rule("XDM-CR-03", over=identified_side_files, verifies=("XDM-CR-03",))
def side_file_of_another_patient(side: SideFile) -> Iterator[Defect]:
    """The INS of CR.TXT is the one of the metadata.

    Why: the import would tie the exam to somebody else.
    Fix: write CR.TXT from the report that the KOS was built for.
    """
    named = (side.fields[2], side.fields[3])
    if named not in side.patients:
        expected = " | ".join("^".join(one) for one in side.patients)
        yield side.defect(expected=expected, actual="^".join(named), child="3")
