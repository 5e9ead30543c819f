"""What stands around the findings of a run: who tested what, answers, derogations, masks."""

from __future__ import annotations

import argparse
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from drimcheck import contacts
from drimcheck.declared import answers, derogations, mapping, product
from validators.model import (
    DEVIATIONS,
    Attestation,
    Derogation,
    Disagreement,
    OwnRequirement,
    Product,
    RunReport,
    Text,
)

SEED = "alpha"
"""What the numbers of the test data derive from unless another seed is named."""
_ID = re.compile(r"[A-Z][A-Z0-9]*(?:\.[0-9]+)?(?:-[A-Z0-9]+)+")
ELSEWHERE = {"--out": 1, "--format": 1, "--lang": 1, "--include-values": 0, "--bundle": 1,
             "--bundle-content": 1, "--sign-key": 1, "--sign-certificate": 1,
             "--real-data": 0}  # fmt: skip
"""Options that decide nothing of what is found, with how many values each takes."""


@dataclass(frozen=True, slots=True)
class Declared:
    """What people declared in the files that the command names."""

    product: Product | None = None
    answers: tuple[Attestation, ...] = ()
    derogations: tuple[Derogation, ...] = ()
    own: tuple[OwnRequirement, ...] = ()


def declared(options: argparse.Namespace) -> Declared:
    """Read the files that the command names. Raises OSError, BadFile."""
    return Declared(
        product=product.read(options.product) if options.product else None,
        answers=tuple(answers.read(options.answers)) if options.answers else (),
        derogations=tuple(derogations.read(options.derogations)) if options.derogations else (),
        own=tuple(mapping.read(options.requirement_map)) if options.requirement_map else (),
    )


def dressed(report: RunReport, options: argparse.Namespace) -> RunReport:
    """The report as it is shown: what was declared beside it, identities masked."""
    from validators.attested import attested

    found: Declared = options.declared
    today = date.fromisoformat(options.on) if options.on else date.today()
    report = attested(report, found.answers)
    report = replace(
        report,
        arguments=tuple(deciding(options.arguments)),
        mode="audit" if options.audit else "free",
        hosts=contacts.hosts(),
        product=report.product or found.product,
        derogations=tuple(derogations.weighed(found.derogations, report, today)),
        own=found.own,
        rules=_with_examples(report),
        disagreements=tuple(_disagreements(report)),
    )
    return report if options.include_values else _masked(report, options)


def deciding(arguments: Sequence[str], aside: Mapping[str, int] = ELSEWHERE) -> list[str]:
    """The arguments of a command without the place, the form and the language of its output."""
    kept, left = [], 0
    for one in arguments:
        name, equals, _ = one.partition("=")
        if left:
            left -= 1
        elif name in aside:
            left = 0 if equals else aside[name]
        else:
            kept.append(one)
    return kept


def _masked(report: RunReport, options: argparse.Namespace) -> RunReport:
    from drimcheck.privacy import masked
    from drimcheck.privacy.cast import Cast

    return masked(report, Cast({SEED, *options.seeds}, options.series), options.persons)


def _with_examples(report: RunReport) -> Mapping[str, Any]:
    """The rules; those that found something with an example of what conforms."""
    from validators.catalogue import example

    seen = {
        result.rule
        for subject in report.subjects
        for result in subject.results
        if result.outcome in DEVIATIONS
    }
    made = dict(report.rules)
    for name in seen:
        found = example(name)
        if found:
            made[name] = replace(made[name], good=found[0], bad=found[1])
    return made


def _disagreements(report: RunReport) -> list[Disagreement]:
    """Those that speak of a requirement of the run, or of what an independent tool said."""
    from validators.catalogue import read_toml

    known = {one.id for one in report.requirements}
    said = {one.disagreement for one in report.opinions}
    return [
        Disagreement(row["id"], _sides(row), Text(row["choice"]["en"], row["choice"]["fr"]))
        for row in read_toml("disagreements.toml")["disagreement"]
        if row["id"] in said or known & set(_ID.findall(row["choice"]["en"]))
    ]


def _sides(row: Mapping[str, Any]) -> tuple[Text, ...]:
    sides = row["sources"] if "sources" in row else (row["theirs"], row["ours"])
    return tuple(Text(one["en"], one["fr"]) for one in sides)
