"""The three generations of the codes of a manifest with description (MADO, CP-2595)."""

from __future__ import annotations

from functools import cache

from validators.catalogue import read_toml
from validators.kos.subject import Code

FINAL, TEMPORARY, BALLOT = "final", "ti", "ballot"


@cache
def _concepts() -> dict[tuple[str, str], tuple[str, str]]:
    """Concept and generation by (coding scheme designator, code value)."""
    table = read_toml("tables", "mado-codes.toml")
    return {
        (generation["scheme"], value): (concept, generation["id"])
        for generation in table["generation"]
        for concept, value in generation["codes"].items()
    }


def concept(code: Code) -> str:
    """The MADO concept that a code stands for in any generation; "" for none."""
    return _concepts().get(code.key, ("", ""))[0]


def generation(code: Code) -> str:
    """The generation of a MADO code; "" for a code that is none."""
    return _concepts().get(code.key, ("", ""))[1]


def describes(title: Code) -> bool:
    """Whether the title is Manifest with Description, in any generation."""
    return concept(title) == "title"
