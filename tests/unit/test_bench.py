"""Which scenarios that did not run keep a run from being conclusive."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from types import SimpleNamespace

import pytest

from drimcheck.harness.acts import Acts
from drimcheck.harness.bench import Bench, NotTested
from drimcheck.harness.scenario import Scenario
from drimcheck.harness.sut import read
from validators.model import Text
from validators.verdict import CONFORMING, INCONCLUSIVE

HAND = '[product]\nname = "x"\n[conso]\n[acts]\nload-kos = { way = "hand" }\n'
BY_HAND = Scenario("by-hand", "conso", Text("a", "a"), "i", acts=("load-kos",))
AFTER = Scenario("after", "conso", Text("b", "b"), "ii", after=("by-hand",))


WITH_A_SOURCE = Scenario("source-publish", "source", Text("c", "c"), "a")
FROM_IT = Scenario("from-it", "conso", Text("d", "d"), after=("source-publish",))


def bench_in(folder: Path, text: str, scope: str, subjects: list[str]) -> Bench:
    (folder / "sut.toml").write_text(text)
    sut = read(folder / "sut.toml")
    options = Namespace(
        scope=scope, subjects=subjects, keep_going=False, non_interactive=True, role=None,
        profile="drim-m-lab", only=[], require_all=False, on=None, trust=None, crl=[],
    )  # fmt: skip
    return Bench(SimpleNamespace(sut=sut), options, Acts(sut, interactive=False))


def refused(folder: Path, scope: str, subjects: list[str]) -> tuple[list[bool], int]:
    """Whether each of two scenarios is due, and the exit code of a run that had them alone."""
    bench = bench_in(folder, HAND, scope, subjects)
    for one in (BY_HAND, AFTER):
        with pytest.raises(NotTested), bench.running(one):
            pass
    asked = set(subjects)
    due = [bench._due(bench.results[one.id], asked) for one in (BY_HAND, AFTER)]
    return due, bench.report().verdict.exit_code


@pytest.mark.parametrize(
    ("scope", "subjects", "due"),
    [
        ("auto", [], [False, False]),
        ("auto", ["i"], [True, False]),
        ("auto", ["after"], [False, True]),
        ("attended", [], [True, True]),
        ("all", [], [True, True]),
    ],
)
def test_what_wants_a_person_is_due_where_the_scope_has_it_or_it_is_named(
    scope: str, subjects: list[str], due: list[bool], tmp_path: Path
) -> None:
    found, code = refused(tmp_path, scope, subjects)
    assert found == due
    assert code == INCONCLUSIVE[1] != CONFORMING[1]


@pytest.mark.parametrize("scope", ["auto", "all"])
def test_what_needs_a_role_that_is_not_declared_is_not_due(scope: str, tmp_path: Path) -> None:
    bench = bench_in(tmp_path, HAND, scope, [])
    for one in (WITH_A_SOURCE, FROM_IT):
        with pytest.raises(NotTested), bench.running(one):
            pass
        assert not bench._due(bench.results[one.id], set())
    assert bench.results["from-it"].cause == "source-publish"
