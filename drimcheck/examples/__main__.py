"""``make examples``: the examples of the rules, written into the catalogue."""

from __future__ import annotations

import warnings
from pathlib import Path

from drimcheck.examples import as_toml, examples
from drimcheck.placing import written
from validators import catalogue
from validators.kinds import register
from validators.rules import RULES

FOLDER = Path(catalogue.__file__).parent / "examples"


def main() -> None:
    """Write a file for each kind, and name the rules without an example."""
    with warnings.catch_warnings():
        # A mutant may be what pydicom warns of.
        warnings.filterwarnings("ignore", module="pydicom")
        found = examples()
    for kind, rows in found.items():
        written(FOLDER / f"{kind}.toml", as_toml(rows).encode())
    for left in {one.stem for one in FOLDER.glob("*.toml")} - found.keys():
        (FOLDER / f"{left}.toml").unlink()
    register()
    missing = RULES.keys() - {rule for rows in found.values() for rule in rows}
    print(f"{FOLDER}: {sum(map(len, found.values()))}")
    print(f"without an example: {', '.join(sorted(missing)) or '-'}")


if __name__ == "__main__":
    main()
