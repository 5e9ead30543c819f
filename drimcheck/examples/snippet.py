"""Two documents side by side: the lines around what differs, of each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from drimcheck.examples.lines import Line, shared

MOST = 12
"""Lines of a snippet."""
WIDTH = 160
BEFORE = 90
"""Letters shown before a difference, where the line is cut."""
CUT = "…"
HEAD = re.compile(
    r" *</?[\w:.-]+ |(\([0-9A-F,]+\)(\[[0-9]+\])?[.]?)+ [A-Z]{2} \w+: |[A-Z][A-Z0-9]{2}[|]|[\w-]+: "
)
"""What names a line: a tag, a data element, a segment, a header."""
CODED = re.compile(r"[A-Za-z0-9+/]{80,}={0,2}")
SHOWN = 24
FEW = 4
"""Absent elements named."""
LARGE = 3000
"""Lines that differ in one run, beyond which they are not compared one by one."""


FOLLOWS = re.compile(
    r"^Content-Length:|^<[?]xml |[(]0002,0000[)]|<rim:Value>([0-9a-f]{40}|[0-9]{1,6})</"
    r"|<(ds:)?(DigestValue|SignatureValue)[ >]|^ *signature: "
)
"""Lines that follow from others."""


Mark = tuple[str, str, str]


class Run(NamedTuple):
    """Lines of both sides that stand in the place of one another."""

    left: int
    left_end: int
    right: int
    right_end: int


def differences(left: Sequence[Line], right: Sequence[Line]) -> list[Run]:
    """Where two documents differ, in their order."""
    marks, others = [one.mark for one in left], [one.mark for one in right]
    start = shared(marks, others)
    limit = min(len(marks), len(others)) - start
    end = shared(marks[::-1], others[::-1]) if limit else 0
    end = min(end, limit)
    first, second = marks[start : len(marks) - end], others[start : len(others) - end]
    if not first and not second:
        return []
    return [
        Run(a + start, b + start, c + start, d + start) for a, b, c, d in _compared(first, second)
    ]


def _compared(first: list[Mark], second: list[Mark]) -> list[tuple[int, int, int, int]]:
    if len(first) == len(second):
        apart = [at for at, one in enumerate(first) if one != second[at]]
        if len(apart) * 4 < len(first):
            return [(at, at + 1, at, at + 1) for at in apart]
    if max(len(first), len(second)) > LARGE:
        return [(0, len(first), 0, len(second))]
    codes = SequenceMatcher(None, first, second, autojunk=False).get_opcodes()
    return [(a, b, c, d) for what, a, b, c, d in codes if what != "equal"]


def snippets(left: Sequence[Line], right: Sequence[Line]) -> tuple[str, str] | None:
    """What differs, of each side with its context; None where nothing does."""
    runs = differences(left, right)
    if not runs:
        return None
    runs = [one for one in runs if not _follows(left, one)] or runs
    once = {
        tuple(line.mark for line in (*left[one[0] : one[1]], *right[one[2] : one[3]])): one
        for one in reversed(runs)
    }
    runs = list(reversed(once.values()))
    good = bad = []
    for context, most in ((2, MOST), (1, MOST), (1, MOST - 4)):
        good = _side(left, right, runs, context, most)
        bad = _side(right, left, _turned(runs), context, most)
        if max(len(good), len(bad)) <= MOST:
            break
    return _joined(good), _joined(bad)


def _follows(left: Sequence[Line], run: Run) -> bool:
    """Whether what differs is but a length or digest of what differs elsewhere."""
    lines = [one.text for one in left[run.left : run.left_end]]
    return run.left_end - run.left == run.right_end - run.right and all(map(FOLLOWS.search, lines))


def _turned(runs: list[Run]) -> list[Run]:
    return [Run(one.right, one.right_end, one.left, one.left_end) for one in runs]


def _side(
    own: Sequence[Line], other: Sequence[Line], runs: list[Run], context: int, most: int
) -> list[str]:
    """The lines of one side; of a run no more than ``most``."""
    found: list[str] = []
    shown, place = 0, ""
    for run in runs:
        around = 0 if _alone(own, other, run) else context
        start = max(run.left - around, shown)
        stop = max(min(run.left_end + around, len(own)), shown)
        start, stop = _of_one_place(own, run, start, stop)
        if found and start > shown and around:
            found.append(CUT)
        for at in range(start, stop):
            if run.left + most <= at < run.left_end:
                found += [CUT] * (at == run.left + most)
                continue
            if own[at].place != place:
                place = own[at].place
                found.append(f"[{place}]")
            found.append(_cut(own[at].text, _pair(other, run, at)))
        found += _absent(own, other, run)
        shown = stop
    return found


def _of_one_place(own: Sequence[Line], run: Run, start: int, stop: int) -> tuple[int, int]:
    """A run and its context without the lines of other files or parts than its own."""
    if run.left == run.left_end:
        return start, stop
    while start < run.left and own[start].place != own[run.left].place:
        start += 1
    while stop > run.left_end and own[stop - 1].place != own[run.left_end - 1].place:
        stop -= 1
    return start, stop


def _alone(own: Sequence[Line], other: Sequence[Line], run: Run) -> bool:
    """Whether the lines that differ say all: each is named, and none only moved."""
    mine, theirs = own[run.left : run.left_end], other[run.right : run.right_end]
    if not all(line.alone for line in (*mine, *theirs)) or _moved(own, other, run):
        return False
    named = [*_absent(own, other, run), *_absent(other, own, _turned([run])[0])]
    return bool((mine and theirs) or named)


def _moved(own: Sequence[Line], other: Sequence[Line], run: Run) -> bool:
    """Whether all that stands here on one side alone stands elsewhere on the other."""
    there = {line.text for line in own}
    here = {line.text for line in other}
    mine = all(line.text in here for line in own[run.left : run.left_end])
    return mine and all(line.text in there for line in other[run.right : run.right_end])


def _absent(own: Sequence[Line], other: Sequence[Line], run: Run) -> list[str]:
    """Data elements that the other side alone has."""
    paths = {_path(line) for line in own}
    gone = [line for line in other[run.right : run.right_end] if _path(line)]
    missing = [_path(line) for line in gone if _path(line) not in paths]
    outer = [one for one in missing if not any(one.startswith(f"{up}[") for up in missing)]
    kept = [one for one in outer if "[" not in one or one.rpartition(".")[0] in _items(paths)]
    return [f"{one} absent" for one in kept[:FEW]] + [CUT] * (len(kept) > FEW)


def _items(paths: set[str]) -> set[str]:
    return {path.rpartition(".")[0] for path in paths}


def _path(line: Line) -> str:
    return line.text.partition(" ")[0] if line.text.startswith("(") and line.alone else ""


def _pair(other: Sequence[Line], run: Run, at: int) -> str | None:
    """The line of the other side that stands in the place of this one."""
    if not run.left <= at < run.left_end:
        return None
    where = run.right + at - run.left
    return other[where].text if where < run.right_end else None


def _cut(text: str, other: str | None) -> str:
    """A line as short as it may be: what names it, and what is around the difference."""
    text = CODED.sub(lambda run: _coded(run[0], other), text)
    if len(text) <= WIDTH:
        return text
    found = HEAD.match(text)
    head = found[0] if found else ""
    room = WIDTH - len(head)
    start = 0 if other is None else shared(text, other) - min(BEFORE, room // 2)
    start = max(start, len(head))
    piece = text[start : start + room]
    return head + CUT * (start > len(head)) + piece + CUT * (start + room < len(text))


def _coded(run: str, other: str | None) -> str:
    """Base64 that is alike on both sides says nothing: its start."""
    return run if other is not None and run not in other else f"{run[:SHOWN]}{CUT}"


def _joined(lines: list[str]) -> str:
    kept = lines if len(lines) <= MOST else [*lines[: MOST - 1], CUT]
    return "\n".join(one.rstrip() for one in kept)
