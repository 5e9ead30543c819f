"""What was given: documents that can be read, one KOS for each study."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from validators.cross.dossier import Dossier, Whole, rule, whole
from validators.cross.facts import Facts
from validators.cross.places import place
from validators.model import Defect, Node


class Unreadable(Node):
    """A document that is not what it was given for."""

    __slots__ = ("name", "problem", "role")

    def __init__(self, name: str, role: str, problem: str) -> None:
        self.name = name
        self.role = role
        self.problem = problem

    @property
    def path(self) -> str:
        return self.name


def every_document(dossier: Dossier) -> Iterable[Unreadable]:
    documents = [*dossier.documents, *dossier.previous]
    images = [*dossier.images, *dossier.unreadable_images]
    return [
        *(Unreadable(one.name, one.role, one.problem) for one in documents),
        *(Unreadable(one.name, "image", one.problem) for one in images),
    ]


@rule("X-READ-01", over=every_document, verifies=("X-READ-01",))
def document_unreadable(node: Unreadable) -> Iterator[Defect]:
    """Every document given can be read as what it was given for.

    Why: what cannot be read is compared with nothing.
    Fix: give the file under the option of its kind; judge it by the command of its kind.
    """
    if node.problem:
        yield node.defect(expected=node.role, actual=node.problem)


def several_manifests(dossier: Dossier) -> Iterable[Whole]:
    return whole(dossier) if len(dossier.manifests) > 1 else ()


def reports_with_manifests(dossier: Dossier) -> Iterable[Facts]:
    return dossier.of_role("cda") if dossier.manifests else ()


class Reported(Node):
    """A report, with the manifests that were given."""

    __slots__ = ("dossier", "facts")

    def __init__(self, facts: Facts, dossier: Dossier) -> None:
        self.facts = facts
        self.dossier = dossier

    @property
    def path(self) -> str:
        return self.facts.name


def reported(dossier: Dossier) -> Iterable[Reported]:
    return [Reported(one, dossier) for one in reports_with_manifests(dossier)]


@rule("X-KC-20", over=reported, verifies=("X-KC-20",), needs=("kos", "cda"))
def study_without_kos(node: Reported) -> Iterator[Defect]:
    """Every study of the report has its KOS among those given.

    Why: a report of two studies has two KOS; the second study could not be seen.
    Fix: build one KOS for each study of the report, and give them all.
    """
    there = {study for one in node.dossier.manifests for study in one.values("study")}
    for one in node.facts.get("study"):
        if one.value not in there:
            path = place(node.facts.name, one)
            yield Defect(path, " | ".join(sorted(there)), one.value, line=one.line,
                         against=node.dossier.manifests[0].name)  # fmt: skip


@rule("X-KC-21", over=several_manifests, verifies=("X-KC-21",), needs=("kos",))
def two_kos_of_one_study(node: Whole) -> Iterator[Defect]:
    """No two KOS given together are of one study.

    Why: of two manifests of one study the reader takes one, and nobody knows which.
    Fix: replace the old KOS; give it as the generation before.
    """
    seen: dict[str, Facts] = {}
    for one in node.dossier.manifests:
        for found in one.get("study"):
            other = seen.setdefault(found.value, one)
            if other.first("kos_uid") != one.first("kos_uid"):
                path = place(one.name, found)
                yield Defect(path, "1", found.value, found.offset, against=other.name)
