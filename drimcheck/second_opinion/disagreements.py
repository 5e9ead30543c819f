"""Where an independent tool and this suite are known to differ, and why."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from validators.catalogue import read_toml


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A line of a tool that this suite does not follow, with what speaks for it."""

    id: str
    tool: str
    line: re.Pattern[str]


@cache
def _known() -> tuple[Disagreement, ...]:
    return tuple(
        Disagreement(row["id"], row["tool"], re.compile(row["line"]))
        for row in read_toml("disagreements.toml")["disagreement"]
        if "line" in row
    )


def known(tool: str, line: str) -> Disagreement | None:
    """The known disagreement that a line of a tool is an instance of."""
    return next((one for one in _known() if one.tool == tool and one.line.search(line)), None)
