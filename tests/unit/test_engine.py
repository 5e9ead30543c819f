from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest

from testdata.kos import drim_m_kos, write
from tests.conftest import plan_of
from validators import kos
from validators.catalogue import profile
from validators.engine import Plan, PlannedRule, judge, plan
from validators.kinds import JUDGED
from validators.model import Basis, Defect, Level, Node, Outcome
from validators.rules import RULES, Rule, Undecided, register


def one_rule(**changes: object) -> Plan:
    """A plan with one rule over the whole document, changed as asked."""
    model = plan_of("drim-m-lab").rules[0]
    rule = Rule("T-1", "t", ("kos",), lambda subject: (subject.root,), _nothing, ())
    planned = replace(model, rule=rule, check=_nothing, **changes)  # type: ignore[arg-type]
    return replace(plan_of("drim-m-lab"), rules=(planned,))


def _nothing(node: Node) -> Iterator[Defect]:
    yield from ()


def _one(node: Node) -> Iterator[Defect]:
    yield node.defect(expected=1, actual=2)


def _raises(node: Node) -> Iterator[Defect]:
    yield node.defect(expected=1)
    raise RecursionError("deep")


def outcome_of(chosen: Plan) -> Outcome:
    return judge(chosen, kos.load(write(drim_m_kos())))[0].outcome


def with_rule(chosen: Plan, **changes: object) -> Plan:
    planned = chosen.rules[0]
    rule = replace(planned.rule, **changes)  # type: ignore[arg-type]
    return replace(chosen, rules=(replace(planned, rule=rule, check=rule.check),))


def test_nothing_yielded_is_a_pass() -> None:
    assert outcome_of(one_rule()) is Outcome.PASS


def test_no_node_is_not_applicable_and_never_a_pass() -> None:
    assert outcome_of(with_rule(one_rule(), over=lambda subject: ())) is Outcome.NOT_APPLICABLE


def _undecided(node: Node) -> Iterator[Defect]:
    raise Undecided("trust")
    yield


def test_a_check_that_cannot_conclude_is_not_tested_and_names_what_it_lacks() -> None:
    (result,) = judge(with_rule(one_rule(), check=_undecided), kos.load(write(drim_m_kos())))
    assert (result.outcome, result.note) == (Outcome.NOT_TESTED, "undecided:trust")


@pytest.mark.parametrize("deviation", [Outcome.FAIL, Outcome.WARN, Outcome.INFO, Outcome.REVIEW])
def test_a_defect_comes_to_what_the_profile_says(deviation: Outcome) -> None:
    assert outcome_of(with_rule(one_rule(deviation=deviation), check=_one)) is deviation


def test_a_rule_that_raises_is_an_error_of_ours() -> None:
    (result,) = judge(with_rule(one_rule(), check=_raises), kos.load(write(drim_m_kos())))
    assert result.outcome is Outcome.ERROR
    assert result.note == "RecursionError: deep"


def test_a_rule_out_of_its_dates_is_not_effective() -> None:
    assert outcome_of(one_rule(effective=False)) is Outcome.NOT_EFFECTIVE


def test_a_gate_closes_what_comes_after_it() -> None:
    found = judge(plan_of("drim-m-lab"), kos.load(b"nothing"))
    assert found[0].outcome is Outcome.FAIL
    assert {one.outcome for one in found[1:]} == {Outcome.NOT_TESTED}
    assert {one.note for one in found[1:]} == {"DICOM-FILE-01"}


def test_an_id_is_taken_once() -> None:
    with pytest.raises(ValueError, match="is taken by"):
        register(next(iter(RULES.values())))


def test_only_keeps_the_rule_and_the_gates() -> None:
    chosen = profile("drim-m-lab")
    kept = plan(chosen, "kos", on=chosen.reference_date, only=frozenset({"KOS-URL-05"}))
    assert [one.rule.id for one in kept.rules if not one.rule.gate] == ["KOS-URL-05"]


def test_a_rule_is_as_strong_as_its_strongest_requirement() -> None:
    def planned(name: str, rule: str) -> PlannedRule:
        return next(one for one in plan_of(name).rules if one.rule.id == rule)

    assert planned("dicom-ko", "KOS-EVD-23").level is Level.SHOULD
    assert planned("drim-m-lab", "KOS-EVD-23").level is Level.SHALL
    assert planned("drim-m-production", "KOS-URL-02").deviation is Outcome.FAIL
    assert planned("drim-m-homologation", "KOS-URL-02").deviation is Outcome.WARN


def test_a_failure_on_inference_alone_is_for_review_in_homologation() -> None:
    inferred = [
        one
        for one in plan_of("drim-m-homologation").rules
        if one.basis is Basis.INFERENCE and one.level is Level.SHALL
    ]
    assert inferred
    assert {one.deviation for one in inferred} == {Outcome.REVIEW}


def test_requirements_have_their_dates() -> None:
    chosen = profile("drim-m-lab")
    early = plan(chosen, "kos", on=date.min + timedelta(days=1))
    assert all(one.effective for one in early.rules)


@pytest.mark.parametrize("kind", JUDGED)
def test_a_kind_asked_for_alone_has_all_its_rules(kind: str) -> None:
    program = (
        "import sys; from validators.catalogue import profile; from validators.engine import plan;"
        "from validators.kinds import register; register(*sys.argv[2:]);"
        "chosen = profile('drim-m-lab');"
        "print(len(plan(chosen, sys.argv[1], on=chosen.reference_date).rules))"
    )
    alone, all_kinds = (
        subprocess.run(
            [sys.executable, "-c", program, kind, *named],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for named in ([kind], [])
    )
    assert alone == all_kinds
    assert int(alone) > 0
