"""``drimcheck run``: the scenarios against a system under test, or the reference."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from drimcheck import contacts
from drimcheck.concluding import USAGE, Usage, finish, prepare, said
from drimcheck.declared.rows import BadFile
from drimcheck.harness.choice import MODULES, SCOPES, chosen_scenarios, declare, listed
from drimcheck.options import add_options
from drimcheck.output import show

if TYPE_CHECKING:
    from drimcheck.harness.bench import Bench
    from drimcheck.harness.expectations import Expectation
    from drimcheck.harness.reference import Ports
    from drimcheck.harness.relay import Break
    from drimcheck.harness.scenario import Scenario
    from validators.model import RunReport

RELAYED = frozenset({"source", "images"})
"""The peers before which a relay stands that does not speak TLS."""


WRITTEN = (
    "scenarios", "pki", "pacs", "local", "reference", "reference-without-psc", "report.html",
    "run.json", "junit.xml", "report.sarif", "gitb.xml", "requirements.csv", "findings.csv",
    "summary.md", "codeclimate.json", "envelope.json", "answers.toml",
)  # fmt: skip
"""What a run leaves in its folder."""


def add_commands(commands: Any) -> None:
    one = commands.add_parser("run", help="run the test subjects against a DRIMbox")
    _add_target(one)
    one.add_argument("--role", choices=("source", "conso"))
    one.add_argument("--subject", dest="subjects", type=lambda text: text.split(","),
                     metavar="a,b,...", help="test subjects (a-c, i-v) or scenarios")  # fmt: skip
    one.add_argument("--scope", choices=SCOPES,
                     help="what must run: what needs nobody, what may, or all")  # fmt: skip
    one.add_argument("--non-interactive", action="store_true", help="ask nobody for anything")
    one.add_argument("--expected", type=Path, metavar="FILE",
                     help="failures that are known, which do not fail a pipeline")  # fmt: skip
    one.add_argument("--dry-run", action="store_true", help="list what would run, and stop")
    one.add_argument("--break", dest="breaks", action="append", default=[], metavar="NAME",
                     help="break the reference in one named way; repeatable")  # fmt: skip
    one.add_argument("--orthanc", choices=("pacs", "local", "both"), default="",
                     help="Orthanc as the PACS of the Source, of the Conso, or both")  # fmt: skip
    one.add_argument("--keep-going", action="store_true",
                     help="run what needed a scenario that was not green")  # fmt: skip
    one.add_argument("--seed", default="", help="what the numbers of the run are derived from")
    add_options(one)
    one.set_defaults(run=run, command="run", kinds=(), trust=None, crl=[])


def _add_target(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--sut", type=Path, metavar="FILE",
                        help="system under test (sut.toml); default: the reference")  # fmt: skip


def options_of(sut: str | None, profile: str, out: Path, language: str) -> argparse.Namespace:
    """The options of a run that pytest started."""
    from drimcheck.cli import parsed

    given = ["run", "--profile", profile, "--out", str(out), "--lang", language,
             "--non-interactive"]  # fmt: skip
    made = parsed([*given, *(["--sut", sut] if sut else [])])
    _prepare(made)
    return made


def _prepare(options: argparse.Namespace) -> None:
    """What the options say, read and checked. Raises Usage, BadFile, OSError."""
    contacts.watch()
    prepare(options)
    options.on = options.on or date.today().isoformat()
    declare(options)


def run(options: argparse.Namespace) -> int:
    """Run the scenarios; the exit code of the verdict."""
    try:
        _prepare(options)
        chosen = chosen_scenarios(options)
        if options.dry_run:
            return listed(chosen, options)
        return _run(options, chosen)
    except (Usage, BadFile, OSError) as problem:
        print(f"drimcheck: {said(problem)}", file=sys.stderr)
        return USAGE


def _run(options: argparse.Namespace, chosen: list[Scenario]) -> int:
    import pytest

    expectations = _expectations(options)
    with bench_of(options) as bench:
        holder = _Holder(bench, [one.id for one in chosen])
        arguments = ["-p", "no:cacheprovider", "-p", "no:terminal",
                     "-c", str(Path(__file__).parent / "pytest.ini"),
                     *_files()]  # fmt: skip
        code = pytest.main(arguments, plugins=[holder])
        if code == pytest.ExitCode.INTERRUPTED:
            raise KeyboardInterrupt
        if code not in (0, 1, 5):
            raise RuntimeError(f"pytest ended with {code}")
        for one in chosen:
            bench.account(one)
        report = bench.report()
    return _conclude(report, options, expectations)


def _conclude(report: RunReport, options: argparse.Namespace, known: Sequence[Expectation]) -> int:
    """Print and write the report, and the form for what a person must answer; the exit code."""
    from drimcheck.declared.answers import form
    from drimcheck.harness.expectations import weigh

    code = finish(report, options)
    text = form(report, options.lang)
    if text and options.out:
        path = Path(options.out) / "answers.toml"
        path.write_text(text, encoding="utf-8")
        show(path)
    if not known or code == USAGE:
        return code
    weighed = weigh(report, known, date.fromisoformat(options.on), options.lang)
    for line in weighed.lines:
        print(line)
    return weighed.exit_code


def _expectations(options: argparse.Namespace) -> list[Expectation]:
    """The failures that are known. Raises BadFile, OSError."""
    from drimcheck.harness.expectations import read

    return read(options.expected) if options.expected else []


def _files() -> list[str]:
    from drimcheck import scenarios

    folder = Path(scenarios.__file__).parent
    return [str(folder / f"{name}.py") for name in MODULES]


class _Holder:
    """Gives the plugin the bench and the scenarios that were chosen; prints a line for each."""

    def __init__(self, bench: Bench, chosen: list[str]) -> None:
        self.bench = bench
        self.chosen = chosen

    def pytest_configure(self, config: Any) -> None:
        config.drimcheck_bench = self.bench
        config.drimcheck_chosen = self.chosen

    def pytest_runtest_logfinish(self, nodeid: str) -> None:  # noqa: ARG002 - of the hook
        if self.bench.results:
            last = list(self.bench.results.values())[-1]
            print(f"{last.outcome.value:12} {last.id}", file=sys.stderr, flush=True)


@contextmanager
def bench_of(options: argparse.Namespace) -> Iterator[Bench]:
    """Our peers and the system, from entering the context to leaving it. Raises Usage, OSError."""
    from drimcheck.harness.acts import Acts
    from drimcheck.harness.bench import Bench
    from drimcheck.harness.breaks import named as broken_by
    from drimcheck.harness.lab import fresh_seed, laboratory
    from drimcheck.harness.reference import running
    from drimcheck.harness.reference_acts import automatic
    from drimcheck.harness.sut import BadSut, read

    breaks = tuple(map(broken_by, getattr(options, "breaks", ())))
    relays = ExitStack()
    ports = None if options.sut else _ports(breaks, relays)
    try:
        sut = read(options.sut) if ports is None else ports.sut()
    except BadSut as problem:
        raise Usage("\ndrimcheck: ".join(problem.problems)) from None
    answers = {one.id: one for one in options.declared.answers if one.about == "scenario"}
    with relays as stack:
        folder = _folder(options, stack)
        seed = options.seed or fresh_seed()
        options.seeds.append(seed)
        lab = stack.enter_context(laboratory(sut, options, folder, seed, breaks))
        acts = Acts(sut, interactive=not options.non_interactive)
        if ports is not None:
            lab.sut = replace(sut, network=ports.known(lab.pki))
            stack.enter_context(running(lab, ports))
            acts.automatic = automatic(lab, stack)
        yield Bench(lab, options, acts, answers=answers)


def _ports(breaks: Sequence[Break], stack: ExitStack) -> Ports:
    """Where the reference listens, and the relays before it, where it is to be broken."""
    from drimcheck.harness.reference import LOOPBACK, Ports
    from drimcheck.harness.relay import Relay

    ports = Ports(tls=not any(one.peer in RELAYED for one in breaks))
    answers = [one.rewrite for one in breaks if one.peer == "source"]
    if answers:
        relay = stack.enter_context(Relay((LOOPBACK, ports.web), answers=answers))
        ports = replace(ports, front=relay.port)
    blocks = [one.rewrite for one in breaks if one.peer == "mllp"]
    if blocks:
        relay = stack.enter_context(Relay((LOOPBACK, ports.mllp), answers=blocks, blocks=True))
        ports = replace(ports, front_mllp=relay.port)
    return ports


def _folder(options: argparse.Namespace, stack: ExitStack) -> Path:
    """Where captures go: beside the report, or nowhere that stays.

    What an earlier run wrote there moves to ``earlier/1``, ``earlier/2``, ...: nothing is lost.
    """
    if not options.out:
        return Path(stack.enter_context(tempfile.TemporaryDirectory()))
    found = Path(options.out).resolve()
    found.mkdir(parents=True, exist_ok=True)
    if (found / "scenarios").exists() or (found / "run.json").exists():
        answers = options.answers.resolve() if options.answers else None
        written = [found / name for name in WRITTEN
                   if (found / name).exists() and found / name != answers]  # fmt: skip
        before = found / "earlier"
        aside = before / str(
            1 + max((int(one.name) for one in before.glob("*") if one.name.isdecimal()), default=0)
        )
        aside.mkdir(parents=True)
        for one in written:
            one.rename(aside / one.name)
    return found


def write(report: RunReport, options: argparse.Namespace) -> None:
    """Write the report files of a run that pytest started."""
    from drimcheck.dressing import dressed
    from reports.writing import write as write_files

    report = dressed(report, options)
    write_files(report, options.out, options.format, options.lang)
