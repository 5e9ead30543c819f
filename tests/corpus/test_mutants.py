"""One file, one defect, one rule: each mutant is seen by its rule and by no other."""

from __future__ import annotations

from functools import cache

import pytest

from testdata.mutants import BASES, PROFILES, Mutant, mutants
from testdata.mutants.bases import base
from tests.conftest import results
from validators.model import DEVIATIONS, Outcome, Result
from validators.rules import RULES

SEEN = DEVIATIONS | {Outcome.ERROR}
GATED = Outcome.NOT_TESTED


@cache
def base_results(name: str) -> dict[str, Result]:
    return results(base(name), PROFILES[name])


def seen_by(mutant: Mutant) -> set[str]:
    """The rules that find more in the mutant than in its base."""
    before, after = base_results(mutant.base), results(mutant.make(), mutant.profile)
    return {
        rule
        for rule, one in after.items()
        if one.outcome in SEEN
        and (
            one.outcome is not before[rule].outcome or len(one.defects) > len(before[rule].defects)
        )
    }


@pytest.mark.parametrize("name", BASES)
def test_the_bases_conform(name: str) -> None:
    worse = {rule for rule, one in base_results(name).items() if one.outcome in SEEN}
    assert worse <= {"KOS-IOD-01"}, "only attributes outside the IOD, for information"


@pytest.mark.parametrize("mutant", mutants(), ids=lambda one: one.name)
def test_a_mutant_is_seen_by_its_rule_and_by_no_other(mutant: Mutant) -> None:
    assert seen_by(mutant) == {mutant.kills, *mutant.also}


def test_every_rule_has_a_mutant_and_a_passing_subject() -> None:
    killed = {mutant.kills for mutant in mutants()}
    passed = {
        rule
        for name in BASES
        for rule, one in base_results(name).items()
        if one.outcome is Outcome.PASS
    }
    assert killed == RULES.keys()
    assert passed == RULES.keys()


def test_a_mutant_is_the_same_every_time() -> None:
    for mutant in mutants()[::10]:
        assert mutant.make() == mutant.make()
