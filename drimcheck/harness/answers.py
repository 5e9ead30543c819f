"""``answers.toml``: what a person saw, for the steps that a machine cannot judge.

Each answer has a scenario, the name of who saw it, a date, a statement, and a file that shows it.
Without an answer the step stays to be reviewed, and the run inconclusive: it is never passed.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from validators.model import ScenarioReport


class BadAnswers(Exception):
    """The file holds no answers; the message says what and where."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether a person saw what a scenario asks for, who, when, and by what it can be seen."""

    scenario: str
    seen: bool
    name: str
    date: date
    statement: str
    evidence: Path


def read(path: Path) -> dict[str, Answer]:
    """The answers of a file, by scenario. Raises OSError, BadAnswers."""
    try:
        rows = tomllib.loads(path.read_text(encoding="utf-8")).get("answer", [])
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise BadAnswers(f"{path}: {problem}") from None
    if not isinstance(rows, list):
        raise BadAnswers(f"{path}: answer is a list of tables; write [[answer]]")
    found = {}
    for number, row in enumerate(rows, start=1):
        where = f"{path}: [[answer]] {number}"
        if not isinstance(row, dict):
            raise BadAnswers(f"{where}: is no table")
        for name, kind in (("scenario", str), ("seen", bool), ("name", str), ("date", date),
                           ("statement", str), ("evidence", str)):  # fmt: skip
            if not isinstance(row.get(name), kind) or row[name] == "":
                raise BadAnswers(f"{where}: {name} is missing, or no {kind.__name__}")
        evidence = path.parent / row["evidence"]
        if not evidence.is_file():
            raise BadAnswers(f"{where}: evidence: {evidence}: no such file")
        found[row["scenario"]] = Answer(
            row["scenario"], row["seen"], row["name"], row["date"], row["statement"], evidence
        )
    return found


def form(scenarios: Iterable[ScenarioReport], language: str) -> str:
    """The file to fill in, a table for each question that is open; "" where none is."""
    lines = []
    for one in scenarios:
        for question in one.reviews:
            lines += [f"# {getattr(question, language)}", "[[answer]]", f'scenario = "{one.id}"',
                      "# seen = true", '# name = ""', "# date = 2026-01-31", '# statement = ""',
                      '# evidence = "screen.png"', ""]  # fmt: skip
    return "\n".join(lines)
