"""``[product]`` of a file: what is under test, and who tests it, as its editor declares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path

from drimcheck.declared.rows import BadFile, toml
from validators.model import Product

KEYS = tuple(one.name for one in fields(Product))


def read(path: Path) -> Product | None:
    """The product of a file; a ``sut.toml`` is one. Raises OSError, BadFile."""
    table = toml(path).get("product")
    if not isinstance(table, dict):
        raise BadFile(f"{path}: has no [product]; write it with any of: {', '.join(KEYS)}")
    for name, value in table.items():
        if name not in KEYS:
            raise BadFile(f"{path}: product.{name}: unknown; one of: {', '.join(KEYS)}")
        if not isinstance(value, str):
            raise BadFile(f"{path}: product.{name} is a text, in quotes")
    return product_of(table)


def product_of(table: Mapping[str, object]) -> Product | None:
    """The product that a table describes; None where it says nothing."""
    said = {name: str(table.get(name, "")) for name in KEYS}
    return Product(**said) if any(said.values()) else None
