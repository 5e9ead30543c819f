"""The body: a PDF at level 1, and the PDF copies that a structured report may hold."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Iterator

from validators.cda.subject import Cda, document, level_1_body, rule
from validators.model import Defect, Node
from validators.reading.pdf import Pdf, read
from validators.reading.xml import XmlNode

PDF = "application/pdf"
BODIES = ("nonXMLBody", "structuredBody")


class Paper(Node):
    """A document in base64, and what holds it. ``pdf`` is None where it is no base64."""

    __slots__ = ("holder", "pdf")
    separator = "/"

    def __init__(self, holder: XmlNode) -> None:
        self.holder = holder
        self.pdf = _decoded(holder)

    @property
    def path(self) -> str:
        return self.holder.path

    @property
    def line(self) -> int | None:
        return self.holder.line


def _decoded(holder: XmlNode) -> Pdf | None:
    text = "".join("".join(map(str, holder.element.itertext())).split())
    try:
        return read(base64.b64decode(text, validate=True))
    except (binascii.Error, ValueError):
        return None


def papers(cda: Cda) -> Iterable[Paper]:
    """The PDF of a level 1 body."""
    return cda.keep("papers", lambda: [
        Paper(one) for one in cda.at(level_1_body, "h:text") if one.get("representation") == "B64"
    ])  # fmt: skip


def copies(cda: Cda) -> Iterable[Paper]:
    """The PDF that a structured body holds."""
    return cda.keep("copies", lambda: [Paper(one) for one in _media(cda)])


def _media(cda: Cda) -> Iterator[XmlNode]:
    if cda.body is not None:
        for one in cda.body.all(".//h:observationMedia/h:value"):
            if (one.get("mediaType"), one.get("representation")) == (PDF, "B64"):
                yield one


def _decodable(found: Iterable[Paper]) -> list[Paper]:
    return [one for one in found if one.pdf is not None]


def decoded_papers(cda: Cda) -> list[Paper]:
    return _decodable(papers(cda))


def readable_papers(cda: Cda) -> list[Paper]:
    """Those that are PDF."""
    return [one for one in decoded_papers(cda) if one.pdf and one.pdf.header]


def components(cda: Cda) -> list[XmlNode]:
    return cda.at(document, "h:component")


@rule("CDA-L1-01A", over=document, verifies=("CDA-L1-01",))
def body_absent(root: XmlNode) -> Iterator[Defect]:
    """The document has a body.

    Why: the report itself is there.
    Fix: write component with nonXMLBody, or with structuredBody.
    """
    if root.first("h:component") is None:
        yield root.defect(expected="component", child="component")


@rule("CDA-L1-01", over=components, verifies=("CDA-L1-01",))
def bodies_not_one(component: XmlNode) -> Iterator[Defect]:
    """The body is one nonXMLBody or one structuredBody.

    Why: a reader takes the first, or none.
    Fix: keep the structured body; a PDF copy has its own section there.
    """
    names = [one.name for one in component.all("*")]
    found = [name for name in names if name in BODIES]
    if len(found) != 1:
        yield component.defect(expected=" | ".join(BODIES), actual=" ".join(names) or None)


@rule("CDA-L1-04", over=papers, verifies=("CDA-L1-04",))
def body_is_no_base64(paper: Paper) -> Iterator[Defect]:
    """The body is valid base64.

    Why: nobody can read the report otherwise.
    Fix: encode the whole PDF; white space is allowed, padding must be right.
    """
    if paper.pdf is None:
        yield paper.defect(expected="base64", actual=_beginning(paper.holder))


def _beginning(holder: XmlNode) -> str:
    text = (holder.element.text or "").strip()
    return text[:60] + ("…" if len(text) > 60 else "")


@rule("CDA-L1-04P", over=decoded_papers, verifies=("CDA-L1-04",))
def body_is_no_pdf(paper: Paper) -> Iterator[Defect]:
    """The body begins as a PDF.

    Why: the viewer of the DMP opens it as one.
    Fix: encode the bytes of the PDF file, nothing around them.
    """
    if paper.pdf and not paper.pdf.header:
        yield paper.defect(expected="%PDF-", actual=f"{paper.pdf.size} B")


@rule("CDA-L1-04E", over=readable_papers, verifies=("CDA-L1-04",))
def body_is_cut(paper: Paper) -> Iterator[Defect]:
    """The PDF is whole: it has its end marker.

    Why: a PDF that was cut opens at some readers and not at others.
    Fix: check the lengths that the message and the base64 went through.
    """
    if paper.pdf and not paper.pdf.end:
        yield paper.defect(expected="%%EOF", actual=f"{paper.pdf.size} B")


@rule("CDA-L1-05", over=readable_papers, verifies=("CDA-L1-05",))
def body_claims_no_pdf_a(paper: Paper) -> Iterator[Defect]:
    """The PDF says that it is PDF/A.

    Why: XDS-SD wants PDF/A-1, which can be read in decades. Whether it is one is not checked.
    Fix: produce PDF/A; it says pdfaid:part in its metadata.
    """
    if paper.pdf and not paper.pdf.part:
        yield paper.defect(expected="pdfaid:part", child="pdfaid:part")


@rule("CDA-B3-21", over=copies, verifies=("CDA-B3-21",))
def copy_is_no_whole_pdf(paper: Paper) -> Iterator[Defect]:
    """A PDF inside a structured report is valid base64 of a whole PDF.

    Why: readers show it beside the sections.
    Fix: encode the whole PDF file.
    """
    if paper.pdf is None:
        yield paper.defect(expected="base64", actual=_beginning(paper.holder))
    elif not paper.pdf.header or not paper.pdf.end:
        yield paper.defect(expected="%PDF- %%EOF", actual=f"{paper.pdf.size} B")
