"""The documents of one exam, given together: what the cross rules judge."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

from validators.cross.cda_facts import cda_facts
from validators.cross.facts import Facts
from validators.cross.fhir_facts import fhir_facts
from validators.cross.hl7_facts import Hl7Facts, hl7_facts
from validators.cross.image_facts import ImageFacts
from validators.cross.kos_facts import KosFacts, kos_facts
from validators.cross.xds_facts import XdsFacts, xds_facts
from validators.engine import Embedded
from validators.model import Node
from validators.reading.dicom import Buffer
from validators.rules import rules_for

rule = rules_for("cross")

READERS = {
    "kos": kos_facts,
    "cda": cda_facts,
    "hl7": hl7_facts,
    "xds": xds_facts,
    "fhir": fhir_facts,
}


def facts_of(role: str, name: str, buffer: Buffer, parent: str = "") -> Facts:
    """The facts of a document in a role. Raises KeyError for a role that has no reader."""
    return READERS[role](name, buffer, parent)


class Dossier:
    """The documents by role; ``previous`` is the generation that they replace.

    ``complete`` says that the images are all those of the study.
    """

    unread = ""
    embedded: tuple[Embedded, ...] = ()

    def __init__(
        self,
        documents: Sequence[Facts],
        images: Sequence[ImageFacts] = (),
        *,
        complete: bool = False,
        previous: Sequence[Facts] = (),
    ) -> None:
        self.documents = list(documents)
        self.images = [one for one in images if not one.problem and not one.rejects]
        self.unreadable_images = [one for one in images if one.problem]
        self.rejected = {uid for one in images for uid in one.rejects}
        self.complete = complete
        self.previous = list(previous)

    def release(self) -> None:
        """Nothing to free: facts are small."""

    @cached_property
    def given(self) -> frozenset[str]:
        """The roles that some readable document plays, and what else was given."""
        roles = {one.role for one in self.documents if not one.problem}
        if self.images:
            roles.add("image")
        if self.images and self.complete:
            roles.add("study")
        if any(not one.problem for one in self.previous):
            roles.add("previous")
        return frozenset(roles)

    def of_role(self, role: str) -> list[Facts]:
        return [one for one in self.documents if one.role == role and not one.problem]

    @cached_property
    def manifests(self) -> list[KosFacts]:
        return [one for one in self.of_role("kos") if isinstance(one, KosFacts)]

    @cached_property
    def messages(self) -> list[Hl7Facts]:
        return [one for one in self.of_role("hl7") if isinstance(one, Hl7Facts)]

    @cached_property
    def submissions(self) -> list[XdsFacts]:
        return [one for one in self.of_role("xds") if isinstance(one, XdsFacts)]

    def pairs(self, left: str, right: str) -> list[tuple[Facts, Facts]]:
        """The documents of two roles that are of one exam.

        A document goes with the one that holds it; else with those of the same study; with all
        of the other role where none is of the same study, so that this too shows.
        """
        found = []
        for one in self.of_role(left):
            others = self.of_role(right)
            held = [other for other in others if one.name in (other.parent, other.name)]
            held += [other for other in others if one.parent == other.name and one.parent]
            same = [other for other in others if _one_study(one, other)]
            for other in held or same or others:
                studies = set(one.values("study")) & set(other.values("study"))
                found.append((one.narrowed(studies), other.narrowed(studies)))
        return found


def _one_study(one: Facts, other: Facts) -> bool:
    return bool(set(one.values("study")) & set(other.values("study")))


class Whole(Node):
    """The dossier as a whole."""

    __slots__ = ("dossier",)

    def __init__(self, dossier: Dossier) -> None:
        self.dossier = dossier

    @property
    def path(self) -> str:
        return ""


def whole(dossier: Dossier) -> Iterable[Whole]:
    return (Whole(dossier),)
