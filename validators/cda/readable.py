"""Whether the file can be read as a report at all (XML 1.0; CDA R2)."""

from __future__ import annotations

from collections.abc import Iterator

from validators.cda.subject import ROOT, Whole, document, rule, whole_file
from validators.model import Defect
from validators.reading.xml import XmlNode

UTF_8 = ("UTF-8", "US-ASCII", "ASCII")
"""Declared encodings whose bytes are UTF-8."""


def _problems(whole: Whole, kind: str) -> Iterator[Defect]:
    for problem in whole.file.problems:
        if problem.kind == kind:
            yield Defect("/", problem.expected, problem.actual, None, problem.line)


@rule("CDA-DOC-19D", over=whole_file, verifies=("CDA-DOC-19",), gate=True)
def document_type_present(whole: Whole) -> Iterator[Defect]:
    """The document has no document type declaration.

    Why: a document type can read files and call hosts at the reader; reading stops at it.
    Fix: remove <!DOCTYPE ...>; CDA needs none.
    """
    return _problems(whole, "doctype")


@rule("CDA-DOC-19", over=whole_file, verifies=("CDA-DOC-19",), gate=True)
def not_well_formed(whole: Whole) -> Iterator[Defect]:
    """The document is well-formed XML.

    Why: nothing of it can be read otherwise.
    Fix: write it with an XML library, and write & as &amp; in text and links.
    """
    return _problems(whole, "well-formed")


@rule("CDA-DOC-19R", over=document, verifies=("CDA-DOC-19",), gate=True)
def root_is_no_clinical_document(root: XmlNode) -> Iterator[Defect]:
    """The root element is ClinicalDocument in the namespace urn:hl7-org:v3.

    Why: what follows is about CDA documents; this is none.
    Fix: check which file was given, and its default namespace.
    """
    if root.element.tag != ROOT:
        yield root.defect(expected=ROOT, actual=root.element.tag)


@rule("CDA-DOC-19E", over=whole_file, verifies=("CDA-DOC-19-UTF8",))
def encoding_is_not_utf_8(whole: Whole) -> Iterator[Defect]:
    """The document is encoded in UTF-8.

    Why: readers that take UTF-8 for granted show other letters, or refuse the document.
    Fix: write UTF-8, and say so in the XML declaration.
    """
    found = whole.file.encoding
    if found.upper() not in UTF_8:
        yield Defect("/", "UTF-8", found, None, 1)
