"""Mutants of the outcome: one thing that did not come, or came and should not."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from testdata.mutants.catalogue import Mutant
from testdata.mutants.rewriting import Rewrite
from testdata.mutants.scenario.bases import FIRST, INSTANCES, SERIES, UNKNOWN, written

Row = dict[str, Any]


def steps(change: Callable[[list[Row]], object]) -> Rewrite:
    """Change what happened."""

    def rewrite(raw: bytes) -> bytes:
        found = json.loads(raw)
        change(found["steps"])
        return written(found)

    return rewrite


def value(number: int, name: str, new: object) -> Rewrite:
    """Give a step, the first being 1, another value."""
    return steps(lambda rows: rows[number - 1].update({name: new}))


def _again(rows: list[Row]) -> None:
    """A second publication that replaces nothing, and lies before the first."""
    rows.insert(0, {**rows[0], "entry": "urn:uuid:0", "replaces": ""})


def _elsewhere(rows: list[Row]) -> None:
    rows.insert(0, {**rows[0], "study": UNKNOWN, "entry": "urn:uuid:1"})


def _asked(rows: list[Row]) -> None:
    rows.append({"what": "request", "purpose": "unlisted", "url": "https://images.example/"})


MUTANTS = (
    Mutant("published-twice", "scenario-source", "SCN-PUB", rewrite=steps(_again)),
    Mutant("unknown-study-published", "scenario-source", "SCN-NOPUB", rewrite=steps(_elsewhere)),
    Mutant("replacement-of-nothing", "scenario-source", "SCN-RPLC",
           rewrite=value(2, "replaces", ""),
           also={"SCN-PUB": "both are then in force"}),
    Mutant("not-depublished", "scenario-source", "SCN-DEL", rewrite=value(3, "entry", FIRST)),
    Mutant("rejected-instance-listed", "scenario-source", "SCN-WITHOUT",
           rewrite=value(2, "instances", INSTANCES)),
    Mutant("link-not-found", "scenario-source", "SCN-OPEN", rewrite=value(4, "status", 404)),
    Mutant("link-to-a-file", "scenario-source", "SCN-OPEN",
           rewrite=value(4, "type", "application/dicom")),
    Mutant("wrong-link-opened", "scenario-source", "SCN-REFUSE", rewrite=value(5, "status", 200)),
    Mutant("series-not-found", "scenario-conso", "SCN-RETR", rewrite=value(1, "status", 404)),
    Mutant("series-not-asked-for", "scenario-conso", "SCN-RETR",
           rewrite=value(1, "series", SERIES[1])),
    Mutant("instance-not-stored", "scenario-conso", "SCN-STORED",
           rewrite=value(3, "instances", INSTANCES[1:])),
    Mutant("host-unlisted", "scenario-conso", "SCN-HOST", rewrite=steps(_asked)),
    Mutant("black-screen", "scenario-conso", "SCN-SHOWN", rewrite=value(5, "shown", False)),
)  # fmt: skip
