"""Each scenario is green on the reference, and red under each of its named faults."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from drimcheck.cli import main
from drimcheck.harness import breaks
from drimcheck.harness.choice import MODULES
from drimcheck.harness.display import browser
from drimcheck.harness.scenario import SCENARIOS
from reference_drimbox import viewer

for module in MODULES:
    __import__(f"drimcheck.scenarios.{module}")

GROUPS = (
    ("kos-not-sent",),
    ("kos-not-replaced", "kos-not-depublished"),
    ("images-cut", "health-down", "link-not-found"),
    ("images-lost",),
    ("login-page-for-images", "no-challenge", "wrong-link-opened"),
    ("archive-cut", "unsigned-list-followed"),
    ("acknowledged-otherwise",),
    ("acknowledged-though-broken",),
    ("series-refused",),
    ("token-absent", "syntax-not-offered"),
)
"""Faults that one run may have together: no scenario is hidden from one by another."""


def run(folder: Path, *arguments: str) -> tuple[int, dict[str, object]]:
    """A run: its exit code, and its report."""
    code = main(["run", "--non-interactive", "--lang", "en", "--profile", "drim-m-lab",
                 "--out", str(folder), *arguments])  # fmt: skip
    return code, json.loads((folder / "run.json").read_text())


@pytest.mark.parametrize("language", ["en"])
def test_all_subjects_pass_on_the_reference(tmp_path: Path, language: str) -> None:
    code, found = run(tmp_path / "out")
    outcomes = {one["id"]: one["outcome"] for one in found["scenarios"]}
    assert outcomes.keys() == {name for name, one in SCENARIOS.items() if not one.long}
    looked = browser() and viewer.built()
    green = {"pass"} if looked else {"pass", "review"}
    assert {name for name, one in outcomes.items() if one not in green} == set()
    assert code == (0 if looked else 3)
    letters = {one["letter"] for one in found["scenarios"]} - {""}
    assert letters == {"a", "b", "c", "i", "ii", "iii", "iv", "v"}


def test_every_scenario_has_a_fault_that_turns_it_red() -> None:
    table = breaks.broken()
    assert table.keys() == SCENARIOS.keys()
    assert all(table.values())
    named = {name for names in table.values() for name in names}
    assert named == {one.name for one in breaks.BREAKS}
    assert named == {name for group in GROUPS for name in group}


@pytest.mark.parametrize("group", GROUPS, ids=lambda one: one[0])
def test_a_fault_turns_its_scenarios_red(group: tuple[str, ...], tmp_path: Path) -> None:
    short = {name: names for name, names in breaks.broken().items() if not SCENARIOS[name].long}
    wanted = {name: [one for one in names if one in group] for name, names in short.items()}
    wanted = {name: names for name, names in wanted.items() if names}
    broken = [each for name in group for each in ("--break", name)]
    code, found = run(tmp_path / "out", "--subject", ",".join(wanted), "--keep-going", *broken)
    assert code == 1
    for name, faults in wanted.items():
        failed = {
            result["rule"]
            for subject in found["subjects"]
            if subject["name"].startswith(f"{name}: ")
            for result in subject["results"]
            if result["outcome"] == "fail"
        }
        for fault in faults:
            assert breaks.named(fault).seen_by in failed, (name, fault)
