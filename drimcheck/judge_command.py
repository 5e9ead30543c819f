"""``drimcheck judge``: the captures of a run, judged again by the rules of today.

What only the run knew is not judged again: the status that each request of ours was made to get,
and the report and images that a KOS was compared with; a scenario that failed by such a rule is not
tested. What our peers sent is left out.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from drimcheck import __version__
from drimcheck.concluding import Usage, conclude
from drimcheck.exchanges import INDEX, exchanges
from drimcheck.judging import plan_of
from drimcheck.options import add_options

if TYPE_CHECKING:
    from drimcheck.simulate.live import Known, Live
    from validators.model import Exchange, RunReport, ScenarioReport, SubjectReport

EXCHANGES, SCENARIOS, EXPORT, RECEIVED = "exchanges", "scenarios", "export", "-received"
CORRECT_IT = ("AE", "AR")
"""The codes that a message which breaks the rules should get (HL7 v2.5 2.9.2)."""


def add_command(commands: Any) -> None:
    one = commands.add_parser("judge", help="judge the captures of run or simulate again")
    one.add_argument("folder", type=Path, metavar="DIR", help="what --out of run or simulate named")
    add_options(one)
    one.set_defaults(run=run, kinds=(), command="judge", trust=None, crl=[])


@dataclass(frozen=True, slots=True)
class Capture:
    """What a folder holds. ``scenario`` is "" where it is a run of simulate.

    ``before`` is the row of the scenario in the report of the run, ``failed`` the subjects and
    rules that failed in it then.
    """

    folder: Path
    scenario: str = ""
    before: dict[str, Any] = field(default_factory=dict)
    failed: tuple[tuple[str, str], ...] = ()


def run(options: argparse.Namespace) -> int:
    """Judge the captures, print the summary, write the report files."""
    return conclude(options, _report)


def _report(options: argparse.Namespace) -> RunReport:
    from validators.model import Outcome
    from validators.run import report

    before = _before(options.folder)
    options.on = options.on or before.get("on") or date.today().isoformat()
    subjects: list[SubjectReport] = []
    scenarios: list[ScenarioReport] = []
    for one in captures(options.folder, before):
        found = list(judged(options, one))
        if one.scenario:
            found = [replace(each, name=f"{one.scenario}: {each.name}") for each in found]
            scenarios.append(_scenario(one, found))
        subjects += found
    open_ones = {Outcome.NOT_TESTED, Outcome.REVIEW}
    kinds = dict.fromkeys(each.kind for each in subjects) or ("scenario",)
    made = report(
        [plan_of(options, kind) for kind in kinds],
        subjects,
        version=__version__,
        command=options.command,
        require_all=options.require_all,
        unreachable=not subjects,
        lost=any(each.outcome in open_ones for each in scenarios),
    )
    return replace(made, scenarios=tuple(scenarios))


def captures(folder: Path, before: dict[str, Any]) -> list[Capture]:
    """The captures of a folder: those of its scenarios, or its own. Raises Usage, OSError."""
    if not folder.is_dir():
        raise Usage(f"{folder}: no such folder")
    if (folder / SCENARIOS).is_dir():
        rows = {one["id"]: one for one in before.get("scenarios", ())}
        names = [*rows, *sorted(one.name for one in (folder / SCENARIOS).iterdir())]
        found = [
            Capture(folder / SCENARIOS / name, name, rows.get(name, {}), _failed(before, name))
            for name in dict.fromkeys(names)
        ]
        found = [one for one in found if _holds(one.folder)]
    else:
        found = [Capture(folder)] if (folder / EXCHANGES).is_dir() else []
    if not found:
        raise Usage(f"{folder}: holds no captures of drimcheck run or simulate --out")
    return found


def _holds(folder: Path) -> bool:
    return (folder / EXCHANGES).is_dir() or (folder / "trace.json").is_file()


def _before(folder: Path) -> dict[str, Any]:
    """The report of the run; nothing where there is none that can be read."""
    try:
        found = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _failed(before: dict[str, Any], scenario: str) -> tuple[tuple[str, str], ...]:
    """The subjects and rules that failed in a scenario of the run."""
    return tuple(
        (subject["name"], result["rule"])
        for subject in before.get("subjects", ())
        for result in subject.get("results", ())
        if subject["name"].startswith(f"{scenario}: ") and result["outcome"] in ("fail", "error")
    )


def judged(options: argparse.Namespace, capture: Capture) -> Iterator[SubjectReport]:
    """The subjects that the other side made. Raises Usage, OSError."""
    from drimcheck.simulate.ledger import Ledger
    from drimcheck.simulate.live import Live

    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        live = Live(options, Ledger(Path(folder)), _known(capture.folder), say=lambda _line: None)
        for peer, found in _peers(capture.folder, stack):
            for one in found:
                live.judged += _entry(live, peer, one)
        for peer, path in _files(capture.folder):
            live.judged += _file(live, peer, path)
        yield from (one.report for one in live.conclude() if not one.ours)
        yield from _archives(live, capture.folder)
        yield from _trace(live, capture)


def _trace(live: Live, capture: Capture) -> Iterator[SubjectReport]:
    """The steps of a scenario, where it has some and went to its end."""
    from validators.scenario import load

    path = capture.folder / "trace.json"
    if not path.is_file() or capture.before.get("outcome") in ("not_tested", "error"):
        return
    raw = path.read_bytes()
    if not _empty(raw):
        name = f"{capture.scenario} {path.name}".strip()
        yield live.judge(name, "scenario", raw, load(raw), ours=False).report


def _empty(trace: bytes) -> bool:
    """Whether nothing was expected of a scenario, and nothing noted."""
    try:
        found = json.loads(trace)
    except ValueError:
        return False
    return isinstance(found, dict) and not (found.get("steps") or found.get("expected"))


def _known(folder: Path) -> Known:
    """The KOS that the scenario handed over, where it did."""
    from drimcheck.simulate.live import Known
    from validators import wado

    path = folder / "kos.dcm"
    if not path.is_file():
        return Known()
    found = wado.manifest(path.read_bytes())
    return Known(manifests={study: found for study, _ in found.urls})


def _peers(folder: Path, stack: ExitStack) -> Iterator[tuple[str, Sequence[Exchange]]]:
    """The exchanges of each peer, in the order of their names. Raises Usage, OSError."""
    root = folder / EXCHANGES
    for one in sorted(root.iterdir()) if root.is_dir() else ():
        if (one / INDEX).is_file():
            try:
                yield one.name, stack.enter_context(exchanges(one))
            except ValueError as problem:
                raise Usage(str(problem)) from None


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    """The DICOM files that peers received."""
    for one in sorted((folder / EXCHANGES).glob(f"*{RECEIVED}/*.dcm")):
        yield one.parent.name.removesuffix(RECEIVED), one


def _archives(live: Live, folder: Path) -> Iterator[SubjectReport]:
    """The XDM archives that came out of the system, and the documents in them."""
    from validators.kinds import KINDS, with_embedded
    from validators.subjects import judge_document

    for path in sorted((folder / EXPORT).glob("*.zip")):
        plans = {one.name: live.plan(one.name) for one in with_embedded(["xdm"])}
        yield from judge_document(path.name, path.read_bytes(), KINDS["xdm"], plans)


def _entry(live: Live, peer: str, exchange: Exchange) -> Iterator[Any]:
    from drimcheck.simulate.kinds import judge_entry

    if peer == "ris":
        live.known.acknowledged = _acknowledged(live, bytes(exchange.request))
    return judge_entry(live, live.ledger.add(peer, exchange))


def _file(live: Live, peer: str, path: Path) -> Iterator[Any]:
    from drimcheck.simulate.kinds import judge_entry

    return judge_entry(live, live.ledger.keep(peer, path.read_bytes()))


def _acknowledged(live: Live, message: bytes) -> tuple[str, ...]:
    """The codes that a message should get: those of an error where it breaks the rules itself."""
    from validators.kinds import KINDS, with_embedded
    from validators.model import Outcome
    from validators.subjects import judge_document

    plans = {kind.name: live.plan(kind.name) for kind in with_embedded(["hl7"])}
    found = judge_document("message", message, KINDS["hl7"], plans)
    broken = any(each.outcome is Outcome.FAIL for one in found for each in one.results)
    return CORRECT_IT if broken else ()


def _scenario(capture: Capture, found: Sequence[SubjectReport]) -> ScenarioReport:
    """What a scenario comes to now. What was not tested, or waits for a person, still does."""
    from validators.model import Outcome, ScenarioReport, Text

    was, lost = capture.before, _lost(capture.failed, found)
    outcomes = {result.outcome for one in found for result in one.results}
    held = str(was.get("outcome", ""))
    if Outcome.ERROR in outcomes:
        outcome = Outcome.ERROR
    elif Outcome.FAIL in outcomes:
        outcome = Outcome.FAIL
    elif lost or held == Outcome.NOT_TESTED.value:
        outcome = Outcome.NOT_TESTED
    elif Outcome.REVIEW in outcomes or held == Outcome.REVIEW.value:
        outcome = Outcome.REVIEW
    else:
        outcome = Outcome.PASS
    title, told = was.get("title") or {}, was.get("reason")
    return ScenarioReport(
        id=capture.scenario,
        letter=str(was.get("letter", "")),
        role=str(was.get("role", "")),
        title=Text(title.get("en", capture.scenario), title.get("fr", capture.scenario)),
        outcome=outcome,
        subjects=tuple(one.name for one in found),
        reason=Text(
            f"failed in the run, captures do not show it: {lost}",
            f"en échec lors de l'exécution, les captures ne le montrent pas : {lost}",
        )
        if lost
        else Text(told["en"], told["fr"])
        if told
        else None,
        cause=str(was.get("cause", "")),
        ways=dict(was.get("ways") or {}),
        reviews=tuple(Text(one["en"], one["fr"]) for one in was.get("reviews", ())),
    )


def _lost(failed: Sequence[tuple[str, str]], found: Sequence[SubjectReport]) -> str:
    """The rules that failed in the run and did not judge the same subject now."""
    from validators.model import Outcome

    away = (Outcome.NOT_TESTED, Outcome.NOT_APPLICABLE)
    now = {(one.name, each.rule) for one in found for each in one.results
           if each.outcome not in away}  # fmt: skip
    return ", ".join(dict.fromkeys(rule for name, rule in failed if (name, rule) not in now))
