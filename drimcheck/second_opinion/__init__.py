"""What independent tools say, shown beside our findings and never part of the verdict."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from drimcheck.second_opinion import dciodvfy, dicom_validator
from drimcheck.second_opinion.disagreements import known
from validators.model import Opinion, RunReport

TOOLS = ("dciodvfy", "dicom-validator")
OTHER_TABLES, SAME_TABLES, GIVEN_EDITION = "other-tables", "same-tables", "given-edition"


def consult(
    report: RunReport, tools: Sequence[str], *, profile: str, edition: Path | None
) -> RunReport:
    """The report with what each tool says of each KOS that is a file of its own."""
    asked = tuple((tool, _tables(tool, edition)) for tool in dict.fromkeys(tools))
    opinions = [
        opinion
        for tool, tables in asked
        for subject in report.subjects
        if subject.kind == "kos" and Path(subject.name).is_file()
        for opinion in _opinions(tool, tables, subject.name, profile, edition)
    ]
    return replace(report, consulted=asked, opinions=tuple(opinions))


def _tables(tool: str, edition: Path | None) -> str:
    if tool == "dciodvfy":
        return OTHER_TABLES
    return GIVEN_EDITION if edition else SAME_TABLES


def _opinions(
    tool: str, tables: str, name: str, profile: str, edition: Path | None
) -> Iterator[Opinion]:
    said = (
        dciodvfy.opinion(Path(name), profile=profile)
        if tool == "dciodvfy"
        else dicom_validator.opinion(Path(name), edition)
    )
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
