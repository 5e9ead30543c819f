"""Manifest with description: its title, its library and its groups (IHE RAD MADO 6.X.2.9)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from validators.catalogue import read_toml
from validators.catalogue.tables import context_group
from validators.kos import tags
from validators.kos.library import (
    Group,
    Library,
    counts,
    described,
    groups,
    identified_groups,
    in_units,
    libraries,
    number,
)
from validators.kos.mado_codes import BALLOT, TEMPORARY, concept, generation
from validators.kos.subject import (
    Kos,
    Located,
    code,
    code_items,
    concept_code,
    concept_name,
    document,
    rule,
    value_type,
)
from validators.model import Defect
from validators.reading.dicom import Item

REGIONS = frozenset(read_toml("tables", "mado-codes.toml")["regions"])
LIBRARY_CONCEPTS = frozenset(
    {"modality", "target-region", "series-of-study", "image-library-group"}
)


def coded_concepts(kos: Kos) -> Iterator[Item]:
    """The codes that have had several generations."""
    return (item for item in code_items(kos) if generation(code(item)) not in ("", "registered"))


def library_regions(kos: Kos) -> Iterator[Item]:
    """The coded target regions of the library."""
    for library in libraries(kos):
        yield from (
            item for item in described(library.item, "target-region") if value_type(item) == "CODE"
        )


def counted_libraries(kos: Kos) -> Iterable[Library]:
    return [one for one in libraries(kos) if described(one.item, "series-of-study")]


def counted_groups(kos: Kos) -> Iterator[Group]:
    """The identified groups that give their number of instances."""
    return (
        group for group in identified_groups(kos) if described(group.item, "instances-of-series")
    )


def library_children(kos: Kos) -> Iterator[Item]:
    for library in libraries(kos):
        yield from library.item.items(tags.CONTENT)


@rule("KOS-MADO-01", over=coded_concepts, verifies=("IHE-MA01T",))
def temporary_code(item: Item) -> Iterator[Defect]:
    """The codes are those of the final text.

    Why: the temporary codes (99IHE) were given before DICOM assigned the final ones.
    Fix: write the codes 131560 to 131565 of DCM.
    """
    if generation(code(item)) == TEMPORARY:
        yield item.defect(expected="DCM 131560-131565", actual=code(item))


@rule("KOS-MADO-02", over=coded_concepts, verifies=("IHE-MA01D",))
def ballot_placeholder(item: Item) -> Iterator[Defect]:
    """No code is a placeholder of the letter ballot.

    Why: ddd001 and its like were never assigned; no reader knows them.
    Fix: write the codes 131560 to 131565 of DCM.
    """
    if generation(code(item)) == BALLOT:
        yield item.defect(expected="DCM 131560-131565", actual=code(item))


@rule("KOS-MADO-34", over=document, verifies=("IHE-MA69",))
def library_absent(node: Located) -> Iterator[Defect]:
    """Below the root there is exactly one Image Library.

    Why: readers of MADO take series, regions and counts from it, whatever the title says.
    Fix: write one CONTAINER item Image Library (111028, DCM), with a group for each series.
    """
    count = len(described(node.item, "image-library"))
    if count != 1:
        yield node.defect(expected="1: (111028, DCM)", actual=count, child="(0040,A730)")


@rule("KOS-MADO-10", over=libraries, verifies=("IHE-MA70",))
def library_without_modality(library: Library) -> Iterator[Defect]:
    """The library states its modalities as codes of CID 29, or of CID 32 besides.

    Why: readers filter studies by modality without opening the images.
    Fix: add a CODE item Modality (121139, DCM) for each modality of the series.
    """
    found = described(library.item, "modality")
    known = context_group("29").keys() | context_group("32").keys()
    if not found:
        yield library.defect(expected="(121139, DCM)", child="(0040,A730)")
    for item in found:
        if value_type(item) != "CODE" or concept_code(item).key not in known:
            yield item.defect(expected="CID 29 | CID 32", actual=concept_code(item))


@rule("KOS-MADO-11", over=libraries, verifies=("IHE-MA70",))
def library_modalities_differ(library: Library) -> Iterator[Defect]:
    """The modalities of the library are those of its groups, together.

    Why: a search by modality finds the study, or not, by the library alone.
    Fix: write each modality of the groups once in the library, and no other.
    """
    wanted = {modality for group in library.groups for modality in group.modalities}
    found = library.modalities
    if found and wanted and found != wanted:
        yield library.defect(expected=" ".join(sorted(wanted)), actual=" ".join(sorted(found)))


@rule("KOS-MADO-12", over=libraries, verifies=("IHE-MA71",))
def library_without_region(library: Library) -> Iterator[Defect]:
    """The library states at least one Target Region, as a code.

    Why: readers filter studies by region; a text cannot be searched.
    Fix: add a CODE item Target Region (123014, DCM).
    """
    found = described(library.item, "target-region")
    if not found:
        yield library.defect(expected="(123014, DCM)", child="(0040,A730)")
    for item in found:
        if value_type(item) != "CODE":
            yield item.defect(expected="CODE", actual=value_type(item), child="(0040,A040)")


@rule("KOS-MADO-13", over=library_regions, verifies=("IHE-MA72",))
def region_not_in_the_list(item: Item) -> Iterator[Defect]:
    """The Target Region of the library is one of the list IHE-MADO1.

    Why: readers group studies by these ten regions.
    Fix: write the code of the list that holds the region.
    """
    found = concept_code(item)
    if found.scheme != "SCT" or found.value not in REGIONS:
        yield item.defect(expected="IHE-MADO1", actual=found)


@rule("KOS-MADO-14", over=libraries, verifies=("IHE-MA73",))
def number_of_series_absent(library: Library) -> Iterator[Defect]:
    """The library gives Number of Study Related Series once, as a number in {series}.

    Why: the reader knows from it whether the list that follows is whole.
    Fix: add a NUM item (131565, DCM) in units {series} of UCUM.
    """
    found = described(library.item, "series-of-study")
    if len(found) != 1:
        yield library.defect(expected="1: (131565, DCM)", actual=len(found), child="(0040,A730)")
    for item in found:
        if not in_units(item, "{series}") or not number(item).strip("+").isdigit():
            yield item.defect(expected="NUM {series}", actual=f"{value_type(item)} {number(item)}")


@rule("KOS-MADO-15", over=counted_libraries, verifies=("IHE-MA74",))
def number_of_series_wrong(library: Library) -> Iterator[Defect]:
    """Number of Study Related Series is the number of series of the evidence.

    Why: a reader that trusts it waits for a series that does not exist, or misses one.
    Fix: count the series of (0040,A375) when the manifest is written.
    """
    expected = len(library.kos.series)
    for item in described(library.item, "series-of-study"):
        if number(item) and not counts(item, expected):
            yield item.defect(expected=expected, actual=number(item))


@rule("KOS-MADO-16", over=libraries, verifies=("IHE-MA75",))
def groups_and_series_disagree(library: Library) -> Iterator[Defect]:
    """The library has one group for each series of the evidence, and no other.

    Why: a series without group is not described; a group without series describes nothing.
    Fix: write one Image Library Group (126200, DCM) for each series.
    """
    found = Counter(group.uid for group in library.groups if group.uid)
    series = {one.uid for one in library.kos.series if one.uid}
    for uid in sorted(series - found.keys()):
        yield library.defect(expected=uid, child="(0040,A730)")
    for uid, count in found.items():
        if uid not in series:
            yield library.defect(expected="(0040,A375)", actual=uid, child="(0040,A730)")
        elif count > 1:
            yield library.defect(expected="1", actual=f"{count}: {uid}", child="(0040,A730)")


@rule("KOS-MADO-20", over=groups, verifies=("IHE-MA80",))
def group_modality_wrong(group: Group) -> Iterator[Defect]:
    """Each group gives exactly one Modality, a code of CID 33.

    Why: a series has one modality; the viewer chooses its display by it.
    Fix: write one CODE item Modality (121139, DCM).
    """
    found = described(group.item, "modality")
    known = context_group("29").keys() | context_group("32").keys()
    if len(found) != 1:
        yield group.defect(expected="1: (121139, DCM)", actual=len(found), child="(0040,A730)")
    for item in found:
        if value_type(item) != "CODE" or concept_code(item).key not in known:
            yield item.defect(expected="CID 33", actual=concept_code(item))


@rule("KOS-MADO-21", over=groups, verifies=("IHE-MA81",))
def group_without_series(group: Group) -> Iterator[Defect]:
    """Each group gives exactly one Series Instance UID, as a UIDREF.

    Why: it ties the description to the series of the evidence.
    Fix: write one UIDREF item Series Instance UID (112002, DCM).
    """
    found = described(group.item, "series-uid")
    if len(found) != 1:
        yield group.defect(expected="1: (112002, DCM)", actual=len(found), child="(0040,A730)")
    for item in found:
        if value_type(item) != "UIDREF":
            yield item.defect(expected="UIDREF", actual=value_type(item), child="(0040,A040)")


@rule("KOS-MADO-22", over=groups, verifies=("IHE-MA82",))
def number_of_instances_absent(group: Group) -> Iterator[Defect]:
    """Each group gives Number of Series Related Instances exactly once.

    Why: the reader knows from it whether the series that it received is whole.
    Fix: write one NUM item (131564, DCM) in units {instances} of UCUM.
    """
    found = described(group.item, "instances-of-series")
    if len(found) != 1:
        yield group.defect(expected="1: (131564, DCM)", actual=len(found), child="(0040,A730)")


@rule("KOS-MADO-23", over=counted_groups, verifies=("IHE-MA84",))
def number_of_instances_wrong(group: Group) -> Iterator[Defect]:
    """Number of Series Related Instances is the number of instances of the series in the evidence.

    Why: a reader that trusts it waits for an image that does not exist, or misses one.
    Fix: count the instances of the series in (0040,A375) when the manifest is written.
    """
    expected = len(group.evidence)
    for item in described(group.item, "instances-of-series"):
        if number(item) and not counts(item, expected):
            yield item.defect(expected=expected, actual=number(item))


@rule("KOS-MADO-24", over=counted_groups, verifies=("IHE-MA83",))
def number_of_instances_as_text(group: Group) -> Iterator[Defect]:
    """Number of Series Related Instances is a number in {instances}.

    Why: the table of MADO prints TEXT and gives units; CP-2595 says NUM.
    Fix: write a NUM item in units {instances} of UCUM.
    """
    for item in described(group.item, "instances-of-series"):
        if not in_units(item, "{instances}"):
            yield item.defect(expected="NUM {instances}", actual=value_type(item))


@rule("KOS-MADO-31", over=library_children, verifies=("IHE-MA94",))
def content_beyond_the_template(item: Item) -> Iterator[Defect]:
    """The library holds what MADO describes, and nothing more.

    Why: TID 1600 is extensible; what is more is allowed, and readers may ignore it.
    Fix: nothing, if it is meant so.
    """
    name = concept_name(item)
    if concept(name) not in LIBRARY_CONCEPTS:
        yield item.defect(expected="TID 1600", actual=name)
