"""One file, one defect, one rule: each mutant is seen by its rule and by no other."""

from __future__ import annotations

from functools import cache

import pytest

from testdata.mutants import Mutant, base, bases, mutants
from tests.conftest import results
from validators.kinds import KINDS
from validators.model import DEVIATIONS, Outcome, Result
from validators.rules import RULES

SEEN = DEVIATIONS | {Outcome.ERROR}
EXPECTED = {"kos": {"KOS-IOD-01"}}
"""What the bases of a kind show for information: attributes outside the IOD."""


@cache
def base_results(name: str) -> dict[str, Result]:
    one = bases()[name]
    return results(base(name), one.profile, one.kind)


def judged() -> list[Mutant]:
    """The mutants of the kinds that have rules; those of the others are waiting."""
    return [one for one in mutants() if one.kind in KINDS]


def seen_by(mutant: Mutant) -> set[str]:
    """The rules that find more in the mutant than in its base."""
    before, after = base_results(mutant.base), results(mutant.make(), mutant.profile, mutant.kind)
    return {
        rule
        for rule, one in after.items()
        if one.outcome in SEEN
        and (
            one.outcome is not before[rule].outcome or len(one.defects) > len(before[rule].defects)
        )
    }


@pytest.mark.parametrize("name", [name for name, one in bases().items() if one.kind in KINDS])
def test_the_bases_conform(name: str) -> None:
    worse = {rule for rule, result in base_results(name).items() if result.outcome in SEEN}
    assert worse <= EXPECTED.get(bases()[name].kind, set())


@pytest.mark.parametrize("mutant", judged(), ids=lambda one: one.name)
def test_a_mutant_is_seen_by_its_rule_and_by_no_other(mutant: Mutant) -> None:
    assert seen_by(mutant) == {mutant.kills, *mutant.also}


def test_every_rule_has_a_mutant_and_a_passing_subject() -> None:
    killed = {mutant.kills for mutant in judged()}
    passed = {
        rule
        for name, one in bases().items()
        if one.kind in KINDS
        for rule, result in base_results(name).items()
        if result.outcome is Outcome.PASS
    }
    assert killed == RULES.keys()
    assert passed == RULES.keys()


def test_a_mutant_is_the_same_every_time() -> None:
    for mutant in mutants()[::10]:
        assert mutant.make() == mutant.make()
