"""Where an independent tool and this suite are known to differ, and why."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from validators.catalogue import read_toml
from validators.model import Text


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A line of a tool that this suite does not follow, with what speaks for it."""

    id: str
    tool: str
    line: re.Pattern[str]
    choice: Text


@cache
def _known() -> tuple[Disagreement, ...]:
    return tuple(
        Disagreement(row["id"], row["tool"], re.compile(row["line"]), _choice(row))
        for row in read_toml("disagreements.toml")["disagreement"]
        if "line" in row
    )


def _choice(row: Mapping[str, Any]) -> Text:
    """What this suite holds, with the text that it rests on."""
    return Text(
        en=f"{row['choice']['en']} ({row['ours']})", fr=f"{row['choice']['fr']} ({row['ours']})"
    )


def known(tool: str, line: str) -> Disagreement | None:
    """The known disagreement that a line of a tool is an instance of."""
    return next((one for one in _known() if one.tool == tool and one.line.search(line)), None)
