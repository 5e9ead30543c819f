"""Fields that two documents have in common, from ``catalogue/tables/cross-fields.toml``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from validators.catalogue import read_toml
from validators.cross.dossier import Dossier
from validators.cross.facts import Facts
from validators.cross.normal import NORMALS, Normal, local_times
from validators.cross.places import differing, missing
from validators.model import Defect, Node
from validators.rules import Check, Selector, register_row

LOCAL_TIME = "local-time"
"""Times that are equal in UTC or digit by digit: official samples copy local digits."""


class Pair(Node):
    """Two documents that both have a field."""

    __slots__ = ("left", "right")

    def __init__(self, left: Facts, right: Facts) -> None:
        self.left = left
        self.right = right

    @property
    def path(self) -> str:
        return f"{self.left.name} {self.right.name}"


def _pairs(row: Mapping[str, Any]) -> Selector:
    field, either = row["field"], row["mode"] == "both"

    def select(dossier: Dossier) -> Iterable[Pair]:
        for left, right in dossier.pairs(row["left"], row["right"]):
            has = bool(left.get(field)), bool(right.get(field))
            if all(has) or (either and any(has)):
                yield Pair(left, right)

    return select


def _each(field: str, normal: Normal) -> Check:
    def field_differs(pair: Pair) -> Iterator[Defect]:
        others = pair.right.get(field)
        known = {normal.apply(one.value) for one in others}
        seen = set()
        for one in pair.left.get(field):
            value = normal.apply(one.value)
            if value not in known and value not in seen:
                yield differing(pair.left, one, pair.right, others, normal.steps)
            seen.add(value)

    return field_differs


def _each_time(field: str) -> Check:
    def field_differs(pair: Pair) -> Iterator[Defect]:
        others = pair.right.get(field)
        known = set().union(*(local_times(one.value) for one in others))
        for one in pair.left.get(field):
            if not local_times(one.value) & known:
                yield differing(pair.left, one, pair.right, others, ("utc", "local"))

    return field_differs


def _both(field: str, normal: Normal) -> Check:
    each = _each(field, normal)

    def field_on_one_side(pair: Pair) -> Iterator[Defect]:
        mine, others = pair.left.get(field), pair.right.get(field)
        if mine and others:
            yield from each(pair)
        elif mine:
            yield differing(pair.left, mine[0], pair.right, (), normal.steps)
        else:
            yield missing(pair.left, field, pair.right, others[0], normal.steps)

    return field_on_one_side


def _check(row: Mapping[str, Any]) -> tuple[str, Check]:
    """The template of the texts and the check of a row."""
    field = row["field"]
    if row["normal"] == LOCAL_TIME:
        return "field-differs", _each_time(field)
    normal = NORMALS[row["normal"]]
    if row["mode"] == "both":
        return "field-on-one-side", _both(field, normal)
    return "field-differs", _each(field, normal)


def _register_row(row: Mapping[str, Any]) -> None:
    template, check = _check(row)
    register_row(
        row["id"],
        template,
        kind="cross",
        over=_pairs(row),
        check=check,
        verifies=(row.get("verifies", row["id"]),),
        fill={
            "field": f"cross-{row['field']}",
            "left": f"cross-of-{row['left']}",
            "right": f"cross-of-{row['right']}",
        },
        needs=(row["left"], row["right"]),
    )


ROWS: list[Mapping[str, Any]] = read_toml("tables", "cross-fields.toml")["field"]
for _row in ROWS:
    _register_row(_row)
