"""The commands that show the catalogue: ``rules``, ``explain``, ``profiles``."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from drimcheck.concluding import USAGE
from drimcheck.language import default_language
from drimcheck.options import DEFAULT_PROFILE


def add_commands(commands: Any) -> None:
    rules = commands.add_parser("rules", help="list the rules, or say what one checks")
    rules.add_argument("id", nargs="?", metavar="ID")
    rules.add_argument("--profile", default=DEFAULT_PROFILE, help="default: %(default)s")
    rules.add_argument("--lang", choices=("fr", "en"), default=default_language())
    rules.set_defaults(run=show_rules)
    explain = commands.add_parser("explain", help="explain a rule or a requirement")
    explain.add_argument("id", metavar="ID")
    explain.add_argument("--profile", default=DEFAULT_PROFILE, help="default: %(default)s")
    explain.add_argument("--lang", choices=("fr", "en"), default=default_language())
    explain.set_defaults(run=explain_one)
    profiles = commands.add_parser("profiles", help="list the profiles")
    profiles.add_argument("--lang", choices=("fr", "en"), default=default_language())
    profiles.set_defaults(run=show_profiles)


def _planned(options: argparse.Namespace) -> Any:
    """The rules of every kind under the profile; None, said on stderr, for an unknown one."""
    from validators.catalogue import UnknownProfile, profile
    from validators.engine import plan
    from validators.kinds import JUDGED, register

    try:
        chosen = profile(options.profile)
    except UnknownProfile as known:
        print(f"drimcheck: unknown profile {options.profile!r}; one of: {known}", file=sys.stderr)
        return None
    register()
    return [plan(chosen, kind, on=chosen.reference_date) for kind in JUDGED]


def show_rules(options: argparse.Namespace) -> int:
    """One line for each rule of the profile: id, level, title."""
    from reports.summary import say
    from validators.texts import rule_text

    if options.id:
        return explain_one(options)
    plans = _planned(options)
    if plans is None:
        return USAGE
    for plan in plans:
        for planned in plan.rules:
            text = rule_text(planned)
            print(f"{text.id:14} {text.level:6} {say(text.title, options.lang)}")
    return 0


def explain_one(options: argparse.Namespace) -> int:
    """Title, why and fix of a rule with what it verifies; or a requirement with its rules."""
    plans = _planned(options)
    if plans is None:
        return USAGE
    lines = _rule_lines(options, plans) or _requirement_lines(options, plans)
    if not lines:
        print(
            f"drimcheck: no rule or requirement {options.id!r} in profile {options.profile}; "
            "see: drimcheck rules",
            file=sys.stderr,
        )
        return USAGE
    print("\n".join(lines))
    return 0


def _rule_lines(options: argparse.Namespace, plans: Any) -> list[str]:
    from reports.summary import say
    from reports.texts import texts
    from validators.texts import rule_text

    words = texts(options.lang)
    for plan in plans:
        known = {requirement.id: requirement for requirement in plan.requirements}
        for planned in plan.rules:
            if planned.rule.id != options.id:
                continue
            text = rule_text(planned)
            basis = words["basis"][text.basis]
            lines = [
                f"{text.id}  {text.name}",
                say(text.title, options.lang),
                "",
                f"{words['word']['why']} {say(text.why, options.lang)}",
                f"{words['word']['fix']} {say(text.fix, options.lang)}",
                "",
                f"{words['level'][text.level]}, {words['word']['basis']}: {basis}",
            ]
            return lines + [
                f"{name} ({known[name].section}): {say(known[name].statement, options.lang)}"
                for name in text.verifies
                if name in known
            ]
    return []


def _requirement_lines(options: argparse.Namespace, plans: Any) -> list[str]:
    from reports.summary import say
    from reports.texts import texts

    words = texts(options.lang)
    for plan in plans:
        for one in plan.requirements:
            if one.id != options.id:
                continue
            rules = [planned.rule.id for planned in plan.rules if one.id in planned.rule.verifies]
            level, override = plan.levels[one.id], plan.profile.overrides.get(one.id)
            lines = [
                f"{one.id}  {one.document}, {one.section}",
                say(one.statement, options.lang),
                "",
                (
                    f"{words['level'][level]}, {words['word']['basis']}: "
                    f"{words['basis'][one.basis]}, {words['word']['confidence']}: {one.confidence}"
                ),
                f"{words['word']['rules']}: {', '.join(rules) or '-'}",
            ]
            lines += [say(one.reason, options.lang)] if one.reason else []
            lines += [say(override.reason, options.lang)] if override else []
            return lines
    return []


def show_profiles(options: argparse.Namespace) -> int:
    """One line for each profile: id and title."""
    from reports.summary import say
    from validators.catalogue import names, profile

    for name in names("profiles"):
        print(f"{name:20} {say(profile(name).title, options.lang)}")
    return 0
