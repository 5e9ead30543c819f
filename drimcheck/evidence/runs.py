"""Runs read from what they left: a ``run.json``, the folder that holds one, or a bundle."""

from __future__ import annotations

import contextlib
import io
import json
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from drimcheck.dressing import ELSEWHERE, deciding
from reports.findings import steady
from reports.run_json import SCHEMA
from validators.model import Outcome, worst

RUN = "run.json"
REPORT = "report/run.json"
MAX_RUN = 1 << 28
"""Bytes of a run.json that are read."""
DEVIATIONS = frozenset({"fail", "warn", "info", "review", "error"})


OF_FILES = frozenset({
    "kos", "cda", "hl7", "xds", "xdm", "allowlist", "check", "cross", "wado-request",
    "wado-response", "iid", "contextual-call", "psc", "dmp",
})  # fmt: skip
"""Commands that read files and do nothing else: what somebody else wrote may start no other."""
ASIDE = {"--second-opinion": 1, "--official-kit": 1, "--edition": 1}
"""Options that start programs, and have no part in a verdict, with how many values they take."""


class NotARun(Exception):
    """The path holds no run of drimcheck; the message says what and where."""


class Found(NamedTuple):
    """A finding of a run as ``run.json`` holds it."""

    id: str
    rule: str
    subject: str
    outcome: str
    path: str
    expected: str
    actual: str | None


def read(path: Path) -> dict[str, Any]:
    """The run at a path. Raises OSError, NotARun."""
    if path.is_dir():
        path = path / RUN
    raw = _of_bundle(path) if zipfile.is_zipfile(path) else _limited(path)
    try:
        found = json.loads(raw)
    except ValueError as problem:
        raise NotARun(f"{path}: {problem}") from None
    if not isinstance(found, dict) or found.get("schema") != SCHEMA:
        raise NotARun(f"{path}: is no {RUN} of schema {SCHEMA}")
    try:
        _tried(found)
    except (KeyError, TypeError, AttributeError, ValueError):
        raise NotARun(f"{path}: is not as schema {SCHEMA} says") from None
    return found


def _tried(run: Mapping[str, Any]) -> None:
    """Ask a run for all that is asked of one. Raises what Python does where it is not there."""
    list(findings(run)), outcomes(run), dict(run["rules"]), list(map(str, run["arguments"]))
    str(run["suite"]["rule_set"]), str(run["verdict"]["name"])
    for one in (*run["requirements"], *run["scenarios"]):
        str(one["id"]), str(one["outcome"])
    for one in run["scenarios"]:
        list(map(str, one["subjects"]))


def _limited(path: Path) -> bytes:
    with open(path, "rb") as stream:
        return stream.read(MAX_RUN)


def _of_bundle(path: Path) -> bytes:
    try:
        with zipfile.ZipFile(path) as archive, archive.open(REPORT) as stream:
            return stream.read(MAX_RUN)
    except (KeyError, zipfile.BadZipFile, NotImplementedError, RuntimeError) as problem:
        raise NotARun(f"{path}: holds no {REPORT}: {problem}") from None


def findings(run: Mapping[str, Any]) -> Iterator[Found]:
    """Every finding of a run, an error of ours as one of its own."""
    names = steady(one["name"] for one in run["subjects"])
    for subject in run["subjects"]:
        name = names[subject["name"]]
        for result in subject["results"]:
            rule, outcome = result["rule"], result["outcome"]
            if outcome == "error":
                note = result.get("note", "")
                yield Found(f"error:{rule}:{name}", rule, name, outcome, "",
                            "", note)  # fmt: skip
            for one in result.get("defects", ()) if outcome in DEVIATIONS else ():
                yield Found(one["id"], rule, name, outcome, one["path"],
                            one["expected"], one["actual"])  # fmt: skip


def outcomes(run: Mapping[str, Any]) -> dict[tuple[str, str], str]:
    """What each rule came to on each subject, by its steady name."""
    names = steady(one["name"] for one in run["subjects"])
    reached: dict[tuple[str, str], set[Outcome]] = defaultdict(set)
    for subject in run["subjects"]:
        for result in subject["results"]:
            reached[names[subject["name"]], result["rule"]].add(Outcome(result["outcome"]))
    return {key: worst(found).value for key, found in reached.items()}


def _ended(main: Callable[[Sequence[str]], int], arguments: Sequence[str]) -> int:
    """The exit code of a command, whether it understood its arguments or not."""
    try:
        return main(arguments)
    except SystemExit as end:
        return int(end.code or 0)


def harmless(arguments: Sequence[str]) -> list[str]:
    """The arguments without the options that write, or start a program."""
    return deciding(arguments, {**ELSEWHERE, **ASIDE})


def made_by(arguments: Sequence[str], folder: Path | None = None) -> dict[str, Any]:
    """The run that a command makes now, in a folder. Raises NotARun where it makes none."""
    from drimcheck.cli import main

    with TemporaryDirectory() as out, contextlib.ExitStack() as stack:
        if folder is not None:
            stack.enter_context(contextlib.chdir(folder))
        said = io.StringIO()
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            code = _ended(main, [*arguments, "--out", str(Path(out).resolve()), "--format", "json"])
        path = Path(out, RUN)
        if not path.is_file():
            lines = said.getvalue().strip().splitlines()
            raise NotARun(
                f"drimcheck {' '.join(arguments)}: ended with {code}: {''.join(lines[-1:])}"
            )
        return read(path)
