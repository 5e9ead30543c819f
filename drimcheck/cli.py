"""The command ``drimcheck``: arguments in, exit code out."""

from __future__ import annotations

import argparse
import gc
import io
import sys
from collections.abc import Sequence

from drimcheck import __version__
from drimcheck.shadow import shadowed

USAGE = 2


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
    options = _parser().parse_args(arguments)
    run = options.run
    try:
        return int(run(options))
    except BrokenPipeError:
        return 0
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    from drimcheck import catalogue_commands, demo, judging, testdata_command

    parser = argparse.ArgumentParser(
        prog="drimcheck",
        description="Conformance checks for DRIM-M documents and DRIMboxes.",
    )
    parser.add_argument("--version", action="version", version=f"drimcheck {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    judging.add_commands(commands)
    catalogue_commands.add_commands(commands)
    testdata_command.add_command(commands)
    demo.add_command(commands)
    return parser
