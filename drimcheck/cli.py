"""The command ``drimcheck``: arguments in, exit code out."""

from __future__ import annotations

import argparse
import gc
import io
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from drimcheck import __version__, contacts
from drimcheck.output import silence
from drimcheck.shadow import shadowed

USAGE, TOOL_ERROR = 2, 4


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code, one of ``validators.verdict``."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal of another encoding shows a character it lacks as its code.
            stream.reconfigure(errors="backslashreplace")
    problem = shadowed()
    if problem:
        print(problem, file=sys.stderr)
        return USAGE
    # A judged document is released by hand; what the collector would walk is alive.
    gc.disable()
    contacts.watch()
    options = parsed(sys.argv[1:] if arguments is None else arguments)
    try:
        return int(options.run(options))
    except BrokenPipeError:
        silence()
        return 0
    except KeyboardInterrupt:
        return 130
    except Exception as error:  # noqa: BLE001 - an error of ours is no verdict on a document
        print(f"drimcheck: {_ours(error)}", file=sys.stderr)
        return TOOL_ERROR


def _ours(error: Exception) -> str:
    """An error of the tool in one line, with the place that raised it."""
    *_, last = traceback.extract_tb(error.__traceback__)
    place = f"{Path(last.filename).name}:{last.lineno}"
    return f"error of the tool, please report it: {type(error).__name__}: {error} ({place})"


class _Parser(argparse.ArgumentParser):
    """Options are written out: a report that quotes them must be read alike by a later version."""

    def __init__(self, **values: Any) -> None:
        super().__init__(allow_abbrev=False, **values)


def parsed(arguments: Sequence[str]) -> argparse.Namespace:
    """The options of a command, and the arguments that gave them."""
    options = parser().parse_args(arguments)
    options.arguments = list(arguments)
    return options


def parser() -> argparse.ArgumentParser:
    """What the command understands."""
    from drimcheck import (
        capture_commands,
        catalogue_commands,
        conversation_commands,
        cross_command,
        demo,
        demo_drimbox,
        judge_command,
        judging,
        pdf_command,
        reference_command,
        testdata_command,
        wire_commands,
    )
    from drimcheck.evidence import commands as evidence_commands
    from drimcheck.harness import doctor, init_command, run_command
    from drimcheck.simulate import command as simulate_command

    made = _Parser(
        prog="drimcheck",
        description="Conformance checks for DRIM-M documents and DRIMboxes.",
    )
    made.add_argument("--version", action="version", version=f"drimcheck {__version__}")
    commands = made.add_subparsers(title="commands", metavar="COMMAND", required=True)
    judging.add_commands(commands)
    wire_commands.add_commands(commands)
    capture_commands.add_commands(commands)
    conversation_commands.add_commands(commands)
    cross_command.add_command(commands)
    catalogue_commands.add_commands(commands)
    testdata_command.add_command(commands)
    reference_command.add_command(commands)
    simulate_command.add_command(commands)
    run_command.add_commands(commands)
    doctor.add_command(commands)
    init_command.add_command(commands)
    judge_command.add_command(commands)
    evidence_commands.add_commands(commands)
    pdf_command.add_command(commands)
    demo_drimbox.add_command(commands)
    demo.add_command(commands)
    return made
