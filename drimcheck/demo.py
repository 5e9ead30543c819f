"""``drimcheck demo``: judge a KOS that the suite generates, and say where the report lies."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from drimcheck.language import default_language

FOLDER = Path("drimcheck-demo")


def add_command(commands: Any) -> None:
    demo = commands.add_parser("demo", help="judge a KOS that the suite generates")
    demo.add_argument("--lang", choices=("fr", "en"), default=default_language())
    demo.add_argument("--out", metavar="DIR", type=Path, default=FOLDER)
    demo.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Write a KOS with two defects, judge it, write the report; 0 when the report is written.

    The verdict is *not conforming*, as it must be; the exit code of the demonstration is not.
    """
    from drimcheck.cli import parsed
    from testdata.kos import drim_m_kos, write
    from testdata.mutants.kos.changes import assign

    options.out.mkdir(parents=True, exist_ok=True)
    path = options.out / "kos.dcm"
    document = drim_m_kos()
    assign("PatientBirthDate", "19960134")(document)
    series = document.CurrentRequestedProcedureEvidenceSequence[0].ReferencedSeriesSequence
    series[1].RetrieveURL = series[0].RetrieveURL
    path.write_bytes(write(document))
    arguments = ["kos", str(path), "--out", str(options.out), "--lang", options.lang]
    judged = parsed(arguments)
    judged.run(judged)
    report = (options.out / "report.html").resolve()
    message = {"fr": "Ouvrir dans un navigateur :", "en": "Open in a browser:"}[options.lang]
    print(f"\n{message} {report.as_uri()}", file=sys.stdout)
    return 0
