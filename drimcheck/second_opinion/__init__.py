"""What independent tools say, shown beside our findings and never part of the verdict."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from drimcheck.second_opinion import dciodvfy, dicom_validator, official_kit
from drimcheck.second_opinion.disagreements import known
from validators.model import Opinion, RunReport

TOOLS = ("dciodvfy", "dicom-validator")
OFFICIAL_KIT = "official-kit"
OTHER_TABLES, SAME_TABLES, GIVEN_EDITION = "other-tables", "same-tables", "given-edition"
KINDS = {"dciodvfy": "kos", "dicom-validator": "kos", OFFICIAL_KIT: "cda"}
"""The kind of document that each tool is asked about."""


def consult(
    report: RunReport,
    tools: Sequence[str],
    *,
    profile: str,
    edition: Path | None,
    kit: Path | None = None,
) -> RunReport:
    """The report with what each tool says of each document of its kind that is a file of its own.

    The official kit is one of the tools where its folder is given.
    """
    names = dict.fromkeys([*tools, *([OFFICIAL_KIT] if kit else [])])
    asked = tuple((tool, _tables(tool, edition)) for tool in names)
    opinions = [
        opinion
        for tool, tables in asked
        for subject in report.subjects
        if subject.kind == KINDS[tool] and Path(subject.name).is_file()
        for opinion in _opinions(tool, tables, _said(tool, Path(subject.name), profile, edition,
                                                     kit), subject.name)
    ]  # fmt: skip
    return replace(report, consulted=asked, opinions=tuple(opinions))


def _tables(tool: str, edition: Path | None) -> str:
    if tool == "dciodvfy":
        return OTHER_TABLES
    return GIVEN_EDITION if edition or tool == OFFICIAL_KIT else SAME_TABLES


def _said(tool: str, path: Path, profile: str, edition: Path | None, kit: Path | None) -> list[str]:
    if tool == OFFICIAL_KIT:
        assert kit is not None
        return official_kit.opinion(path, kit)
    if tool == "dciodvfy":
        return dciodvfy.opinion(path, profile=profile)
    return dicom_validator.opinion(path, edition)


def _opinions(tool: str, tables: str, said: Sequence[str], name: str) -> Iterator[Opinion]:
    for line, count in Counter(said).items():
        found = known(tool, line)
        yield Opinion(
            tool=tool,
            edition=tables,
            subject=name,
            line=line,
            count=count,
            disagreement=found.id if found else "",
            choice=found.choice if found else None,
        )
