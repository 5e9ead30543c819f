"""The commands of the DRIMbox. Exit 0: done; 1: unreadable; 2: misconfigured; 5: not to be had."""

from __future__ import annotations

import argparse
import logging
import signal
import sys
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from reference_drimbox import config, settings
from reference_drimbox.archive import Archive, ArchiveUnavailable, holdings, inbox, transfer
from reference_drimbox.config import Source
from reference_drimbox.settings import Misconfigured
from reference_drimbox.source.service import LIBRARIES, AlreadyRunning, Service
from reference_drimbox.xdm import NotAnArchive

DONE, UNREADABLE, USAGE, UNREACHABLE = 0, 1, 2, 5


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="reference_drimbox", description="A minimal DRIMbox.")
    commands = made.add_subparsers(dest="command", required=True, metavar="COMMAND")
    source = commands.add_parser("source", help="publish KOS, and give the images of them")
    source.add_argument("--print-config", action="store_true", help="every key, and its default")
    source.set_defaults(run=run_source)
    conso = commands.add_parser("conso", help="find exams, and look at their images")
    conso.add_argument("--without-psc", action="store_true", help="nobody logs in: for tests")
    conso.set_defaults(run=run_conso)
    dead = commands.add_parser("dead-letters", help="messages that could not be processed")
    dead.add_argument("--retry", type=int, metavar="NUMBER", help="process one again")
    dead.set_defaults(run=run_dead_letters)
    history = commands.add_parser("history", help="what happened to a study")
    history.add_argument("study", metavar="UID")
    history.set_defaults(run=run_history)
    export = commands.add_parser("export", help="what is published, as XDM archives by month")
    export.add_argument("--out", type=Path, required=True, metavar="DIR")
    export.set_defaults(run=run_export)
    taken = commands.add_parser("import", help="an XDM archive into the local archive")
    taken.add_argument("file", type=Path, metavar="FILE")
    taken.set_defaults(run=run_import)
    for one in (source, conso, dead, history, export, taken):
        one.add_argument("--config", type=Path, metavar="FILE", help="TOML file")
        one.add_argument("--verbose", action="store_true")
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    options = parser().parse_args(arguments)
    level = logging.INFO if options.verbose else logging.WARNING
    logging.basicConfig(
        level=level, stream=sys.stderr, format="%(asctime)s %(levelname)s %(message)s"
    )
    for name in LIBRARIES:
        logging.getLogger(name).setLevel(logging.ERROR)
    try:
        return int(options.run(options))
    except (Misconfigured, AlreadyRunning) as problem:
        print(f"reference_drimbox: {problem}", file=sys.stderr)
        return USAGE
    except (ArchiveUnavailable, OSError) as problem:
        print(f"reference_drimbox: {problem}", file=sys.stderr)
        return UNREACHABLE


def run_source(options: argparse.Namespace) -> int:
    """Be the Source until SIGTERM or SIGINT; one line on stdout says that it is ready."""
    if options.print_config:
        print(settings.written(Source), end="")
        return DONE
    chosen = config.source(options.config)
    stopped = threading.Event()
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, lambda _number, _frame: stopped.set())
    with Service(chosen) as service:
        where = " ".join(f"{name}={url}" for name, url in service.addresses.items())
        print(f"ready: source {where}", flush=True)
        stopped.wait()
    return DONE


def run_conso(options: argparse.Namespace) -> int:
    """Be the Conso until SIGTERM or SIGINT; one line on stdout says that it is ready."""
    from reference_drimbox.conso.config import conso
    from reference_drimbox.conso.running import Running

    settings = conso(options.config)
    if options.without_psc:
        settings = replace(settings, psc=replace(settings.psc, enabled=False))
    stopped = threading.Event()
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, lambda _number, _frame: stopped.set())
    with Running(settings) as running:
        print(f"ready: conso {running.base}", flush=True)
        stopped.wait()
    return DONE


def _archive(settings: Source) -> Archive:
    url = settings.archive.url or f"sqlite:///{settings.drimbox.data / 'archive.db'}"
    return Archive(url, settings.archive.password())


def run_dead_letters(options: argparse.Namespace) -> int:
    """List the dead letters, a line each; or process one of them again."""
    archive = _archive(config.source(options.config))
    if options.retry is not None:
        if inbox.revive(archive, options.retry):
            return DONE
        print(f"reference_drimbox: {options.retry} is no dead letter", file=sys.stderr)
        return USAGE
    for message, why in inbox.dead_letters(archive):
        when = why.at.isoformat(timespec="seconds")
        print(f"{message.id}\t{when}Z\t{message.kind}\t{message.control_id}\t{why.reason}")
    return DONE


def run_history(options: argparse.Namespace) -> int:
    """What happened to a study, a line each, the oldest first."""
    for one in holdings.history(_archive(config.source(options.config)), options.study):
        when = one.at.isoformat(timespec="seconds")
        print(f"{when}Z\t{one.what}\t{one.manifest or ''}\t{one.why}")
    return DONE


def run_export(options: argparse.Namespace) -> int:
    """Write KA<YYYYMM>.zip for each month, and name each."""
    settings = config.source(options.config)
    options.out.mkdir(parents=True, exist_ok=True)
    for name, raw in transfer.exported(_archive(settings), settings.dmp.software).items():
        (options.out / name).write_bytes(raw)
        print(options.out / name)
    return DONE


def run_import(options: argparse.Namespace) -> int:
    """Import an archive, and name each study that is new."""
    try:
        found = transfer.take(_archive(config.source(options.config)), options.file.read_bytes())
    except NotAnArchive as problem:
        print(f"reference_drimbox: {options.file}: {problem}", file=sys.stderr)
        return UNREADABLE
    for study in found:
        print(study)
    return DONE
