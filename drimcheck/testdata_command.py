"""``drimcheck testdata``: write exams, KOS of every size, or mutants, each with a manifest."""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from drimcheck.judging import USAGE

MANIFEST, PEOPLE = "manifest.json", "people.json"
MATRIX = {"en": "matrix.md", "fr": "matrice.md"}


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
            return _write_mutants(options.out)
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
                files.append(row | _written(options.out / one.path, one.make()))
    _written(options.out / PEOPLE, _json(_cast(options.seed)))
    manifest = {"seed": options.seed, "exams": found, "files": files, "left_out": left}
    _written(options.out / MANIFEST, _json(manifest))
    for row in left:
        print(f"{row['path']}: {row['why']}")
    print(f"{options.out / MANIFEST}: {len(files)}")
    return 0


def _written(path: Path, content: bytes) -> dict[str, object]:
    """Put a whole file in its place; its size and SHA-256."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, delete=False) as stream:
        stream.write(content)
    os.chmod(stream.name, 0o644)
    os.replace(stream.name, path)
    return {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def _json(data: object) -> bytes:
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()


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


SUFFIXES: Mapping[str, str] = {
    "kos": ".dcm", "image": ".dcm", "cda": ".xml", "hl7": ".hl7", "xds": ".xml", "xdm": ".zip",
    "allowlist": ".xml", "request": ".txt", "response": ".txt",
    "iid": ".txt", "call": ".txt", "psc": ".json", "dmp": ".json",
}  # fmt: skip


def _write_mutants(folder: Path) -> int:
    from drimcheck.proof import matrix, proofs

    found = list(proofs())
    rows = [_mutant_row(folder, proof) for proof in found]
    _written(folder / MANIFEST, _json({"mutants": rows}))
    for language, name in MATRIX.items():
        _written(folder / name, matrix(found, language).encode())
    print(f"{folder / MANIFEST}: {len(rows)}")
    return 0 if all(proof.holds for proof in found) else 4


def _mutant_row(folder: Path, proof: Any) -> dict[str, object]:
    """Write a mutant, and say what it breaks, which rule must see it and why it matters."""
    from validators.rules import RULES
    from validators.texts import english, french

    one = proof.mutant
    path = f"{one.kind}/{one.name}{SUFFIXES[one.kind]}"
    rule = RULES.get(one.kills)
    texts: Iterable[tuple[str, Any]] = (("en", english), ("fr", french)) if rule else ()
    return {
        "name": one.name,
        "path": path,
        "kind": one.kind,
        "base": one.base,
        "profile": one.profile,
        "kills": one.kills,
        "state": "killed" if proof.holds else "escaped",
        "also": dict(one.also),
        **{name: {part: of(rule)[part] for part in ("title", "why")} for name, of in texts},
    } | _written(folder / path, one.make())
