"""``drimcheck testdata mutants``: every mutant as a file, with a manifest and the proof matrix."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from drimcheck.placing import as_json, written

if TYPE_CHECKING:
    from drimcheck.proof import Proof
    from testdata.mutants import Mutant

MANIFEST = "manifest.json"
MATRIX = {"en": "matrix.md", "fr": "matrice.md"}
BASES = "bases"
SUFFIXES: Mapping[str, str] = {
    "kos": ".dcm", "image": ".dcm", "study": ".dcm", "cda": ".xml", "hl7": ".hl7", "xds": ".xml",
    "xdm": ".zip", "allowlist": ".xml", "fhir": ".json", "request": ".txt", "response": ".txt",
    "iid": ".txt", "call": ".txt", "ended": ".txt", "psc": ".json", "dmp": ".json",
    "answer": ".hl7", "block": ".hl7", "sent": ".hl7", "expected": ".txt",
    "scenario": ".json",
}  # fmt: skip
"""How the name of a file ends, by its role or, where it is judged alone, by its kind."""


def write_mutants(folder: Path) -> int:
    """Write them all; 0, or 4 where one is not seen by its rule alone. Raises OSError."""
    with warnings.catch_warnings():
        # A mutant may be what pydicom warns of.
        warnings.filterwarnings("ignore", module="pydicom")
        from drimcheck.proof import matrix, proofs

        found = list(proofs())
        rows = [_row(folder, proof) for proof in found]
    written(folder / MANIFEST, as_json({"mutants": rows}))
    for language, name in MATRIX.items():
        written(folder / name, matrix(found, language).encode())
    print(f"{folder / MANIFEST}: {len(rows)}")
    return 0 if all(proof.holds for proof in found) else 4


def _row(folder: Path, proof: Proof) -> dict[str, object]:
    """Write a mutant, and say what it breaks, which rule must see it and why it matters."""
    from testdata.mutants import bases
    from validators.rules import RULES
    from validators.texts import english, french

    one = proof.mutant
    role = bases()[one.base].role
    path = f"{one.kind}/{one.name}{SUFFIXES[role or one.kind]}"
    rule = RULES[one.kills]
    return {
        "name": one.name,
        "path": path,
        "kind": one.kind,
        "role": role,
        "base": one.base,
        "profile": one.profile,
        "kills": one.kills,
        "state": "killed" if proof.holds else "escaped",
        "also": dict(one.also),
        "beside": list(_beside(folder, one)),
        **{
            language: {part: of(rule)[part] for part in ("title", "why")}
            for language, of in (("en", english), ("fr", french))
        },
    } | written(folder / path, one.make())


def _beside(folder: Path, one: Mutant) -> Iterator[dict[str, object]]:
    """Write the files that a mutant is judged with: those of its base once, its own beside it."""
    from testdata.mutants import bases

    for name, content in {**bases()[one.base].beside(), **one.beside}.items():
        role = name.removeprefix("previous/").partition("/")[0]
        end = "" if Path(name).suffix else SUFFIXES[role]
        where = f"{one.kind}/{one.name}" if name in one.beside else f"{BASES}/{one.base}"
        path = f"{where}/{name}{end}"
        yield {"role": role, "path": path} | written(folder / path, content)
