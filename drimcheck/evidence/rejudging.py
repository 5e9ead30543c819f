"""The inputs of a bundle judged again by the rules of today, and compared with its report."""

from __future__ import annotations

import shutil
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from drimcheck.evidence.comparing import JUDGED
from drimcheck.evidence.packing import CAPTURES, REPORTS
from drimcheck.evidence.runs import (
    OF_FILES,
    RUN,
    findings,
    harmless,
    made_by,
    outcomes,
    read,
)
from drimcheck.evidence.verifying import NotABundle, manifest_of
from drimcheck.options import FULL

NETWORK = ("run", "simulate", "wado")
"""Commands whose inputs are captures: they are judged again by ``drimcheck judge``."""
STDIN = "-"
MAX_EXTRACTED = 1 << 33
"""Bytes of a bundle that are extracted."""
Key = tuple[str, str]
"""A subject and a rule."""


class Difference(NamedTuple):
    """Something that is otherwise now: of a rule in a subject, of a requirement, of the verdict."""

    what: str
    subject: str
    then: str
    now: str


@dataclass(frozen=True, slots=True)
class Rejudged:
    """A bundle judged again: how many results are the same, and all that is otherwise.

    ``left`` counts the results that only the run could come to, and captures do not show.
    """

    same: int
    left: int
    differing: tuple[Difference, ...]
    rule_sets: tuple[str, str]


def rejudge(path: Path) -> Rejudged:
    """Judge the inputs of a bundle again. Raises NotABundle, NotARun, OSError.

    The bundle must have been verified: what was altered is judged as it is.
    """
    manifest = manifest_of(path)
    if manifest["content"] != FULL:
        raise NotABundle(f"{path}: holds no inputs: its content is {manifest['content']}")
    if not manifest["arguments"]:
        raise NotABundle(f"{path}: does not say what its run was asked")
    with TemporaryDirectory() as folder:
        root = Path(folder).resolve()
        _extract(path, manifest, root)
        before = read(root / REPORTS)
        after, names = _again(manifest, root)
    captured = manifest["arguments"][0] in NETWORK
    return _compared(before, after, names, captured=captured)


def _extract(path: Path, manifest: Mapping[str, Any], root: Path) -> None:
    """Write the entries below the folder. Raises NotABundle where one leads elsewhere."""
    if sum(one["size"] for one in manifest["entries"]) > MAX_EXTRACTED:
        raise NotABundle(f"{path}: is longer than {MAX_EXTRACTED} bytes")
    with zipfile.ZipFile(path) as archive:
        for one in manifest["entries"]:
            target = (root / PurePosixPath(one["path"])).resolve()
            if not target.is_relative_to(root):
                raise NotABundle(f"{one['path']!r} leads out of the bundle")
            target.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(one["path"]) as source, open(target, "wb") as goal:
                shutil.copyfileobj(source, goal)


def _again(manifest: Mapping[str, Any], root: Path) -> tuple[dict[str, Any], dict[str, str]]:
    """The run made anew over what was extracted, and by what its subjects were called then."""
    if manifest["arguments"][0] in NETWORK:
        folder = root / CAPTURES
        folder.mkdir(exist_ok=True)
        shutil.copyfile(root / REPORTS / RUN, folder / RUN)
        profile = ["--profile", manifest["profile"], "--at", manifest["on"]]
        return made_by(["judge", CAPTURES, *profile], root), {}
    given = {one["argument"]: one["at"] for one in manifest.get("given", ())}
    arguments = [_moved(one, given) for one in harmless(manifest["arguments"])]
    _refuse(arguments, root)
    return made_by(arguments, root), {at: argument for argument, at in given.items()}


def _moved(argument: str, given: Mapping[str, str]) -> str:
    """An argument that names an input, as it names it among what was extracted."""
    name, equals, value = argument.partition("=")
    if equals and value in given:
        return f"{name}={given[value]}"
    return given.get(argument, argument)


def _refuse(arguments: Sequence[str], root: Path) -> None:
    """Raises NotABundle for a command that does more than judge what the bundle holds."""
    if arguments[0] not in OF_FILES:
        raise NotABundle(f"{arguments[0]!r} is no command that is judged again")
    for one in arguments[1:]:
        name, _, value = one.partition("=")
        path = value if name.startswith("--") else one
        if one == STDIN or "\0" in one or not (root / path).resolve().is_relative_to(root):
            raise NotABundle(f"{path!r} is no file of the bundle")


def _compared(
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    names: Mapping[str, str],
    *,
    captured: bool,
) -> Rejudged:
    """Results, findings and conclusions of both; of captures, what both could judge."""
    then = outcomes(before)
    now = {(_name(subject, names), rule): one for (subject, rule), one in outcomes(after).items()}
    keys = dict.fromkeys([*then, *now])
    left = 0
    if captured:
        shown = [key for key in keys if then.get(key) in JUDGED and now.get(key) in JUDGED]
        left = sum(one in JUDGED for one in then.values()) - len(shown)
        keys = dict.fromkeys(shown)
    other = [Difference(rule, subject, then.get((subject, rule), ""), now.get((subject, rule), ""))
             for subject, rule in keys
             if then.get((subject, rule)) != now.get((subject, rule))]  # fmt: skip
    same = len(keys) - len(other)
    other += _other_findings(_counted(before, {}, keys), _counted(after, names, keys))
    other += () if captured else _other_conclusions(before, after)
    sets = before["suite"]["rule_set"], after["suite"]["rule_set"]
    return Rejudged(same, left, tuple(other), sets)


def _counted(
    run: Mapping[str, Any], names: Mapping[str, str], keys: Mapping[Key, None]
) -> Counter[tuple[str, str, str]]:
    """The findings of a run: rule, subject, and place with both values."""
    return Counter(
        (one.rule, subject, f"{one.path}: {one.expected} / {one.actual}")
        for one in findings(run)
        if ((subject := _name(one.subject, names)), one.rule) in keys
    )


def _other_findings(
    then: Counter[tuple[str, str, str]], now: Counter[tuple[str, str, str]]
) -> Iterator[Difference]:
    """The findings of which place or values are others now."""
    yield from (Difference(rule, subject, said, "") for rule, subject, said in then - now)
    yield from (Difference(rule, subject, "", said) for rule, subject, said in now - then)


def _other_conclusions(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Difference]:
    """The verdict and the requirements, where they come to something else now."""
    then, now = ({**{one["id"]: one["outcome"] for one in run["requirements"]},
                  "verdict": run["verdict"]["name"]} for run in (before, after))  # fmt: skip
    for name in dict.fromkeys([*then, *now]):
        if then.get(name) != now.get(name):
            yield Difference(name, "", then.get(name, ""), now.get(name, ""))


def _name(subject: str, names: Mapping[str, str]) -> str:
    """The name that a subject had, of that which it has among what was extracted."""
    for at, argument in names.items():
        subject = subject.replace(at, Path(argument).as_posix())
    return subject
