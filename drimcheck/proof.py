"""Which rules see which mutant: the proof that each rule can fail, and fails for its reason."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from testdata.mutants import Base, Mutant, base, bases, mutants
from validators import hl7v2, wado
from validators.catalogue import profile
from validators.cross import Dossier, facts_of, image_facts
from validators.cross.dossier import READERS
from validators.cross.facts import Facts
from validators.engine import Plan, Subject, judge, plan
from validators.kinds import KINDS, register
from validators.model import DEVIATIONS, Outcome, Result
from validators.wado import response

register()
SEEN = DEVIATIONS | {Outcome.ERROR}


@dataclass(frozen=True, slots=True)
class Proof:
    """A mutant and the rules that find more in it than in its base."""

    mutant: Mutant
    seen_by: frozenset[str]

    @property
    def holds(self) -> bool:
        """Whether its rule sees it, and no other but those that the mutant excuses."""
        return self.seen_by == {self.mutant.kills, *self.mutant.also}


def proofs() -> Iterator[Proof]:
    """Judge every mutant."""
    return (prove(one) for one in mutants())


def prove(mutant: Mutant) -> Proof:
    """Judge one mutant against its base."""
    before, after = base_results(mutant.base), _judged(mutant.make(), mutant.base, mutant.beside)
    seen = frozenset(
        rule
        for rule, one in after.items()
        if one.outcome in SEEN
        and (
            one.outcome is not before[rule].outcome or len(one.defects) > len(before[rule].defects)
        )
    )
    return Proof(mutant, seen)


@cache
def base_results(name: str) -> dict[str, Result]:
    """The results of a base by rule."""
    return _judged(base(name), name)


def _judged(
    raw: bytes, name: str, instead: Mapping[str, bytes] = MappingProxyType({})
) -> dict[str, Result]:
    one = bases()[name]
    beside = {**one.beside(), **instead}
    if one.role == "answer":
        subject = _acknowledgement(raw, beside)
    elif one.role == "block":
        subject = hl7v2.load_block(raw)
    elif one.kind in WIRE:
        subject = WIRE[one.kind](raw, beside)
    elif one.kind in KINDS:
        subject = KINDS[one.kind].load(raw)
    else:
        subject = _dossier(raw, one, beside)
    results = {one.rule: one for one in judge(_plan(name), subject)}
    subject.release()
    return results


def _request(raw: bytes, beside: Mapping[str, bytes]) -> Subject:
    """A request with the KOS that it follows."""
    found = beside.get("kos/it")
    return wado.read(raw, manifest=wado.manifest(found) if found else None)


def _response(raw: bytes, beside: Mapping[str, bytes]) -> Subject:
    """A response with the request that it answers, and the KOS that the request follows."""
    asked, found = beside.get("request/it"), beside.get("kos/it")
    return response.read_exchange(
        raw,
        request=wado.read(asked, captured=True) if asked else None,
        manifest=wado.manifest(found) if found else None,
        ended=beside.get("ended/it", b"").decode(),
        expected=tuple(map(int, beside.get("expected/it", b"").split())),
    )


def _acknowledgement(raw: bytes, beside: Mapping[str, bytes]) -> Subject:
    """What came back over MLLP for a message."""
    expected = tuple(beside["expected/it"].decode().split())
    ended = beside.get("ended/it", b"").decode()
    return hl7v2.load_answer(raw, beside["sent/it"], expected=expected, ended=ended)


WIRE: dict[str, Callable[[bytes, Mapping[str, bytes]], Subject]] = {
    "request": _request,
    "response": _response,
}
"""How what is judged with others beside it is read, by kind."""


def _dossier(raw: bytes, one: Base, beside: Mapping[str, bytes]) -> Subject:
    """A file with those that it is judged with."""
    files = {f"{one.role}/it": raw, **beside}
    images = [
        image_facts(name, content)
        for name, content in files.items()
        if name.startswith(("image/", "study/"))
    ]
    documents: list[Facts] = []
    previous: list[Facts] = []
    for name, content in files.items():
        role, _, rest = name.partition("/")
        before = role == "previous"
        role = rest.partition("/")[0] if before else role
        if role in READERS:
            (previous if before else documents).append(facts_of(role, name, content))
    complete = any(name.startswith("study/") for name in files)
    return Dossier(documents, images, complete=complete, previous=previous)


@cache
def _plan(name: str) -> Plan:
    one = bases()[name]
    chosen = profile(one.profile)
    return plan(chosen, one.kind, on=chosen.reference_date, inputs=dict(one.inputs))


def matrix(found: list[Proof], language: str = "en") -> str:
    """The proof matrix as Markdown: a line for each mutant, by kind."""
    words = {
        "en": ("Mutant", "Made from", "Profile", "Seen by", "Also, and why"),
        "fr": ("Mutant", "Fait de", "Profil", "Vu par", "Aussi, et pourquoi"),
    }[language]
    lines: list[str] = []
    for kind in dict.fromkeys(proof.mutant.kind for proof in found):
        lines += ["", f"## {kind}", "", f"| {' | '.join(words)} |", "|---|---|---|---|---|"]
        for proof in found:
            one = proof.mutant
            if one.kind == kind:
                also = "; ".join(f"`{rule}`: {why}" for rule, why in one.also.items())
                seen = f"| {one.name} | {one.base} | {one.profile} | `{one.kills}` | {also} |"
                lines.append(seen)
    return "\n".join(lines).strip() + "\n"
