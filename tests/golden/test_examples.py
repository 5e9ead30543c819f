"""The examples of the rules: what the generator cuts from the mutants, and nothing else."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from importlib.resources import files

import pytest

from drimcheck.examples import as_toml, examples
from drimcheck.examples.snippet import MOST, WIDTH
from validators import catalogue
from validators.catalogue import example, names
from validators.kinds import register
from validators.rules import RULES

register()
WITHOUT = {"HTTP-END-01": "it judges how a connection ended, which no file shows"}
"""The rules without an example, each with its reason."""


def _written(name: str) -> str:
    return files(catalogue).joinpath("examples", f"{name}.toml").read_text(encoding="utf-8")


def _rows() -> Iterator[tuple[str, dict[str, str]]]:
    return (row for name in names("examples") for row in tomllib.loads(_written(name)).items())


@pytest.mark.filterwarnings("ignore::UserWarning:pydicom")
def test_the_examples_are_those_of_the_mutants() -> None:
    made = {kind: as_toml(rows) for kind, rows in examples().items()}
    stale = [kind for kind in made if kind not in names("examples") or _written(kind) != made[kind]]
    gone = set(names("examples")) - made.keys()
    assert not [*stale, *gone], f"stale, run `make examples`: {', '.join([*stale, *gone])}"


def test_every_rule_has_an_example_but_those_with_a_reason() -> None:
    assert {rule for rule, _ in _rows()} == RULES.keys() - WITHOUT.keys()


def test_both_sides_differ_and_are_short() -> None:
    for rule, row in _rows():
        assert row["good"] != row["bad"], rule
        for side in row.values():
            lines = side.split("\n")
            assert 0 < len(lines) <= MOST + 1, rule
            assert max(map(len, lines)) <= WIDTH + 2, rule


def test_one_example_is_found_without_the_others() -> None:
    for rule, row in _rows():
        assert example(rule) == (row["good"], row["bad"])
    assert example("HTTP-END-01") is None
