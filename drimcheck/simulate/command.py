"""The command: which peers to start, and until when."""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from drimcheck.concluding import USAGE, Usage, finish, prepare, said
from drimcheck.declared.rows import BadFile
from drimcheck.options import add_options
from drimcheck.simulate.setting import exam_of, fault_lines, faults_of

NAMES = ("wado-server", "wado-client", "psc", "dmp", "pacs", "ris", "allowlist", "all")
EVENTS = ("create", "replace", "delete", "exam-deleted")


def add_command(commands: Any) -> None:
    one = commands.add_parser("simulate", help="be the peers of a DRIMbox, right or wrong by name")
    one.add_argument("simulator", nargs="?", choices=NAMES, metavar="NAME", help=", ".join(NAMES))
    one.add_argument("--list-faults", action="store_true", help="a line for each fault")
    one.add_argument("--fault", action="append", default=[], metavar="NAME", help="repeatable")
    _add_data(one)
    _add_network(one)
    _add_sending(one)
    add_options(one)
    one.set_defaults(run=run, command="simulate", kinds=(), trust=None, crl=[])


def _add_data(parser: argparse.ArgumentParser) -> None:
    data = parser.add_argument_group("data")
    data.add_argument("--exam", default="alpha", help="exam of the test data; default: alpha")
    data.add_argument("--seed", default="alpha", help="what its numbers are derived from")
    data.add_argument("--folder", type=Path, metavar="DIR", help="DICOM files in place of an exam")
    data.add_argument("--kos", type=Path, action="append", default=[], metavar="FILE")
    data.add_argument("--source-base", metavar="URL", help="where the Source under test is")
    data.add_argument("--handover", type=Path, metavar="DIR", help="write the vendor's sheet here")
    data.add_argument(
        "--capture-bodies", action="store_true", help="keep all of every message, not 1 MiB"
    )


def _add_network(parser: argparse.ArgumentParser) -> None:
    network = parser.add_argument_group("network")
    network.add_argument("--listen", default="127.0.0.1", metavar="ADDR")
    network.add_argument(
        "--port", type=int, default=0, help="of the first peer, then those after it; default: any"
    )
    network.add_argument("--public-name", default="", metavar="HOST", help="host of our URLs")
    network.add_argument("--public-port", type=int, default=0, metavar="N")
    network.add_argument("--tls", action="store_true", help="HTTPS, with a PKI of its own")
    network.add_argument("--ca", type=Path, metavar="FILE", help="authorities to trust (PEM)")
    network.add_argument("--cert", type=Path, metavar="FILE", help="our client certificate (PEM)")
    network.add_argument("--key", type=Path, metavar="FILE", help="its key (PEM)")
    network.add_argument("--without-psc", action="store_true", help="no token is sent or asked for")
    network.add_argument("--introspect", metavar="URL", help="where tokens are checked")
    network.add_argument("--client-id", default="drimcheck-source")
    network.add_argument("--secret-file", type=Path, metavar="FILE")
    network.add_argument("--redirect-uri", action="append", default=[], metavar="URL")
    network.add_argument("--automatic-login", default="", metavar="USER", help="no page to log in")
    network.add_argument("--ae-title", default="PACS")
    network.add_argument("--peer", action="append", default=[], metavar="AE@HOST:PORT")


def _add_sending(parser: argparse.ArgumentParser) -> None:
    sending = parser.add_argument_group("wado-client, ris, and the notes of pacs")
    sending.add_argument("--base", metavar="URL", help="WADO-RS base, in place of that of the KOS")
    sending.add_argument("--token-file", type=Path, metavar="FILE")
    sending.add_argument("--expired-token-file", type=Path, metavar="FILE")
    sending.add_argument("--deadline", type=float, default=30.0, metavar="SECONDS")
    sending.add_argument("--to", metavar="HOST:PORT", help="MLLP listener of the Source")
    sending.add_argument("--event", choices=EVENTS, default="create")
    sending.add_argument("--form", choices=("oru", "mdm"), default="oru")
    sending.add_argument("--level", type=int, choices=(1, 3), default=1, help="of the report")
    sending.add_argument("--control-id-prefix", default="", metavar="TEXT")
    sending.add_argument("--call", metavar="URL", help="contextual call of a Conso")
    sending.add_argument(
        "--viewer", nargs="?", const="", metavar="URL", help="open the link of the report"
    )
    sending.add_argument("--reject", metavar="AE@HOST:PORT", help="send a rejection note, and stop")


def run(options: argparse.Namespace) -> int:
    """Start the peers; those that listen run until they are told to stop.

    The exit code of what sends is that of its verdict, and 0 for what was told to stop.
    """
    if options.list_faults:
        for line in fault_lines():
            print(line)
        return 0
    if options.simulator is None:
        print(f"drimcheck: simulate needs one of: {', '.join(NAMES)}", file=sys.stderr)
        return USAGE
    try:
        prepare(options)
        options.seeds.append(options.seed)
        options.on = options.on or date.today().isoformat()
        return _run(options)
    except (Usage, BadFile, OSError) as problem:
        print(f"drimcheck: {said(problem)}", file=sys.stderr)
        return USAGE


def _run(options: argparse.Namespace) -> int:
    from drimcheck.simulate.ledger import Ledger
    from drimcheck.simulate.live import Known, Live
    from drimcheck.simulate.senders import SENDING, at_bases, rejection
    from drimcheck.simulate.setting import Setting
    from simulators.pki import Pki

    faults, exam = faults_of(options), exam_of(options)
    with _folder(options) as folder:
        live = Live(options, Ledger(folder / "exchanges"), Known(), faults, _say)
        pki = Pki((options.handover or folder) / "pki")
        with live, ExitStack() as stack:
            setting = Setting(options, folder, exam, live, faults, pki, stack)
            list(at_bases(setting))
            if options.reject:
                rejection(setting)
                return 0
            if options.simulator in SENDING:
                SENDING[options.simulator](setting)
            else:
                _listen(setting)
        return _finish(live, options, sends=options.simulator in SENDING)


def _listen(setting: Any) -> None:
    """Start what listens, say so, and wait for the end."""
    from drimcheck.simulate.handover import hand_over
    from drimcheck.simulate.peers import LISTENING

    options = setting.options
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    names = list(LISTENING) if options.simulator == "all" else [options.simulator]
    places = {name: LISTENING[name](setting) for name in names}
    if options.handover:
        hand_over(setting, places)
    for name, place in places.items():
        _say(f"ready: {name} {place}")
    while not stop.wait(0.5):
        pass


def _finish(live: Any, options: argparse.Namespace, *, sends: bool) -> int:
    """Report on what crossed; nothing is said where nothing did."""
    if not live.ledger.peers:
        return 0
    report = live.report()
    if not report.subjects and not sends:
        return 0
    code = finish(report, options)
    return code if sends else 0


def _say(line: str) -> None:
    print(line, flush=True)


@contextmanager
def _folder(options: argparse.Namespace) -> Iterator[Path]:
    """Where the exchanges go: beside the report, or nowhere that stays."""
    if options.out:
        options.out.mkdir(parents=True, exist_ok=True)
        if (options.out / "exchanges").exists():
            raise Usage(f"{options.out}: holds the exchanges of another run; name a new folder")
        yield options.out
        return
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)
