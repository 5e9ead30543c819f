"""Are the packages that this program imports its own?

Their names are ordinary words: another distribution, or a folder beside the command, can
stand in front of them.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

PACKAGES = ("drimcheck", "reports", "testdata", "validators")


def shadowed() -> str:
    """One line on the first package that is not ours; "" when all are."""
    home = Path(__file__).resolve().parent.parent
    for name in PACKAGES:
        spec = find_spec(name)
        origin = Path(spec.origin).resolve() if spec and spec.origin else None
        if origin is None or origin.parent != home / name:
            return (
                f"drimcheck: the package {name!r} found at {origin or 'no place'} is not the one "
                f"of this suite ({home / name}); install drimcheck in an environment of its own, "
                "and run it from another folder."
            )
    return ""
