"""What the object is: SOP class, modules that it may not have, time zone (PS3.3 A.35.4, C.12.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from validators.kos import tags
from validators.kos.subject import KOS_CLASS, Kos, rule, whole_document
from validators.model import Defect
from validators.reading.dicom import Element, Item
from validators.reading.dicom_tree import tag_text

# C.12.1: -1200 to +1400; the offset of UTC itself is +0000.
_OFFSET = re.compile(r"\+(?:0[0-9]|1[0-3])[0-5][0-9]|\+1400|-(?:0[0-9]|1[01])[0-5][0-9]|-1200")

# PS3.3 C.17.2: what belongs to SR documents only.
SR_DOCUMENT_ATTRIBUTES = (
    0x0040A073, 0x0040A078, 0x0040A360, 0x0040A385, 0x0040A491, 0x0040A492, 0x0040A493, 0x0040A496,
)  # fmt: skip


def timezone(kos: Kos) -> Iterator[Element]:
    found = kos.root.elements.get(tags.TIMEZONE_OFFSET)
    if found is not None and found.text:
        yield found


@rule("KOS-SOP-01", over=whole_document, gate=True,
      verifies=("DCM-O01", "IHE-XI01", "IHE-MA02", "DRIM-A-FMT-02"))  # fmt: skip
def not_a_key_object_selection(root: Item) -> Iterator[Defect]:
    """SOP Class UID (0008,0016) is Key Object Selection Document Storage.

    Why: every other rule of this document supposes it.
    Fix: give the right file; or write 1.2.840.10008.5.1.4.1.1.88.59 in (0008,0016).
    """
    found = root.text(tags.SOP_CLASS_UID)
    if found != KOS_CLASS:
        yield root.defect(expected=KOS_CLASS, actual=found or None, child="(0008,0016)")


@rule("KOS-SOP-07", over=timezone, verifies=("DCM-O04", "DRIM-A-GEN-10", "IHE-MA60"))
def timezone_offset_malformed(element: Element) -> Iterator[Defect]:
    """Timezone Offset From UTC (0008,0201) is ±HHMM, from -1200 to +1400, and never -0000.

    Why: readers convert the dates and times of the document with it.
    Fix: write the offset in force, for example +0100.
    """
    found = element.text
    if found == "-0000" or not _OFFSET.fullmatch(found):
        yield element.defect(expected="±HHMM", actual=found)


@rule("KOS-SOP-15", over=whole_document, verifies=("DCM-F12", "DRIM-A-FMT-05"))
def pixels_in_a_document(root: Item) -> Iterator[Defect]:
    """The document has no pixel data, overlay or waveform.

    Why: it refers to images and holds none; readers do not expect any here.
    Fix: remove groups 7FE0, 60xx and 5400.
    """
    for tag in root.elements:
        group = tag >> 16
        if group in (0x7FE0, 0x5400) or group & 0xFF01 == 0x6000:
            yield root.defect(expected="", actual=tag_text(tag), child=tag_text(tag))


@rule("KOS-SOP-16", over=whole_document, verifies=("DCM-D11",))
def attribute_of_sr_documents(root: Item) -> Iterator[Defect]:
    """No attribute of the SR Document General module is present.

    Why: a key object selection is neither completed nor verified; these attributes say so.
    Fix: remove Completion Flag, Verification Flag and the other attributes of that module.
    """
    for tag in SR_DOCUMENT_ATTRIBUTES:
        if tag in root.elements:
            yield root.defect(expected="", actual=tag_text(tag), child=tag_text(tag))
