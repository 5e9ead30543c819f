"""METADATA.XML: its form, and what should not be stored in it (ITI TF-2 3.32; DRIM-M F.3)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from validators.model import Defect
from validators.reading.xml import NAMESPACES
from validators.xdm.description import Metadata, Spot, is_undeclared
from validators.xdm.subject import Xdm, readable_metadata, rule

ROOT = "SubmitObjectsRequest"


def every_metadata(xdm: Xdm) -> Iterable[Metadata]:
    return xdm.metadata


@rule("XDM-META-05", over=every_metadata, verifies=("XDM-META-05",))
def metadata_unreadable(metadata: Metadata) -> Iterator[Defect]:
    """METADATA.XML is well-formed XML without a document type.

    Why: nothing of the submission set can be imported from what is no XML.
    Fix: write the metadata with an XML library, and no <!DOCTYPE.
    """
    if not metadata.readable:
        for one in metadata.problems:
            if one.kind not in ("blanks", "prefix"):
                yield Defect(metadata.path, one.expected, one.actual, None, one.line)


@rule("XDM-META-03", over=every_metadata, verifies=("XDM-META-03",))
def prefix_undeclared(metadata: Metadata) -> Iterator[Defect]:
    """METADATA.XML begins with its markup, and declares every prefix that it uses.

    Why: an XML reader with namespaces refuses the whole file.
    Fix: take the fragment out of the message with the declarations that stand around it.
    """
    for one in metadata.problems:
        if one.kind in ("blanks", "prefix"):
            yield Defect(metadata.path, one.expected, one.actual, None, one.line)


@rule("XDM-META-01", over=readable_metadata, verifies=("XDM-META-01",))
def root_of_another_message(metadata: Metadata) -> Iterator[Defect]:
    """The root of METADATA.XML is lcm:SubmitObjectsRequest.

    Why: importers look for that element at the root, and for no envelope around it.
    Fix: store the SubmitObjectsRequest alone.
    """
    named = metadata.root == ROOT
    if not named or not (
        metadata.namespace == NAMESPACES["lcm"] or is_undeclared(metadata.namespace)
    ):
        expected = f"{{{NAMESPACES['lcm']}}}{ROOT}"
        found = f"{{{metadata.namespace}}}{metadata.root}"
        yield metadata.defect(expected=expected, actual=found)


@rule("XDM-META-06", over=readable_metadata, verifies=("XDM-META-06",))
def nothing_described(metadata: Metadata) -> Iterator[Defect]:
    """METADATA.XML describes a document.

    Why: a submission set without entry imports nothing.
    Fix: write an ExtrinsicObject for each file.
    """
    if not metadata.entries:
        yield metadata.defect(expected="ExtrinsicObject >= 1", actual="0")


@rule("XDM-META-02", over=readable_metadata, verifies=("XDM-META-02",))
def assertion_stored(metadata: Metadata) -> Iterator[Defect]:
    """No assertion of identity (VIHF) is stored.

    Why: it names who published, and is proof of who asks as long as it is valid.
    Fix: store the SubmitObjectsRequest without the header of the message.
    """
    yield from _each(metadata.assertions)


@rule("XDM-META-04", over=readable_metadata, verifies=("XDM-META-04",))
def inclusion_left(metadata: Metadata) -> Iterator[Defect]:
    """No xop:Include is left.

    Why: it leads to a part of a message that is no longer there.
    Fix: store the SubmitObjectsRequest alone; the URI slot leads to the file.
    """
    yield from _each(metadata.includes)


def _each(spots: list[Spot]) -> Iterator[Defect]:
    for one in spots:
        yield one.defect(expected="0", actual=one.text or "1")
