"""The title of a key object selection (PS3.16 TID 2010 rows 1 to 4, CID 7010 to 7012)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from validators.catalogue.tables import context_group
from validators.kos import tags
from validators.kos.subject import Code, Kos, Located, concept_code, concept_name, document, rule
from validators.kos.template import MODIFIER, descriptions
from validators.model import Defect

MANIFEST = ("DCM", "113030")
BEST_IN_SET = ("DCM", "113013")
QUALITY_TITLES = frozenset({("DCM", "113001"), ("DCM", "113010")})
REJECTION_TITLES = frozenset(("DCM", value) for value in ["113001", "113037", "113038", "113039"])
SIGNED_TITLES = frozenset(("DCM", value) for value in ["113031", "113033", "113035"])


def title_present(kos: Kos) -> Iterable[Located]:
    return document(kos) if kos.title.value else ()


def registered_title(kos: Kos) -> Iterable[Located]:
    return document(kos) if kos.title.key in context_group("7010") else ()


def manifest_meanings(kos: Kos) -> Iterable[Located]:
    """The document, where it is titled 113030 and the title has a meaning."""
    return document(kos) if kos.title.key == MANIFEST and kos.title.meaning else ()


def best_in_set(kos: Kos) -> Iterable[Located]:
    return document(kos) if kos.title.key == BEST_IN_SET else ()


def quality_title(kos: Kos) -> Iterable[Located]:
    return document(kos) if kos.title.key in QUALITY_TITLES else ()


def signed_title(kos: Kos) -> Iterable[Located]:
    return document(kos) if kos.title.key in SIGNED_TITLES else ()


def _modifiers(kos: Kos) -> list[Code]:
    return [
        concept_code(item)
        for item in kos.root.items(tags.CONTENT)
        if concept_name(item).key == MODIFIER
    ]


@rule("KOS-TID-01", over=title_present, parameters=("titles",),
      verifies=("DCM-T01", "IHE-XI03", "IHE-MA01", "DRIM-A-GEN-20"))  # fmt: skip
def title_not_of_the_profile(node: Located, allowed: list[str]) -> Iterator[Defect]:
    """The document title is one that the profile allows.

    Why: readers tell a manifest from any other key object selection by its title.
    Fix: write the title of the profile in Concept Name Code Sequence (0040,A043).
    """
    title = node.kos.title
    registered = title.key in context_group("7010")
    if title.value not in allowed if allowed else not registered:
        expected = " | ".join(allowed) or "CID 7010"
        yield node.defect(expected=expected, actual=title, child="(0040,A043)")


@rule("KOS-TID-15", over=title_present,
      verifies=("DRIM-A-GEN-20", "IHE-XI03", "IHE-MA01"))  # fmt: skip
def title_of_another_scheme(node: Located) -> Iterator[Defect]:
    """The document title is a code of scheme DCM, or of 99IHE for a temporary MADO code.

    Why: the same value in another scheme is another concept.
    Fix: write DCM in (0008,0102).
    """
    title = node.kos.title
    expected = "99IHE" if title.value.startswith("MADOTEMP") else "DCM"
    if title.scheme != expected:
        yield node.defect(expected=expected, actual=title.scheme or None,
                          child="(0040,A043)[0].(0008,0102)")  # fmt: skip


@rule("KOS-TID-02", over=registered_title, verifies=("DCM-T02",))
def title_meaning_differs(node: Located) -> Iterator[Defect]:
    """The meaning of the document title is the registered one.

    Why: it is what a person sees; readers compare the value, not the meaning.
    Fix: write the meaning as PS3.16 prints it, capitals included.
    """
    expected = context_group("7010")[node.kos.title.key]
    if node.kos.title.meaning != expected:
        yield node.defect(expected=expected, actual=node.kos.title.meaning,
                          child="(0040,A043)[0].(0008,0104)")  # fmt: skip


@rule("KOS-TID-19", over=manifest_meanings, verifies=("DRIM-A-GEN-20",))
def title_meaning_of_another_title(node: Located) -> Iterator[Defect]:
    """The meaning of the title 113030 reads Manifest, in any letter case.

    Why: a person who reads another title takes the document for something else.
    Fix: write MANIFEST, as official samples do, or Manifest, as PS3.16 prints it.
    """
    found = node.kos.title.meaning
    if " ".join(found.split()).casefold() != "manifest":
        yield node.defect(expected="Manifest", actual=found,
                          child="(0040,A043)[0].(0008,0104)")  # fmt: skip


@rule("KOS-TID-03", over=quality_title, verifies=("DCM-T03B",))
def quality_title_without_reason(node: Located) -> Iterator[Defect]:
    """A title of quality says what is wrong: a modifier of CID 7011, or a text.

    Why: who rejects images for their quality must say which defect they have.
    Fix: add a Document Title Modifier (113011) of CID 7011, or a Key Object Description.
    """
    modifiers = _modifiers(node.kos)
    reasons = [code for code in modifiers if code.key in context_group("7011")]
    if not reasons and not descriptions(node.kos):
        found = " ".join(map(str, modifiers)) or None
        yield node.defect(expected="CID 7011 | 113012", actual=found, child="(0040,A730)")


@rule("KOS-TID-04", over=best_in_set, verifies=("DCM-T04",))
def best_in_set_without_set(node: Located) -> Iterator[Defect]:
    """Best In Set has exactly one modifier of CID 7012.

    Why: the modifier says which set: study, series, procedure step or stage.
    Fix: add one Document Title Modifier (113011) of CID 7012.
    """
    found = _modifiers(node.kos)
    if len(found) != 1 or found[0].key not in context_group("7012"):
        actual = " ".join(map(str, found)) or None
        yield node.defect(expected="1: CID 7012", actual=actual, child="(0040,A730)")


@rule("KOS-TID-13", over=signed_title, verifies=("DCM-T13",))
def signed_title_without_signature(node: Located) -> Iterator[Defect]:
    """A signed title has a digital signature, and a MAC or signature for each instance.

    Why: the title says that the selection is signed; without signature it proves nothing.
    Fix: sign the document, or choose the title that is not signed.
    """
    if 0xFFFAFFFA not in node.item.elements:
        yield node.defect(expected="(FFFA,FFFA)", child="(FFFA,FFFA)")
    for reference in node.kos.evidence:
        if not reference.item.items(0x04000402) and not reference.item.items(0x04000403):
            yield reference.defect(expected="(0400,0402) | (0400,0403)", child="(0400,0403)")


@rule("KOS-TID-14", over=title_present, verifies=("DCM-T14", "IHE-XI10", "DRIM-A-EVD-13"))
def rejection_note(node: Located) -> Iterator[Defect]:
    """The document is not a rejection note.

    Why: a rejection note says which images to hide; published as a manifest it shows them.
    Fix: publish a manifest without the rejected images; do not publish the note.
    """
    if node.kos.title.key in REJECTION_TITLES:
        yield node.defect(expected="113030", actual=node.kos.title, child="(0040,A043)")
