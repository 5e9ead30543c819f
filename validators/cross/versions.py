"""One exam over its generations: documents that replace others (DRIM-M A.10; CDA RPLC)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from validators.cross.dossier import Dossier, rule
from validators.cross.facts import Facts
from validators.cross.fields import Pair
from validators.cross.places import differing
from validators.model import Defect, Node


def _generations(dossier: Dossier, role: str) -> list[Pair]:
    """The documents of a role, each with that of the generation before."""
    before = [one for one in dossier.previous if one.role == role and not one.problem]
    found = []
    for one in dossier.of_role(role):
        same = [old for old in before if set(old.values("study")) & set(one.values("study"))]
        found += [Pair(one, old) for old in (same or before)[:1]]
    return found


def reports(dossier: Dossier) -> Iterable[Pair]:
    """The reports that replace, with those of the generation before."""
    return [pair for pair in _generations(dossier, "cda") if pair.left.get("parent_id")]


def manifests(dossier: Dossier) -> Iterable[Pair]:
    return _generations(dossier, "kos")


def submissions(dossier: Dossier) -> Iterable[Facts]:
    """The submissions of a KOS, where a generation came before."""
    return dossier.of_role("xds") if manifests(dossier) else ()


class Submitted(Node):
    """A submission that must replace an entry."""

    __slots__ = ("facts",)

    def __init__(self, facts: Facts) -> None:
        self.facts = facts

    @property
    def path(self) -> str:
        return self.facts.name


def replacing_submissions(dossier: Dossier) -> Iterable[Submitted]:
    return [Submitted(one) for one in submissions(dossier)]


@rule("X-VER-01", over=reports, verifies=("X-VER-01",), needs=("cda", "previous"))
def parent_is_another_report(pair: Pair) -> Iterator[Defect]:
    """A report that replaces names the report of the generation before.

    Why: the report that it names stays; the one that it should replace too.
    Fix: write the id of the replaced report in relatedDocument/parentDocument/id.
    """
    others = pair.right.get("report_id")
    known = {one.value for one in others}
    for one in pair.left.get("parent_id"):
        if others and one.value not in known:
            yield differing(pair.left, one, pair.right, others, ())


@rule("X-VER-02", over=reports, verifies=("X-VER-02",), needs=("cda", "previous"))
def version_does_not_follow(pair: Pair) -> Iterator[Defect]:
    """A new version is of the same set, with a greater version number and its own identifier.

    Why: the versions of a report are told apart, and ordered, by these three.
    Fix: keep setId, raise versionNumber, give the document a new id.
    """
    new, old = pair.left, pair.right
    for field, good in (
        ("set_id", new.first("set_id") == old.first("set_id")),
        ("version", _number(new) > _number(old)),
        ("report_id", new.first("report_id") != old.first("report_id")),
    ):
        if not good and new.get(field) and old.get(field):
            yield differing(new, new.get(field)[0], old, old.get(field), ())


def _number(facts: Facts) -> int:
    text = facts.first("version")
    return int(text) if text.isdigit() else 0


@rule("X-VER-03", over=manifests, verifies=("X-VER-03",), needs=("kos", "previous"))
def kos_does_not_replace(pair: Pair) -> Iterator[Defect]:
    """A KOS that replaces is of the same study, with a SOP Instance UID of its own.

    Why: the registry refuses a unique id that it knows; a KOS of another study replaces nothing.
    Fix: keep the Study Instance UID, make a new SOP Instance UID.
    """
    new, old = pair.left, pair.right
    if new.first("study") != old.first("study"):
        yield differing(new, new.get("study")[0], old, old.get("study"), ())
    if new.first("kos_uid") == old.first("kos_uid"):
        yield differing(new, new.get("kos_uid")[0], old, old.get("kos_uid"), ())


@rule("X-VER-04", over=manifests, verifies=("X-VER-04",), needs=("kos", "previous"))
def kos_not_created_later(pair: Pair) -> Iterator[Defect]:
    """A KOS that replaces is created later than the one before.

    Why: the reader takes the most recent; the demonstrator forgot to write the new time.
    Fix: write the time of creation of the new KOS.
    """
    new, old = pair.left.get("created"), pair.right.get("created")
    if new and old and new[0].value <= old[0].value:
        yield differing(pair.left, new[0], pair.right, old, ())


@rule("X-VER-05", over=replacing_submissions, verifies=("X-VER-05",),
      needs=("xds", "kos", "previous"))  # fmt: skip
def submission_replaces_nothing(node: Submitted) -> Iterator[Defect]:
    """The submission of a KOS that replaces has the association RPLC.

    Why: without it the old KOS stays beside the new one.
    Fix: write RPLC from the new entry to the entryUUID of the old one.
    """
    if not node.facts.get("replaces"):
        yield node.defect(expected="urn:ihe:iti:2007:AssociationType:RPLC")
