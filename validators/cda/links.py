"""Links to the images: of the PDF, of the narrative, of the object catalog (DRIM-M D-CR; PS3.18).

A viewer link names study, order and report; a WADO-URI names an instance. Names of parameters
are compared without regard to case: the specification and the demonstrators differ.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from validators.cda.body import Paper, copies, readable_papers
from validators.cda.catalog import SOP
from validators.cda.subject import Cda, Link, rule
from validators.identifiers import SOURCE_HOST, VIEWER_HOST
from validators.model import Defect, Node
from validators.reading.xml import XmlNode

VIEWER_PATH = "/iheinvokeimagedisplay"
VIEWER_KEYS = {
    "requesttype": "requestType",
    "studyuid": "studyUID",
    "accessionnumber": "accessionNumber",
    "idcda": "idCDA",
}
WADO_KEYS = {"studyuid": "studyUID", "seriesuid": "seriesUID", "objectuid": "objectUID"}
# RFC 3986 appendix A, characters and percent-encoding only.
_ENCODED = re.compile(r"(?:[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})*")


class Address(NamedTuple):
    """A link in parts. ``values`` are those of the first parameter of each name."""

    scheme: str
    host: str
    path: str
    names: tuple[str, ...]
    values: dict[str, str]

    @property
    def is_wado(self) -> bool:
        return self.values.get("requesttype", "").upper() == "WADO"

    @property
    def is_viewer(self) -> bool:
        known = "idcda" in self.values or self.path.lower().endswith(VIEWER_PATH)
        return known and not self.is_wado


class ImageLink(Link):
    """A link to images, in parts, with the document that holds it."""

    __slots__ = ("address", "cda")

    def __init__(self, link: Link, address: Address, cda: Cda) -> None:
        super().__init__(link.holder, link.step, link.url)
        self.address = address
        self.cda = cda

    def value(self, name: str) -> str:
        return self.address.values.get(name, "")


@lru_cache(maxsize=1024)
def address(url: str) -> Address | None:
    """A link in parts; None where it is none."""
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").lower()
    except ValueError:
        return None
    pairs = [pair.partition("=") for pair in parts.query.split("&") if pair]
    named = [(name.strip().lower(), unquote(value).strip()) for name, _, value in pairs]
    values = dict(reversed(named))
    return Address(parts.scheme, host, parts.path, tuple(name for name, _ in named), values)


def _links(cda: Cda) -> Iterator[Link]:
    for paper in (*readable_papers(cda), *copies(cda)):
        yield from paper_links(paper)
    if cda.body is not None:
        for one in cda.body.all(".//h:linkHtml"):
            yield Link(one, "@href", one.element.get("href") or "")
    for text in _sop_references(cda):
        yield Link(text, "@value", text.element.get("value") or "")


def paper_links(paper: Paper) -> Iterator[Link]:
    for number, url in enumerate(paper.pdf.links if paper.pdf else (), start=1):
        yield Link(paper.holder, f"URI[{number}]", url)


def _sop_references(cda: Cda) -> list[XmlNode]:
    found = (one.first("h:text/h:reference") for one in cda.of_template(SOP[0]))
    return [one for one in found if one is not None and not one.get("value").startswith("#")]


def image_links(cda: Cda) -> Iterable[ImageLink]:
    """The links that lead to images: to a viewer, or by WADO."""
    return cda.keep("image links", lambda: list(_image_links(cda)))


def _image_links(cda: Cda) -> Iterator[ImageLink]:
    for link in _links(cda):
        parts = address(link.url)
        if parts is not None and (parts.is_viewer or parts.is_wado):
            yield ImageLink(link, parts, cda)


def viewer_links(cda: Cda) -> list[ImageLink]:
    return [one for one in image_links(cda) if one.address.is_viewer]


def study_links(cda: Cda) -> list[ImageLink]:
    return [one for one in viewer_links(cda) if one.value("studyuid")]


def order_links(cda: Cda) -> list[ImageLink]:
    return [one for one in viewer_links(cda) if one.value("accessionnumber")]


def report_links(cda: Cda) -> list[ImageLink]:
    return [one for one in viewer_links(cda) if one.value("idcda")]


def documents_with_links(cda: Cda) -> Iterable[Node]:
    """The first link of a report on several studies."""
    return viewer_links(cda)[:1] if len(cda.studies) > 1 else ()


def instance_references(cda: Cda) -> Iterable[XmlNode]:
    return [one for one in _sop_references(cda) if one.get("value")]


@rule("CDA-L1-06", over=readable_papers, verifies=("CDA-L1-06",))
def paper_without_viewer_link(paper: Paper) -> Iterator[Defect]:
    """The PDF has a link to the images: a viewer address with study, order and report.

    Why: it is how a doctor or a patient without a DRIMbox sees the images. Links of encrypted
    PDF, and of compressed objects of other kinds, cannot be seen here.
    Fix: write the link that the DRIMbox Source gives, completed with the report's identifier.
    """
    found = [address(link.url) for link in paper_links(paper)]
    if not any(one is not None and one.is_viewer for one in found):
        yield paper.defect(expected=" ".join(VIEWER_KEYS.values()), child="URI")


@rule("CDA-B3-08", over=instance_references, verifies=("CDA-B3-08",))
def instance_link_wrong(reference: XmlNode) -> Iterator[Defect]:
    """The link of an instance is a viewer address, or a WADO-URI of that very instance.

    Why: a reader opens it as it stands; CI-SIS shows a WADO-URI, DRIM-M the viewer address.
    Fix: write the viewer address, or requestType=WADO with study, series, object and content type.
    """
    found = reference.get("value")
    parts = address(found)
    if parts is None or parts.scheme not in ("http", "https") or not parts.host:
        yield reference.defect(expected="https://", actual=found, child="@value")
    elif parts.is_wado:
        yield from _wado_defects(reference, parts)
    elif not parts.is_viewer:
        yield reference.defect(expected="requestType=WADO", actual=found, child="@value")


def _wado_defects(reference: XmlNode, parts: Address) -> Iterator[Defect]:
    for key, uid in zip(reversed(WADO_KEYS), _levels(reference), strict=False):
        found = parts.values.get(key, "")
        if found != uid:
            expected = f"{WADO_KEYS[key]}={uid}"
            yield reference.defect(expected=expected, actual=found or None, child="@value")
    content = parts.values.get("contenttype")
    if content != "application/dicom":
        expected = "contentType=application/dicom"
        yield reference.defect(expected=expected, actual=content, child="@value")


def _levels(reference: XmlNode) -> Iterator[str]:
    """The identifiers of the instance, its series and its study."""
    for ancestor in reference.element.iterancestors():
        node = XmlNode(ancestor)
        if node.name in ("observation", "act"):
            yield node.value("h:id", "root")


@rule("CDA-URL-01", over=image_links, verifies=("CDA-URL-01",))
def link_not_to_a_registered_source(link: ImageLink) -> Iterator[Defect]:
    """A link to images is https, and its host is that of a registered DRIMbox Source.

    Why: a reader elsewhere reaches no other host, and should trust no other.
    Fix: write the public name of the viewer, vi<n>.<id>.mesimagesmedicales.fr.
    """
    parts = link.address
    if parts.scheme != "https" or not any(
        one.fullmatch(parts.host) for one in (SOURCE_HOST, VIEWER_HOST)
    ):
        yield link.defect(
            expected="https://vi<n>.<id>.mesimagesmedicales.fr",
            actual=f"{parts.scheme}://{parts.host}",
        )


@rule("CDA-URL-02P", over=viewer_links, verifies=("CDA-URL-02",))
def viewer_link_incomplete(link: ImageLink) -> Iterator[Defect]:
    """A viewer link has requestType, studyUID, accessionNumber and idCDA.

    Why: the viewer checks that the three identifiers belong together before it shows images.
    Fix: complete the address that the DRIMbox Source gives with the report's identifier.
    """
    for key, name in VIEWER_KEYS.items():
        if not link.value(key):
            yield link.defect(expected=name)


@rule("CDA-URL-02S", over=study_links, verifies=("CDA-URL-02",))
def viewer_link_of_another_study(link: ImageLink) -> Iterator[Defect]:
    """The study of a viewer link is one that the report documents.

    Why: the reader would see the images of another examination, or none.
    Fix: write the Study Instance UID of the documented act.
    """
    known = link.cda.study_uids
    if known and link.value("studyuid") not in known:
        yield link.defect(expected=" | ".join(known), actual=link.value("studyuid"))


@rule("CDA-URL-02A", over=order_links, verifies=("CDA-URL-02",))
def viewer_link_of_another_order(link: ImageLink) -> Iterator[Defect]:
    """The accession number of a viewer link is one of the report.

    Why: the viewer refuses a study under another accession number.
    Fix: write the accession number of the order, alone or after the OID of its authority.
    """
    known = link.cda.accession_numbers
    if known and link.value("accessionnumber") not in known:
        yield link.defect(expected=" | ".join(known), actual=link.value("accessionnumber"))


@rule("CDA-URL-02I", over=report_links, verifies=("CDA-URL-02",))
def viewer_link_of_another_report(link: ImageLink) -> Iterator[Defect]:
    """The report of a viewer link is the report itself.

    Why: the viewer refuses a link that another report carries.
    Fix: write the identifier of this version: its root, or root_extension.
    """
    root, extension = link.cda.own_id
    if root and link.value("idcda") not in {root, f"{root}_{extension}", f"{root}^{extension}"}:
        yield link.defect(expected=root, actual=link.value("idcda"))


@rule("CDA-URL-03", over=image_links, verifies=("CDA-URL-03",))
def link_not_encoded(link: ImageLink) -> Iterator[Defect]:
    """A link to images is percent-encoded, without blanks, each parameter once.

    Why: readers cut it at a blank, and take either of two values.
    Fix: encode what is no character of a URI; write & as &amp; in XML.
    """
    if not _ENCODED.fullmatch(link.url):
        yield link.defect(expected="RFC 3986", actual=link.url)
    for name in dict.fromkeys(link.address.names):
        if link.address.names.count(name) > 1:
            yield link.defect(expected=f"1 {name}", actual=link.address.names.count(name))


@rule("CDA-URL-04", over=documents_with_links, verifies=("CDA-URL-04",))
def study_without_link(first: ImageLink) -> Iterator[Defect]:
    """A report on several studies links to each of them.

    Why: the images of the others cannot be opened from the report.
    Fix: write one link for each study.
    """
    linked = {one.value("studyuid") for one in viewer_links(first.cda)}
    for one in first.cda.studies:
        if one.get("root") not in linked:
            yield first.defect(expected=f"studyUID={one.get('root')}")
