"""The fields of an exam across its documents: what agrees, what differs, at a glance."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from reports.texts import texts
from reports.visible import visible
from validators.model import Cell, Comparison, RunReport

AGREES, DIFFERS, ALONE = "=", "≠", "·"
WIDEST = 44
"""Characters of a value that the terminal shows."""


@dataclass(frozen=True, slots=True)
class Table:
    """A group of fields: a column for each document, a row for each field."""

    group: str
    rows: tuple[Comparison, ...]


def mark(row: Comparison) -> str:
    """A sign that needs no colour: equal, different, or said by one document alone."""
    return ALONE if row.agrees is None else AGREES if row.agrees else DIFFERS


def documents_of(report: RunReport) -> list[str]:
    """The documents that are compared, in the order in which they were given."""
    return list(dict.fromkeys(cell.document for row in report.comparisons for cell in row.cells))


def tables(report: RunReport) -> list[Table]:
    """The comparisons by group."""
    groups = dict.fromkeys(row.group for row in report.comparisons)
    return [
        Table(group, tuple(row for row in report.comparisons if row.group == group))
        for group in groups
    ]


def cell_of(row: Comparison, document: str) -> Cell | None:
    return next((cell for cell in row.cells if cell.document == document), None)


def lines_of(report: RunReport, language: str) -> Iterator[str]:
    """The comparison as lines: agreement in short, each difference with all its values."""
    words = texts(language)
    if not report.comparisons:
        return
    yield ""
    yield words["comparison"]["title"]
    for table in tables(report):
        agreeing = [row for row in table.rows if row.agrees]
        alone = [row for row in table.rows if row.agrees is None]
        group = words["comparison"][table.group]
        for sign, rows in ((AGREES, agreeing), (ALONE, alone)):
            if rows:
                names = ", ".join(words["field"][row.field] for row in rows)
                yield f"  {sign} {group}{words['word']['colon']}{names}"
        for row in table.rows:
            if row.agrees is False:
                yield f"  {DIFFERS} {group}{words['word']['colon']}{words['field'][row.field]}"
                for cell in row.cells:
                    values = visible(" | ".join(cell.values))
                    shown = values if len(values) <= WIDEST else f"{values[:WIDEST]}…"
                    yield f"      {visible(cell.document)} {cell.place}: {shown}"
