"""The submission as XML and as a message (ebRIM 3.0; ITI TF-2 3.41; XOP 1.0)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from validators.model import Defect
from validators.reading.xml import XmlFile, XmlNode
from validators.xds.subject import Submission, Whole, registry_objects, rule, whole
from validators.xds.transport import Part

ORDER = ("Slot", "Name", "Description", "VersionInfo", "Classification", "ExternalIdentifier",
         "ExternalLink", "ContentVersionInfo")  # fmt: skip
REQUIRED = {
    "ExtrinsicObject": ("id", "mimeType", "objectType"),
    "RegistryPackage": ("id",),
    "Classification": ("id", "classifiedObject"),
    "ExternalIdentifier": ("id", "identificationScheme", "registryObject", "value"),
    "Association": ("id", "associationType", "sourceObject", "targetObject"),
    "Slot": ("name",),
}
ROOT_TYPE = "application/xop+xml"


def _problems(file: XmlFile, *kinds: str) -> Iterator[Defect]:
    for problem in file.problems:
        if problem.kind in kinds:
            yield Defect("", problem.expected, problem.actual, None, problem.line)


def objects(submission: Submission) -> Iterable[XmlNode]:
    """Every element of a registry object that has mandatory attributes."""
    if submission.request is None:
        return []
    return [one for name in REQUIRED for one in submission.request.all(f".//{{*}}{name}")]


def multipart(submission: Submission) -> Iterable[Whole]:
    return (Whole(submission),) if submission.package.multipart else ()


def included_parts(submission: Submission) -> Iterable[Part]:
    """The parts beside the root."""
    return submission.package.parts[1:]


@rule("XDS-READ-01", over=whole, verifies=("XDS-READ-01",), gate=True)
def submission_unreadable(node: Whole) -> Iterator[Defect]:
    """The submission, or the answer to one, is XML that can be read, without document type.

    Why: nothing else can be judged; a document type can make a reader fetch or expand anything.
    Fix: send an lcm:SubmitObjectsRequest, or the RegistryResponse, as well-formed XML.
    """
    submission = node.submission
    yield from _problems(submission.file, "doctype", "well-formed")
    root = submission.file.root
    if root is not None and submission.request is None and submission.response is None:
        yield Defect(root.path, "SubmitObjectsRequest | RegistryResponse", root.name, None, 1)


@rule("XDS-XML-01", over=whole, verifies=("XDS-XML-01",))
def xml_not_as_it_must_begin(node: Whole) -> Iterator[Defect]:
    """Every prefix is declared, and nothing stands before the XML declaration.

    Why: a strict reader refuses the document; a tolerant one guesses what the prefix means.
    Fix: declare the namespaces on the root element; do not cut the XML out of its envelope.
    """
    yield from _problems(node.submission.file, "prefix")
    if not node.submission.package.multipart:
        yield from _problems(node.submission.file, "blanks")


@rule("XDS-MTOM-01", over=multipart, verifies=("XDS-MTOM-01",))
def message_parts_incoherent(node: Whole) -> Iterator[Defect]:
    """The root part is of type application/xop+xml, and every document is a part.

    Why: a repository finds the documents by the identifiers of the parts.
    Fix: begin the root part with its XML, and give each xop:Include the cid of a part.
    """
    submission = node.submission
    root = submission.package.parts[0]
    found = root.headers.get("content-type", "")
    if not found.lower().startswith(ROOT_TYPE):
        yield Defect(f"{root.path}.header[Content-Type]", ROOT_TYPE, found or None)
    for defect in _problems(submission.file, "blanks"):
        yield defect._replace(path=root.path)
    for part in submission.package.parts[1:]:
        if part.indented:
            yield Defect(part.path, "CR LF --", "20 --")
    for document in submission.document_nodes:
        if submission.part_of(document) is None:
            found = document.value("{*}Include", "href")
            yield document.defect(expected="cid", actual=found or None, child="Include/@href")


@rule("XDS-MTOM-02", over=included_parts, verifies=("XDS-MTOM-02",))
def part_in_base64(part: Part) -> Iterator[Defect]:
    """The documents beside the envelope are bytes, not base64.

    Why: MTOM exists to avoid it; some repositories hash the base64 instead of the document.
    Fix: send the part with Content-Transfer-Encoding: binary.
    """
    if part.is_base64:
        place = "header[Content-Transfer-Encoding]"
        yield part.defect(expected="binary", actual="base64", child=place)


@rule("XDS-XSD-01", over=registry_objects, verifies=("XDS-XSD-01",))
def children_out_of_order(node: XmlNode) -> Iterator[Defect]:
    """The children of a registry object stand in the order of ebRIM.

    Why: a registry that validates against the schema refuses the submission.
    Fix: write slots first, then name, description, classifications, external identifiers.
    """
    place = 0
    for child in node.all("*"):
        if child.name not in ORDER:
            yield child.defect(expected=" | ".join(ORDER), actual=child.name)
        elif ORDER.index(child.name) < place:
            yield child.defect(expected=f">= {ORDER[place]}", actual=child.name)
        else:
            place = ORDER.index(child.name)


@rule("XDS-XSD-02", over=objects, verifies=("XDS-XSD-02",))
def attribute_absent(node: XmlNode) -> Iterator[Defect]:
    """Registry objects have their mandatory attributes.

    Why: a registry that validates against the schema refuses the submission.
    Fix: write the attribute.
    """
    for name in REQUIRED[node.name]:
        if not node.get(name):
            yield node.defect(expected=name, child=f"@{name}")
