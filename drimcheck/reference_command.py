"""The command that is the reference DRIMbox: ``python -m reference_drimbox`` under our name."""

from __future__ import annotations

import argparse
import gc
from typing import Any


def add_command(commands: Any) -> None:
    one = commands.add_parser(
        "reference",
        help="be the reference DRIMbox: source, conso, and its archive",
        # All that follows is for the DRIMbox, its options included.
        prefix_chars="\0",
        add_help=False,
    )
    one.add_argument("rest", nargs=argparse.REMAINDER)
    one.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """The exit code of the DRIMbox."""
    from reference_drimbox.commands import main

    # The command line judges documents without the collector; a server needs it.
    gc.enable()
    return main(options.rest)
