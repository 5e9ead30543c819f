"""``drimcheck pdf``: the report as it prints, by the Chromium of this machine."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from drimcheck.harness.display import CHROMIUM
from drimcheck.output import show
from drimcheck.placing import written

USAGE, TOOL_ERROR = 2, 4
BOX = '<input type="checkbox" id="full"'
"""What in a report says whether its details are printed."""
FLAGS = ("--headless", "--disable-gpu", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--no-pdf-header-footer")  # fmt: skip
SECONDS = 120


def add_command(commands: Any) -> None:
    one = commands.add_parser("pdf", help="print a report into a PDF (needs Chromium)")
    one.add_argument("report", type=Path, metavar="HTML", help="report.html, or its folder")
    one.add_argument("--full", action="store_true", help="the details too, not two pages")
    one.add_argument("--out", type=Path, metavar="FILE", help="default: beside the report")
    one.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print the report; 0 where the file is written."""
    path = options.report / "report.html" if options.report.is_dir() else options.report
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        print(f"drimcheck: {path}: {getattr(problem, 'strerror', problem)}", file=sys.stderr)
        return USAGE
    if BOX not in text:
        print(f"drimcheck: {path}: is no report of drimcheck", file=sys.stderr)
        return USAGE
    program = _program()
    if not program:
        print("drimcheck: pdf needs Chromium; or print report.html from any browser",
              file=sys.stderr)  # fmt: skip
        return USAGE
    target = options.out or path.with_suffix(".pdf")
    return _printed(program, text.replace(BOX, f"{BOX} checked") if options.full else text, target)


def _program() -> str:
    return next((path for name in CHROMIUM if (path := shutil.which(name))), "")


def _printed(program: str, text: str, target: Path) -> int:
    with TemporaryDirectory() as folder:
        page, made = Path(folder, "report.html"), Path(folder, "report.pdf")
        page.write_text(text, encoding="utf-8")
        # Chromium refuses to run as root within its sandbox.
        root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
        command = [program, *FLAGS, *root, f"--user-data-dir={folder}/profile",
                   f"--print-to-pdf={made}", page.as_uri()]  # fmt: skip
        ended = subprocess.run(  # noqa: S603 - Chromium of this machine, on our own page
            command, capture_output=True, timeout=SECONDS, check=False
        )
        if ended.returncode or not made.is_file():
            print(f"drimcheck: {program} ended with {ended.returncode}, and no PDF",
                  file=sys.stderr)  # fmt: skip
            return TOOL_ERROR
        written(target, made.read_bytes())
    show(target)
    return 0
