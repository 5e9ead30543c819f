"""What a command prints. A reader that stops early, as ``head`` does, changes no exit code."""

from __future__ import annotations

import os
import sys


def show(text: object) -> None:
    """Print to the standard output, as long as someone reads it."""
    try:
        print(text, flush=True)
    except BrokenPipeError:
        silence()


def silence() -> None:
    """Send the standard output nowhere: Python flushes it once more at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
