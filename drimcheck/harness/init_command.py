"""``drimcheck init``: a commented ``sut.toml``, or the job of a pipeline that runs it."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from drimcheck.concluding import USAGE, said
from drimcheck.language import default_language
from drimcheck.output import show

TEMPLATES = Path(__file__).parent / "templates"
JOBS = {
    "gitlab": ("gitlab-ci.yml", Path(".gitlab-ci.yml")),
    "github": ("github.yml", Path(".github", "workflows", "drimcheck.yml")),
}
"""The template of each forge, and where the forge looks for it."""
SUT = "sut.toml"


def add_command(commands: Any) -> None:
    one = commands.add_parser("init", help="write a commented sut.toml, or a job of a pipeline")
    one.add_argument(
        "--out",
        type=Path,
        default=Path(SUT),
        metavar="FILE",
        help="the sut.toml to write, or that the job runs; default: %(default)s",
    )
    one.add_argument("--ci", choices=tuple(JOBS), help="write the job of this forge, here")
    one.add_argument("--lang", choices=("fr", "en"), default=default_language())
    one.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Write the file, unless there is one."""
    name, path = JOBS[options.ci] if options.ci else (f"sut.{options.lang}.toml", options.out)
    text = (TEMPLATES / name).read_text(encoding="utf-8")
    if options.ci:
        text = text.replace(SUT, options.out.as_posix())
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(path, "x", encoding="utf-8") as stream:
            stream.write(text)
    except FileExistsError:
        print(f"drimcheck: {path} is there already, and stays as it is", file=sys.stderr)
        return USAGE
    except OSError as problem:
        print(f"drimcheck: {said(problem)}", file=sys.stderr)
        return USAGE
    show(path)
    return 0
