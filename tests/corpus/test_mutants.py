"""One file, one defect, one rule: each mutant is seen by its rule and by no other."""

from __future__ import annotations

import pytest

from drimcheck.proof import SEEN, base_results, prove
from testdata.mutants import Mutant, bases, mutants
from validators.model import Outcome
from validators.rules import RULES

EXPECTED = {"kos": {"KOS-IOD-01"}}
"""What the bases of a kind show for information: attributes outside the IOD."""
OLDER = {"oru-2.0": {"HL7-MSH-21"}}
"""What a base shows that is of an older profile on purpose."""

NAMES = list(bases())


@pytest.mark.parametrize("name", NAMES)
def test_the_bases_conform(name: str) -> None:
    worse = {rule for rule, result in base_results(name).items() if result.outcome in SEEN}
    assert worse <= EXPECTED.get(bases()[name].kind, set()) | OLDER.get(name, set())


@pytest.mark.parametrize("mutant", mutants(), ids=lambda one: f"{one.kind}-{one.name}")
def test_a_mutant_is_seen_by_its_rule_and_by_no_other(mutant: Mutant) -> None:
    assert prove(mutant).seen_by == {mutant.kills, *mutant.also}


def test_every_rule_has_a_mutant_and_a_passing_subject() -> None:
    killed = {mutant.kills for mutant in mutants()}
    passed = {
        rule
        for name in NAMES
        for rule, result in base_results(name).items()
        if result.outcome is Outcome.PASS
    }
    assert killed == RULES.keys()
    assert passed == RULES.keys()


def test_a_mutant_is_the_same_every_time() -> None:
    for mutant in mutants()[::10]:
        assert mutant.make() == mutant.make()
