"""The catalogue holds together: requirements, rules, profiles, texts, lock."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files

import pytest

from validators import kinds  # noqa: F401 - registers every rule
from validators.catalogue import (
    Requirement,
    UnknownProfile,
    document,
    messages,
    names,
    profile,
    read_toml,
)
from validators.rules import RULES
from validators.texts import PARTS, english, french

REQUIREMENTS: dict[str, Requirement] = {
    one.id: one for name in names("requirements") for one in document(name).requirements
}


def test_ids_of_requirements_are_unique() -> None:
    every = [one.id for name in names("requirements") for one in document(name).requirements]
    assert len(every) == len(set(every))


def test_rules_verify_requirements_that_exist() -> None:
    assert {name for rule in RULES.values() for name in rule.verifies} <= REQUIREMENTS.keys()


def test_every_automatic_requirement_has_a_rule_and_no_other_has() -> None:
    verified = {name for rule in RULES.values() for name in rule.verifies}
    automatic = {one.id for one in REQUIREMENTS.values() if one.testable == "auto"}
    assert automatic == verified


def test_what_is_not_automatic_says_why() -> None:
    for one in REQUIREMENTS.values():
        assert (one.reason is None) == (one.testable == "auto"), one.id


@pytest.mark.parametrize("name", names("profiles"))
def test_profiles_name_what_exists(name: str) -> None:
    chosen = profile(name)
    assert set(chosen.documents) <= set(names("requirements"))
    assert set(chosen.overrides) <= REQUIREMENTS.keys()
    for rule in RULES.values():
        bound = any(REQUIREMENTS[one].document in _ids(chosen.documents) for one in rule.verifies)
        if bound:
            assert set(rule.parameters) - set(rule.needs) - {"on"} <= chosen.parameters.keys()


def _ids(names_of: tuple[str, ...]) -> set[str]:
    return {document(name).id for name in names_of}


def test_an_unknown_profile_lists_the_known_ones() -> None:
    with pytest.raises(UnknownProfile, match="drim-m-lab"):
        profile("nothing")


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.id)
def test_every_rule_says_what_why_and_how_in_two_languages(rule: object) -> None:
    en, fr = english(rule), french(rule)  # type: ignore[arg-type]
    for part in PARTS:
        assert en[part], (rule, part)
        assert fr[part], (rule, part)
        assert en[part] != fr[part] or not re.search("[a-z]{5}", en[part])
    assert en["title"].endswith(".")
    assert fr["title"].endswith(".")


def test_no_french_text_is_left_over() -> None:
    coded = {rule.id for rule in RULES.values() if not rule.template}
    assert messages("fr")["rule"].keys() == coded
    assert messages("fr")["scope"].keys() == messages("en")["scope"].keys()


def test_templates_have_the_same_places_in_two_languages() -> None:
    for name, parts in messages("en")["template"].items():
        for part, text in parts.items():
            other = messages("fr")["template"][name][part]
            assert set(re.findall(r"\{\w+\}", text)) == set(re.findall(r"\{\w+\}", other))


def test_the_lock_has_every_rule() -> None:
    text = files("validators.catalogue").joinpath("rules.lock.toml").read_text("utf-8")
    locked = tomllib.loads(text)["rule"]
    assert {name for name, row in locked.items() if row["status"] != "removed"} == RULES.keys()
    assert {name: row["name"] for name, row in locked.items() if name in RULES} == {
        rule.id: rule.name for rule in RULES.values()
    }


def test_disagreements_are_told_with_both_sides_and_a_choice() -> None:
    for row in read_toml("disagreements.toml")["disagreement"]:
        sides = row.get("sources") or [row["theirs"], row["ours"]]
        assert len(sides) == 2
        assert all(side["en"] and side["fr"] for side in sides)
        assert row["choice"]["fr"]
        assert row["choice"]["en"]
