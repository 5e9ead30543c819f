"""``drimcheck testdata``: write exams, KOS of every size, or mutants, each with a manifest."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from drimcheck.concluding import USAGE
from drimcheck.mutants_command import write_mutants
from drimcheck.placing import as_json, written

MANIFEST, PEOPLE = "manifest.json", "people.json"


def add_command(commands: Any) -> None:
    made = commands.add_parser(
        "testdata", help="write the exams that the suite generates, or its mutants"
    )
    made.add_argument("what", nargs="?", choices=("exams", "mutants"), default="exams")
    made.add_argument("--out", metavar="DIR", type=Path, required=True)
    made.add_argument("--exam", action="append", metavar="NAME", help="repeatable; default: all")
    made.add_argument("--seed", default="alpha", help="every number derives from it: %(default)s")
    made.add_argument(
        "--large", action="store_true", help="the 200 MB series and KOS of 100,000 references too"
    )
    made.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Write what is asked for; 0, or 2 for a name or a folder that cannot be."""
    try:
        if options.what == "mutants":
            return write_mutants(options.out)
        return _write_exams(options)
    except OSError as error:
        print(f"drimcheck: {options.out}: {error.strerror or error}", file=sys.stderr)
        return USAGE


def _write_exams(options: argparse.Namespace) -> int:
    from testdata.artefact import LeftOut
    from testdata.artefacts import SETS, artefacts, names

    asked = options.exam or ["all"]
    unknown = [name for name in asked if name not in (*SETS, "all")]
    if unknown:
        known = ", ".join(("all", *SETS))
        print(f"drimcheck: no exam {unknown[0]!r}; one of: {known}", file=sys.stderr)
        return USAGE
    found = list(dict.fromkeys(one for name in asked for one in names(name, large=options.large)))
    files: list[dict[str, object]] = []
    left: list[dict[str, str]] = []
    for name in found:
        for one in artefacts(name, options.seed, large=options.large):
            if isinstance(one, LeftOut):
                left.append({"path": one.path, "why": one.why})
            else:
                row = {"path": one.path, "kind": one.kind, "what": one.what}
                files.append(row | written(options.out / one.path, one.make()))
    written(options.out / PEOPLE, as_json(_cast(options.seed)))
    manifest = {"seed": options.seed, "exams": found, "files": files, "left_out": left}
    written(options.out / MANIFEST, as_json(manifest))
    for row in left:
        print(f"{row['path']}: {row['why']}")
    print(f"{options.out / MANIFEST}: {len(files)}")
    return 0


def _cast(seed: str) -> dict[str, object]:
    """The people of every exam under a seed, as the documents name them."""
    from dataclasses import asdict

    from testdata.exams import EXAMS, exam
    from testdata.identity import Seed
    from testdata.people import PORTRAITS, patient

    alpha = exam("alpha", seed)
    return {
        "patients": {
            name: {**asdict(one.portrait), "ins": one.ins, "ins_oid": one.ins_oid,
                   "local_id": one.local_id, "local_oid": one.local_authority}
            for name in PORTRAITS
            for one in (patient(name, Seed(seed)),)
        },
        "professionals": [asdict(alpha.author), asdict(alpha.referrer)],
        "structure": asdict(alpha.structure),
        "device": asdict(alpha.drimbox),
        "exams": {name: _identifiers(name, seed) for name in EXAMS},
    }  # fmt: skip


def _identifiers(name: str, seed: str) -> dict[str, object]:
    """What one looks an exam up by."""
    from testdata.exams import exam

    one = exam(name, seed)
    return {
        "ins": one.patient.ins,
        "report": one.report.oid,
        "studies": [study.uid for study in one.studies],
        "accessions": [order.accession for study in one.studies for order in study.orders],
        "orders": [order.placer_number for study in one.studies for order in study.orders],
    }
