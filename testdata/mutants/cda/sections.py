"""Mutants of the sections of a structured report."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from testdata.mutants.catalogue import Mutant
from testdata.mutants.cda.changes import Change, assign, delete, repeat, rewrite
from testdata.mutants.cda.reasons import ALSO


class Row(NamedTuple):
    """A section: the rules that look at it, its template, and the letters of its defects."""

    rule: str
    letters: str
    template: str


ROWS = (
    Row("CDA-B3-01", "ANBCITX", "1.2.250.1.213.1.1.2.209"),
    Row("CDA-B3-02", "ABCITX", "1.2.250.1.213.1.1.2.206"),
    Row("CDA-B3-03", "ANBCITX", "1.2.250.1.213.1.1.2.217"),
    Row("CDA-B3-13S", "NBC", "1.2.250.1.213.1.1.2.215"),
    Row("CDA-B3-14", "NBC", "1.2.250.1.213.1.1.2.214"),
    Row("CDA-B3-15", "NBC", "1.2.250.1.213.1.1.2.205"),
    Row("CDA-B3-15D", "ANBC", "1.2.250.1.213.1.1.2.211"),
    Row("CDA-B3-15H", "ANBC", "1.2.250.1.213.1.1.2.213"),
    Row("CDA-B3-15M", "C", "1.2.250.1.213.1.1.2.212"),
    Row("CDA-B3-16", "NBCITX", "1.2.250.1.213.1.1.2.207"),
    Row("CDA-B3-17", "NBC", "1.2.250.1.213.1.1.2.208"),
    Row("CDA-B3-18", "NBC", "1.2.250.1.213.1.1.2.210"),
    Row("CDA-B3-19E", "N", "1.2.250.1.213.1.1.2.107"),
    Row("CDA-B3-19D", "N", "1.2.250.1.213.1.1.2.1"),
    Row("CDA-B3-19R", "N", "1.2.250.1.213.1.1.2.150"),
    Row("CDA-B3-19O", "N", "1.2.250.1.213.1.1.2.73"),
    Row("CDA-B3-19J", "N", "1.2.250.1.213.1.1.2.37"),
)


def _change(row: Row, letter: str) -> Change:
    section = f"//h:section[h:templateId/@root='{row.template}']"
    return {
        "A": delete(f"{section}/.."),
        "N": repeat(f"{section}/.."),
        "B": delete(f"{section}/h:templateId[@root!='{row.template}']"),
        "C": assign(f"{section}/h:code", "code", "11502-2"),
        "I": delete(f"{section}/h:id"),
        "T": delete(f"{section}/h:title"),
        "X": delete(f"{section}/h:text"),
    }[letter]


def _mutants() -> Iterator[Mutant]:
    for row in ROWS:
        for letter in row.letters:
            rule = f"{row.rule}{letter}"
            yield Mutant(
                name=f"report-{rule.lower()}",
                base="report-3",
                kills=rule,
                rewrite=rewrite(_change(row, letter)),
                also=ALSO.get(rule, {}),
            )


MUTANTS = tuple(_mutants())
