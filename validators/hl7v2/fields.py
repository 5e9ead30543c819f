"""Fields of a message: presence and fixed values, from ``catalogue/tables/hl7-fields.toml``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from validators.catalogue import read_toml
from validators.hl7v2.subject import Message, is_placeholder
from validators.model import Defect
from validators.reading.hl7 import Segment
from validators.rules import Check, Selector, register_row

STAYS = ("E", "I", "O", "R")

SELECTIONS: dict[str, Callable[[Message], bool]] = {
    "any": lambda message: message.header is not None,
    "report": lambda message: message.carries_report,
    "report-of-a-stay": lambda message: message.carries_report and _stays(message),
    "mdm": lambda message: message.kind == "MDM",
    "omi": lambda message: message.kind == "OMI",
    "ack": lambda message: message.kind == "ACK",
}


def _stays(message: Message) -> bool:
    return any(one.get(2) in STAYS for one in message.file.named("PV1"))


def _segments(name: str, selection: Callable[[Message], bool]) -> Selector:
    def select(message: Message) -> Iterable[Segment]:
        return message.file.named(name) if selection(message) else ()

    return select


def _empty(number: int) -> Check:
    def field_empty(segment: Segment) -> Iterable[Defect]:
        if segment.raw(number).strip():
            return ()
        field = segment.field(number)
        return (field.defect(expected=">= 1", actual=""),)

    return field_empty


def _not_allowed(number: int, values: tuple[str, ...]) -> Check:
    def field_not_allowed(segment: Segment) -> Iterable[Defect]:
        field = segment.field(number)
        found = field.get()
        if found in values or is_placeholder(found):
            return ()
        return (field.defect(expected=" | ".join(values), actual=found or None),)

    return field_not_allowed


def _register_row(row: Mapping[str, Any]) -> None:
    over = _segments(row["segment"], SELECTIONS[row["on"]])
    values = tuple(row.get("values", ()))
    fill = {
        "place": f"{row['segment']}-{row['field']}",
        "values": ", ".join(values),
        "scope": f"hl7-{row['on']}",
    }
    checks = (
        ("E", "present", "field-empty", _empty(row["field"])),
        ("V", "allowed", "field-not-allowed", _not_allowed(row["field"], values)),
    )
    for letter, key, name, check in checks:
        if key in row:
            register_row(
                f"{row['id']}{letter}",
                name,
                kind="hl7",
                over=over,
                check=check,
                verifies=row[key],
                fill=fill,
            )


for _row in read_toml("tables", "hl7-fields.toml")["field"]:
    _register_row(_row)
