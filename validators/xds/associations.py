"""Associations, ids and external identifiers (ITI TF-3 4.2.1.4 and 4.2.2; ebRIM 3.0)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from validators.identifiers import is_uuid
from validators.model import Defect
from validators.reading.xml import XmlNode
from validators.xds import schemes
from validators.xds.subject import (
    RegistryObject,
    Submission,
    Whole,
    registry_objects,
    rule,
    signature_entries,
    submitted,
)

KNOWN_IDENTIFIERS = frozenset(
    {schemes.ENTRY_PATIENT, schemes.ENTRY_UNIQUE_ID, schemes.SET_PATIENT, schemes.SET_SOURCE,
     schemes.SET_UNIQUE_ID}
)  # fmt: skip
STATUS = "{*}Slot[@name='SubmissionSetStatus']/{*}ValueList/{*}Value"


def _of_type(submission: Submission, *types: str) -> list[XmlNode]:
    return [one for one in submission.associations if one.get("associationType") in types]


def signing(submission: Submission) -> Iterable[XmlNode]:
    return _of_type(submission, schemes.SIGNS)


def replacements(submission: Submission) -> Iterable[XmlNode]:
    return _of_type(submission, schemes.REPLACES)


def other_relations(submission: Submission) -> Iterable[XmlNode]:
    """The associations between documents that are neither membership nor signature."""
    left_out = (schemes.HAS_MEMBER, schemes.SIGNS)
    found = submission.associations
    return [one for one in found if one.get("associationType") not in left_out]


def signed_lots(submission: Submission) -> Iterable[Whole]:
    """A submission that has the entry of a signature."""
    return (Whole(submission),) if signature_entries(submission) else ()


@rule("XDS-SET-02", over=submitted, verifies=("XDS-SET-02",))
def submission_sets_miscounted(node: Whole) -> Iterator[Defect]:
    """A submission has one submission set, classified as such.

    Why: the registry files the documents of one lot together.
    Fix: send one RegistryPackage, with the classification node of a submission set.
    """
    found = node.submission.sets
    if len(found) != 1:
        yield Defect("RegistryPackage", "1", str(len(found)))
    for one in found:
        nodes = [child.get("classificationNode") for child in one.all("{*}Classification")]
        outside = node.submission.request
        if outside is not None:
            path = ".//{*}RegistryObjectList/{*}Classification"
            nodes += [child.get("classificationNode") for child in outside.all(path)]
        if schemes.SUBMISSION_SET not in nodes:
            yield one.defect(expected=schemes.SUBMISSION_SET, child="Classification")


@rule("XDS-ASC-01", over=submitted, verifies=("XDS-ASC-01",))
def members_incoherent(node: Whole) -> Iterator[Defect]:
    """The submission set has every entry as its member, with status Original.

    Why: an entry that is no member is not registered.
    Fix: write one HasMember from the submission set to each entry.
    """
    submission = node.submission
    objects = {one.id for one in registry_objects(submission)}
    members = _of_type(submission, schemes.HAS_MEMBER)
    reached = {one.get("targetObject") for one in members}
    for entry in submission.entries:
        if entry.id not in reached:
            yield entry.defect(expected=schemes.HAS_MEMBER)
    for one in members:
        if one.value(STATUS) != "Original":
            yield one.defect(expected="Original", actual=one.value(STATUS) or None)
    for one in submission.associations:
        for end in ("sourceObject", "targetObject"):
            outside = end == "targetObject" and one.get(end).startswith("urn:uuid:")
            if one.get(end) not in objects and not outside:
                yield one.defect(expected="id", actual=one.get(end) or None, child=f"@{end}")


@rule("XDS-ASC-02", over=signing, verifies=("XDS-ASC-02",))
def signature_with_status(node: XmlNode) -> Iterator[Defect]:
    """The association signs has no submission set status.

    Why: the status says whether a member is original; a signature is no membership.
    Fix: leave the slot out.
    """
    if node.value(STATUS):
        yield node.defect(expected="", actual=node.value(STATUS))


@rule("XDS-ASC-03", over=replacements, verifies=("XDS-ASC-03",))
def replacement_of_nothing(node: XmlNode) -> Iterator[Defect]:
    """A replacement leads to the entryUUID of the entry that goes away.

    Why: the registry knows its entries by that identifier alone; the old KOS would stay.
    Fix: query the entryUUID of the old KOS, and write it as target: urn:uuid:...
    """
    target = node.get("targetObject")
    if not target.startswith("urn:uuid:") or not is_uuid(target.removeprefix("urn:uuid:")):
        yield node.defect(expected="urn:uuid:", actual=target or None, child="@targetObject")


@rule("XDS-ASC-04", over=other_relations, verifies=("XDS-ASC-04",))
def relation_unexpected(node: XmlNode) -> Iterator[Defect]:
    """A KOS is replaced, and neither transformed nor appended.

    Why: a consumer would show the old KOS beside the new one.
    Fix: use RPLC.
    """
    found = node.get("associationType")
    if found != schemes.REPLACES:
        yield node.defect(expected=schemes.REPLACES, actual=found, child="@associationType")


@rule("XDS-ASC-05", over=submitted, verifies=("XDS-ASC-05",))
def ids_incoherent(node: Whole) -> Iterator[Defect]:
    """Elements name the object that holds them, and ids are unique.

    Why: a registry that goes by the names, not by the place, gives the code to another object.
    Fix: write the id of the object in classifiedObject and registryObject, and each id once.
    """
    request = node.submission.request
    if request is None:
        return
    for one in registry_objects(node.submission):
        yield from _strangers(one)
    seen: set[str] = set()
    for element in request.all(".//*[@id]"):
        if element.get("id") in seen:
            yield element.defect(expected="1", actual=element.get("id"), child="@id")
        seen.add(element.get("id"))


def _strangers(one: RegistryObject) -> Iterator[Defect]:
    """The elements of an object that name another one."""
    for element, attribute in (
        ("Classification", "classifiedObject"),
        ("ExternalIdentifier", "registryObject"),
    ):
        for child in one.all(f"{{*}}{element}"):
            found = child.get(attribute)
            if found and found != one.id:
                yield child.defect(expected=one.id, actual=found, child=f"@{attribute}")


@rule("XDS-ASC-06", over=signed_lots, verifies=("XDS-ASC-06",))
def signature_unlinked(node: Whole) -> Iterator[Defect]:
    """The signature is linked to the submission set that it signs.

    Why: a document called signature proves nothing of a lot that it does not name.
    Fix: write the association signs from the signature to the submission set.
    """
    submission = node.submission
    sets = {one.id for one in submission.sets}
    linked = {
        one.get("sourceObject") for one in signing(submission) if one.get("targetObject") in sets
    }
    for entry in signature_entries(submission):
        if entry.id not in linked:
            yield entry.defect(expected=schemes.SIGNS)


@rule("XDS-EI-01", over=registry_objects, verifies=("XDS-EI-01",))
def identifier_of_unknown_scheme(node: RegistryObject) -> Iterator[Defect]:
    """External identifiers are those of XDS.

    Why: the entryUUID is set by the registry, and is an attribute; elsewhere nobody reads it.
    Fix: leave the identifier out.
    """
    for one in node.all("{*}ExternalIdentifier"):
        found = one.get("identificationScheme")
        if found not in KNOWN_IDENTIFIERS:
            expected = " | ".join(sorted(KNOWN_IDENTIFIERS))
            yield one.defect(expected=expected, actual=found, child="@identificationScheme")
