"""``drimcheck demo-drimbox``: the reference DRIMbox among our peers, from end to end."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from drimcheck.concluding import Usage
from drimcheck.language import default_language

FOLDER = Path("drimcheck-demo-drimbox")


def add_command(commands: Any) -> None:
    demo = commands.add_parser(
        "demo-drimbox", help="from the message of a RIS to the images elsewhere, among our peers"
    )
    demo.add_argument("--out", type=Path, default=FOLDER, metavar="DIR", help="a new folder")
    demo.add_argument("--lang", choices=("fr", "en"), default=default_language())
    demo.set_defaults(run=run_demo)


def run_demo(options: argparse.Namespace) -> int:
    """Run the scenario end to end twice: Orthanc as the local PACS, then as both.

    Without Orthanc, once with the PACS simulator. The worse exit code of the two.
    """
    from drimcheck.cli import main
    from drimcheck.harness.display import browser
    from drimcheck.harness.orthanc import program

    if options.out.exists():
        print(f"drimcheck: {options.out} is there already; name a new folder with --out",
              file=sys.stderr)  # fmt: skip
        return 2
    try:
        program()
        turns = ["local", "both"]
    except Usage as problem:
        print(f"{problem}: the PACS simulator is in its place")
        turns = [""]
    if not browser():
        print("no Chromium with Playwright: nobody looks at the viewer")
    codes = []
    for turn in turns:
        folder = options.out / (turn or "simulator")
        given = ["run", "--subject", "end-to-end", "--profile", "drim-m-lab", "--lang",
                 options.lang, "--non-interactive", "--out", str(folder)]  # fmt: skip
        codes.append(main([*given, *(["--orthanc", turn] if turn else [])]))
        print(f"{folder}/scenarios/end-to-end/screen.png")
    return max(codes)
