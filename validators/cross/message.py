"""Message, report and metadata: what is to be done, and who may see it (X-HC, X-HX, B-XH)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from validators.cross.dossier import Dossier, rule
from validators.cross.facts import Facts
from validators.cross.fields import Pair
from validators.cross.hl7_facts import Hl7Facts
from validators.cross.normal import NORMALS
from validators.cross.places import differing, missing, place
from validators.cross.xds_facts import XdsFacts
from validators.model import Defect

MASKS = {
    "MASQUE_PS": "MASQUE_PS",
    "INVISIBLE_PATIENT": "INVISIBLE_PATIENT",
    "INVISIBLE_REP_LEGAUX": "INVISIBLE_REPRESENTANTS_LEGAUX",
}
"""The mask of the DMP that each flag of the message asks for."""
STRUCTURE = NORMALS["structure"]


def message_and_report(dossier: Dossier) -> Iterable[Pair]:
    return [Pair(left, right) for left, right in dossier.pairs("hl7", "cda")]


def creating(dossier: Dossier) -> Iterable[Pair]:
    return [one for one in message_and_report(dossier) if one.left.first("control") == "NW"]


def replacing(dossier: Dossier) -> Iterable[Pair]:
    return [one for one in message_and_report(dossier) if one.left.first("control") == "RO"]


def with_sender(dossier: Dossier) -> Iterable[Pair]:
    return [one for one in message_and_report(dossier) if one.left.get("structure_id")]


def identified(dossier: Dossier) -> Iterable[Pair]:
    """A report with an INS, and a message that identifies its patient."""
    return [
        one
        for one in message_and_report(dossier)
        if isinstance(one.left, Hl7Facts) and one.left.kind in ("ORU", "MDM")
        and one.right.get("ins") and one.left.get("local_id")
    ]  # fmt: skip


def orders_and_kos(dossier: Dossier) -> Iterable[Pair]:
    """An OMI with the KOS that it concerns."""
    found = dossier.pairs("hl7", "kos")
    return [
        Pair(left, right)
        for left, right in found
        if isinstance(left, Hl7Facts) and left.kind == "OMI"
    ]


class Masked(Pair):
    """A message and the metadata of the KOS of its report."""

    __slots__ = ()

    @property
    def message(self) -> Hl7Facts:
        assert isinstance(self.left, Hl7Facts)
        return self.left

    @property
    def metadata(self) -> XdsFacts:
        assert isinstance(self.right, XdsFacts)
        return self.right


def message_and_metadata(dossier: Dossier) -> Iterable[Masked]:
    """A message that carries a report, with the submission of a KOS."""
    return [
        Masked(message, submission)
        for message in dossier.messages
        if message.kind in ("ORU", "MDM") and message.flags
        for submission in dossier.submissions
        if submission.publishes
    ]


@rule("X-HC-03", over=replacing, verifies=("X-HC-03",), needs=("hl7", "cda"))
def replacement_without_parent(pair: Pair) -> Iterator[Defect]:
    """A message that replaces carries a report that names the one it replaces.

    Why: the message and the report must tell the same, or the old report stays.
    Fix: write relatedDocument RPLC in the report, or send it as a new one.
    """
    if not pair.right.get("parent_id"):
        control = pair.left.get("control")[0]
        path = f"{pair.right.name} /ClinicalDocument/relatedDocument"
        yield Defect(path, "RPLC", None, against=place(pair.left.name, control))


@rule("X-HC-04", over=creating, verifies=("X-HC-04",), needs=("hl7", "cda"))
def creation_with_parent(pair: Pair) -> Iterator[Defect]:
    """A message that creates does not carry a report that replaces another.

    Why: the receiver creates a second report beside the one that should go away.
    Fix: send RO in ORC-1, C in OBX-11, T10.
    """
    parents, control = pair.right.get("parent_id"), pair.left.get("control")[0]
    if parents:
        path = place(pair.left.name, control)
        yield Defect(path, "RO", control.value, control.offset,
                     against=place(pair.right.name, parents[0]))  # fmt: skip


@rule("X-HC-20", over=with_sender, verifies=("X-HC-20",), needs=("hl7", "cda"))
def structure_of_the_sender_differs(pair: Pair) -> Iterator[Defect]:
    """The structure of the sender is that of the legal authenticator, else of the author.

    Why: the certificate towards the DMP is chosen by the report first; the producer answers for
    the agreement of the two.
    Fix: write the same structure in PRT-8 and in the report.
    """
    others = pair.right.get("signer_structure_id") or pair.right.get("structure_id")
    known = {STRUCTURE.apply(one.value) for one in others}
    for one in pair.left.get("structure_id"):
        if others and STRUCTURE.apply(one.value) not in known:
            yield differing(pair.left, one, pair.right, others, STRUCTURE.steps)


@rule("X-HC-21", over=identified, verifies=("X-HC-05",), needs=("hl7", "cda"))
def message_without_the_ins(pair: Pair) -> Iterator[Defect]:
    """The message identifies its patient by the INS, where its report does.

    Why: the message and the report must identify the patient alike; by the local identifier
    alone the receiver may take the INS of another patient, or none.
    Fix: repeat the INS of the report in PID-3, with its OID and the type INS.
    """
    # An authority (PID-3.4) without a value is a field of a template: that says nothing.
    if not pair.left.get("ins_oid"):
        yield missing(pair.left, "PID-3", pair.right, pair.right.get("ins")[0], ("blanks",))


@rule("X-HK-03", over=orders_and_kos, verifies=("X-HK-03",), needs=("hl7", "kos"))
def order_of_another_exam(pair: Pair) -> Iterator[Defect]:
    """The study and the accession number of an OMI are those of the KOS.

    Why: the DRIMbox would change the KOS of another exam.
    Fix: write the Study Instance UID in IPC-3 and the accession number in IPC-1.
    """
    for field in ("study", "accession"):
        others = pair.right.get(field)
        known = {one.value for one in others}
        for one in pair.left.get(field):
            if others and one.value not in known:
                yield differing(pair.left, one, pair.right, others, ("blanks",))


def _flag(facts: Facts, flag: str) -> str:
    return place(facts.name, facts.get(f"flag {flag}")[0])


@rule("X-HX-02", over=message_and_metadata, verifies=("X-HX-02",), needs=("hl7", "xds"))
def masks_differ(pair: Masked) -> Iterator[Defect]:
    """The masks of the KOS are those that the message asks for, and no other.

    Why: a report that must be hidden would be shown by its images, or the other way round.
    Fix: write one mask for each flag that is Y; INVISIBLE_REP_LEGAUX becomes
    INVISIBLE_REPRESENTANTS_LEGAUX.
    """
    for flag, mask in MASKS.items():
        if flag not in pair.message.flags:
            continue
        asked, there = pair.message.flags[flag], mask in pair.metadata.masks
        if asked != there:
            yield Defect(
                path=f"{pair.metadata.name} confidentialityCode",
                expected=mask if asked else f"!= {mask}",
                actual=mask if there else None,
                against=_flag(pair.message, flag),
            )


@rule("X-HX-03", over=message_and_metadata, verifies=("X-HX-03",), needs=("hl7", "xds"))
def published_though_not_for_the_record(pair: Masked) -> Iterator[Defect]:
    """Nothing is published of a report that is not for the DMP.

    Why: DESTDMP N says that the document does not go there.
    Fix: publish the KOS only where DESTDMP is Y.
    """
    if pair.message.flags.get("DESTDMP") is False:
        uid = pair.metadata.get("kos_uid")
        yield Defect(
            path=place(pair.metadata.name, uid[0]) if uid else pair.metadata.name,
            expected="",
            actual=uid[0].value if uid else None,
            against=_flag(pair.message, "DESTDMP"),
        )
