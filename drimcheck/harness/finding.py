"""What ``drimcheck doctor`` says of one thing: whether it is in order, and what to do if not."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from validators.model import Text


class Level(StrEnum):
    """``note`` keeps no scenario from running."""

    OK = "ok"
    NOTE = "note"
    PROBLEM = "problem"


NOTHING = Text("", "")


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor. ``what`` names a tool, or a key of ``sut.toml``."""

    level: Level
    what: str
    detail: Text
    fix: Text = NOTHING

    def line(self, language: str) -> str:
        """The line, in a language."""
        said = [getattr(one, language) for one in (self.detail, self.fix)]
        return f"{self.level.value:8} {self.what:20} {'; '.join(filter(None, said))}"


def ok(what: str, en: str, fr: str = "") -> Finding:
    """What is in order. A detail that is the same in both languages is given once."""
    return Finding(Level.OK, what, Text(en, fr or en))


def note(what: str, detail: Text, fix: Text = NOTHING) -> Finding:
    """What limits a run, or may."""
    return Finding(Level.NOTE, what, detail, fix)


def problem(what: str, detail: Text, fix: Text = NOTHING) -> Finding:
    """What keeps scenarios from running."""
    return Finding(Level.PROBLEM, what, detail, fix)
