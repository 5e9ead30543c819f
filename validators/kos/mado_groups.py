"""The groups of an Image Library and their entries (IHE RAD MADO 6.X.2.9-2 to 6.X.2.9-4)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from validators.catalogue.tables import storage_classes
from validators.kos import tags
from validators.kos.library import (
    Group,
    described,
    entries,
    entry_item,
    groups,
    identified_groups,
    in_units,
)
from validators.kos.mado_codes import concept
from validators.kos.subject import KOS_CLASS, Kos, Reference, concept_name, rule, value_type
from validators.model import Defect

ENTRY_CONCEPTS = frozenset({"instance-number", "number-of-frames", "document-title", "description"})
SERIES_TYPES = {
    "series-date": "DATE",
    "series-time": "TIME",
    "series-description": "TEXT",
    "series-number": "TEXT",
}


def multi_frame_entries(kos: Kos) -> Iterator[Reference]:
    classes = storage_classes()
    return (
        entry
        for entry in entries(kos)
        if entry.sop_class in classes and classes[entry.sop_class].multi_frame
    )


def key_object_entries(kos: Kos) -> Iterator[Reference]:
    return (entry for entry in entries(kos) if entry.sop_class == KOS_CLASS)


@rule("KOS-MADO-25", over=groups, verifies=("IHE-MA88",))
def series_descriptor_of_another_type(group: Group) -> Iterator[Defect]:
    """Series Date, Time, Description and Number stand at most once, with their value types.

    Why: readers take the first, and read it by its type. Whether the instances have these
    values is seen with the images only.
    Fix: write DATE, TIME, TEXT and TEXT items.
    """
    for name, kind in SERIES_TYPES.items():
        found = described(group.item, name)
        if len(found) > 1:
            yield group.defect(expected=f"<= 1: {name}", actual=len(found), child="(0040,A730)")
        for item in found:
            if value_type(item) != kind:
                yield item.defect(expected=kind, actual=value_type(item), child="(0040,A040)")


@rule("KOS-MADO-26", over=groups, verifies=("IHE-MA89",))
def region_as_code_and_as_text(group: Group) -> Iterator[Defect]:
    """The Target Region of a group stands as a code or as a text, not as both.

    Why: of two regions the reader does not know which is meant.
    Fix: keep the code.
    """
    kinds = {value_type(item) for item in described(group.item, "target-region")}
    if len(kinds) > 1:
        yield group.defect(expected="1", actual=" ".join(sorted(kinds)), child="(0040,A730)")


@rule("KOS-MADO-27", over=identified_groups, verifies=("IHE-MA85",))
def entries_and_instances_disagree(group: Group) -> Iterator[Defect]:
    """Each group has one entry for each instance of its series, and no other.

    Why: an instance without entry is not described; a reader of the library never shows it.
    Fix: write one IMAGE, COMPOSITE or WAVEFORM entry for each instance of the series.
    """
    found = [entry.instance for entry in group.entries]
    wanted = group.evidence
    for uid in sorted(wanted - set(found)):
        yield group.defect(expected=uid, child="(0040,A730)")
    for entry in group.entries:
        if entry.instance and entry.instance not in wanted:
            yield entry.defect(expected="(0040,A375)", actual=entry.instance, child="(0008,1155)")
    for uid, count in Counter(found).items():
        if count > 1:
            yield group.defect(expected="1", actual=f"{count}: {uid}")


@rule("KOS-MADO-28", over=groups, verifies=("IHE-MA86",))
def descriptor_beside_its_entry(group: Group) -> Iterator[Defect]:
    """The descriptors of an instance are children of its entry.

    Why: beside the entry nothing ties them to it but the order, which means nothing.
    Fix: move the item into the Content Sequence of the entry, HAS ACQ CONTEXT.
    """
    for item in group.item.items(tags.CONTENT):
        name = concept_name(item)
        if concept(name) in ENTRY_CONCEPTS:
            yield item.defect(expected="IMAGE | COMPOSITE | WAVEFORM > item", actual=name)


@rule("KOS-MADO-29", over=entries, verifies=("IHE-MA86",))
def descriptor_repeated(entry: Reference) -> Iterator[Defect]:
    """Each descriptor stands at most once in an entry.

    Why: of two instance numbers the reader does not know which is meant.
    Fix: remove the repeated item.
    """
    item = entry_item(entry)
    for name in ("instance-number", "number-of-frames"):
        count = len(described(item, name))
        if count > 1:
            yield item.defect(expected=f"<= 1: {name}", actual=count, child="(0040,A730)")


@rule("KOS-MADO-32", over=entries, verifies=("IHE-MA87",))
def instance_number_absent(entry: Reference) -> Iterator[Defect]:
    """Each entry gives the Instance Number of its instance, as a text.

    Why: the viewer sorts the images by it. Whether the instance has a number is seen with
    the images only.
    Fix: add a TEXT item Instance Number (113609, DCM) to the entry.
    """
    item = entry_item(entry)
    if not [one for one in described(item, "instance-number") if value_type(one) == "TEXT"]:
        yield item.defect(expected="(113609, DCM)", child="(0040,A730)")


@rule("KOS-MADO-33", over=multi_frame_entries, verifies=("IHE-MA87",))
def frames_of_an_entry_absent(entry: Reference) -> Iterator[Defect]:
    """The entry of a multi-frame instance gives its Number of Frames.

    Why: the viewer shows how many frames there are before it has retrieved them.
    Fix: add a NUM item Number of Frames (121140, DCM) in units {frames} of UCUM.
    """
    item = entry_item(entry)
    if not [one for one in described(item, "number-of-frames") if in_units(one, "{frames}")]:
        yield item.defect(expected="NUM {frames}", child="(0040,A730)")


@rule("KOS-MADO-30", over=key_object_entries, verifies=("IHE-MA90",))
def key_object_without_title(entry: Reference) -> Iterator[Defect]:
    """The entry of a key object selection gives its Document Title, as a code.

    Why: the viewer says from it what the selection is for.
    Fix: add a CODE item Document Title (121144, DCM) to the entry.
    """
    item = entry_item(entry)
    found = [one for one in described(item, "document-title") if value_type(one) == "CODE"]
    if len(found) != 1:
        yield item.defect(expected="1: (121144, DCM)", actual=len(found), child="(0040,A730)")
