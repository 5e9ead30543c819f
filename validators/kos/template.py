"""TID 2010, Key Object Selection, below its title (PS3.16)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from validators.kos import tags
from validators.kos.mado_codes import concept, describes
from validators.kos.subject import (
    REFERENCE_TYPES,
    Code,
    Kos,
    Located,
    Reference,
    code_items,
    concept_code,
    concept_name,
    document,
    rule,
    selected_instances,
    value_type,
)
from validators.model import Defect
from validators.reading.dicom import Item

MODIFIER = ("DCM", "113011")
DESCRIPTION = ("DCM", "113012")
PROCEDURE = ("DCM", "121023")
LANGUAGE, COUNTRY = ("DCM", "121049"), ("DCM", "121046")
OBSERVER_TYPE, OBSERVER_NAME, DEVICE_UID = (
    ("DCM", "121005"), ("DCM", "121008"), ("DCM", "121012"),
)  # fmt: skip
PERSON, DEVICE = ("DCM", "121006"), ("DCM", "121007")

# TID 1002 to 1004, observation context; which of its codes are allowed is not judged.
OBSERVER_CODES = range(121005, 121033)


def described(kos: Kos) -> Iterable[Located]:
    return document(kos) if describes(kos.title) else ()


def template_named(kos: Kos) -> Iterable[Located]:
    return document(kos) if kos.root.items(tags.CONTENT_TEMPLATE) else ()


def library_templates(kos: Kos) -> Iterator[Item]:
    """The items that name the template of an Image Library."""
    for item in kos.content_of(("CONTAINER",)):
        if concept(concept_name(item)) == "image-library":
            yield from item.items(tags.CONTENT_TEMPLATE)


def top_items(kos: Kos) -> Iterable[Item]:
    return kos.root.items(tags.CONTENT)


def observer_types(kos: Kos) -> Iterator[Located]:
    """The Observer Type items of the document."""
    return (
        Located(item, kos)
        for item in kos.content_of(("CODE",))
        if concept_name(item).key == OBSERVER_TYPE
    )


def known_codes(kos: Kos) -> Iterator[Item]:
    """The codes whose registered meaning this suite knows, the title left out."""
    title = kos.root.elements.get(tags.CONCEPT_NAME)
    return (item for item in code_items(kos) if item.sequence is not title and _meaning(item))


def _meaning(item: Item) -> str:
    key = item.text(tags.CODING_SCHEME_DESIGNATOR), item.text(tags.CODE_VALUE)
    return _REGISTERED.get(key, "")


_REGISTERED = {
    MODIFIER: "Document Title Modifier",
    DESCRIPTION: "Key Object Description",
    PROCEDURE: "Procedure Code",
    ("DCM", "111028"): "Image Library",
    ("DCM", "126200"): "Image Library Group",
    ("DCM", "121139"): "Modality",
    ("DCM", "123014"): "Target Region",
    ("DCM", "112002"): "Series Instance UID",
    ("DCM", "113607"): "Series Number",
    ("DCM", "113609"): "Instance Number",
    ("DCM", "121140"): "Number of Frames",
    ("DCM", "121144"): "Document Title",
}


def descriptions(kos: Kos) -> list[Item]:
    return [
        item
        for item in kos.content_of(("TEXT",))
        if item.sequence is not None
        and item.sequence.item is kos.root
        and concept_name(item).key == DESCRIPTION
    ]


@rule("KOS-TID-16", over=known_codes, verifies=("DCM-C24",))
def meaning_differs(item: Item) -> Iterator[Defect]:
    """The meaning of a code is the registered one, whatever its capitals.

    Why: it is what a person sees; readers compare the value, not the meaning.
    Fix: write the meaning as PS3.16 prints it.
    """
    expected, found = _meaning(item), item.text(tags.CODE_MEANING)
    if found and " ".join(found.split()).casefold() != expected.casefold():
        yield item.defect(expected=expected, actual=found, child="(0008,0104)")


@rule("KOS-TID-06", over=observer_types, verifies=("DCM-T06",))
def observer_not_identified(node: Located) -> Iterator[Defect]:
    """An observer who is a person has a name, a device has a UID.

    Why: an observer without identity cannot be asked.
    Fix: add Person Observer Name (121008) or Device Observer UID (121012).
    """
    kind = concept_code(node.item).key
    needed = {PERSON: OBSERVER_NAME, DEVICE: DEVICE_UID}.get(kind)
    if needed is None:
        yield node.defect(expected="121006 | 121007", actual=concept_code(node.item),
                          child="(0040,A168)")  # fmt: skip
    elif needed not in node.kos.top_concepts:
        yield node.defect(expected=f"({needed[1]}, DCM)", child="(0040,A730)")


@rule("KOS-TID-07", over=document, verifies=("DCM-T07", "DRIM-A-CNT-04"))
def several_descriptions(node: Located) -> Iterator[Defect]:
    """There is at most one Key Object Description.

    Why: readers show one of them, and nobody knows which.
    Fix: merge the texts into one item.
    """
    count = len(descriptions(node.kos))
    if count > 1:
        yield node.defect(expected="<= 1", actual=count, child="(0040,A730)")


@rule("KOS-TID-08", over=selected_instances, verifies=("DCM-T08",))
def reference_with_purpose(reference: Reference) -> Iterable[Defect]:
    """A reference to an instance has no concept name.

    Why: the template forbids a purpose of reference here; readers skip named items.
    Fix: remove Concept Name Code Sequence (0040,A043) from the item.
    """
    sequence = reference.item.sequence
    if sequence is None or tags.CONCEPT_NAME not in sequence.item.elements:
        return ()
    found = concept_name(sequence.item)
    return (sequence.item.defect(expected="", actual=found, child="(0040,A043)"),)


@rule("KOS-TID-09", over=document, verifies=("DCM-T09",))
def nothing_selected(node: Located) -> Iterator[Defect]:
    """The content tree refers to at least one instance.

    Why: a selection of nothing selects nothing.
    Fix: add an item for each instance of the evidence.
    """
    if not node.kos.selected:
        yield node.defect(expected=">= 1", actual=0, child="(0040,A730)")


@rule("KOS-TID-10", over=top_items, verifies=("DCM-T10",))
def item_not_of_the_template(item: Item) -> Iterable[Defect]:
    """Each item below the root is one that TID 2010 has.

    Why: the template is not extensible; readers may refuse the document.
    Fix: remove the item.
    """
    kind = value_type(item)
    if kind in REFERENCE_TYPES or not kind:
        return ()
    name = concept_name(item)
    if kind == "CONTAINER" and concept(name) == "image-library":
        return ()
    if kind != "CONTAINER" and _of_the_template(name):
        return ()
    return (item.defect(expected="TID 2010", actual=f"{kind} {name}", child="(0040,A043)"),)


def _of_the_template(name: Code) -> bool:
    if name.key in (MODIFIER, DESCRIPTION, PROCEDURE, LANGUAGE, COUNTRY):
        return True
    return name.scheme == "DCM" and name.value.isdigit() and int(name.value) in OBSERVER_CODES


@rule("KOS-TID-11", over=document, verifies=("DCM-T11",))
def library_and_title_disagree(node: Located) -> Iterator[Defect]:
    """An Image Library stands under Manifest with Description, once, and under no other title.

    Why: the title announces the library; readers look for it, or are surprised by it.
    Fix: write the library of TID 1600 once, or change the title.
    """
    containers = node.kos.content_of(("CONTAINER",))
    libraries = [item for item in containers if concept(concept_name(item)) == "image-library"]
    wanted = 1 if describes(node.kos.title) else 0
    if len(libraries) != wanted:
        yield node.defect(expected=wanted, actual=len(libraries), child="(0040,A730)")


@rule("KOS-TID-12", over=described, verifies=("DCM-T12",))
def description_of_another_study(node: Located) -> Iterator[Defect]:
    """A manifest with description refers to instances of its own study only.

    Why: it describes one study.
    Fix: write one manifest for each study.
    """
    own = node.item.text(tags.STUDY_INSTANCE_UID)
    for study in node.kos.studies:
        found = study.text(tags.STUDY_INSTANCE_UID)
        if own and found and found != own and len(node.kos.studies) > 1:
            yield study.defect(expected=own, actual=found, child="(0020,000D)")


@rule("KOS-TID-17", over=template_named, verifies=("DCM-C07", "IHE-MA61"))
def template_named_wrongly(node: Located) -> Iterator[Defect]:
    """Content Template Sequence names TID 2010 of DCMR.

    Why: readers that check templates check the wrong one.
    Fix: write 2010 in (0040,DB00) and DCMR in (0008,0105).
    """
    for item in node.item.items(tags.CONTENT_TEMPLATE):
        yield from _names_another(item, "2010")


def _names_another(item: Item, template: str) -> Iterator[Defect]:
    found = item.text(tags.TEMPLATE_IDENTIFIER), item.text(tags.MAPPING_RESOURCE)
    if found != (template, "DCMR"):
        yield item.defect(expected=f"{template} DCMR", actual=" ".join(found))


@rule("KOS-TID-18", over=library_templates, verifies=("DCM-C07",))
def library_template_named_wrongly(item: Item) -> Iterator[Defect]:
    """Content Template Sequence of an Image Library names TID 1600 of DCMR.

    Why: readers that check templates check the wrong one.
    Fix: write 1600 in (0040,DB00) and DCMR in (0008,0105), or remove the sequence.
    """
    yield from _names_another(item, "1600")
