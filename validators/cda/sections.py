"""Sections of the structured body (CR-IMG volume; PS3.20).

The rows are data (``catalogue/tables/cda-sections.toml``); each becomes one rule for each letter
of its ``checks``, which ends the id of the rule.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from validators.catalogue import read_toml
from validators.cda.subject import LOINC, sections_of, structured_body
from validators.model import Defect
from validators.reading.xml import XmlNode
from validators.rules import Check, Selector, register_row

NAMES = {
    "A": "section-absent",
    "N": "section-repeated",
    "B": "section-base-template-absent",
    "C": "section-code-wrong",
    "I": "section-without-id",
    "T": "section-without-title",
    "X": "section-without-text",
}


def _inside(node: XmlNode, template: str) -> list[XmlNode]:
    path = f"h:component/h:section/h:templateId[@root='{template}']/.."
    return node.all(path)


def _absent(template: str) -> Check:
    def section_absent(holder: XmlNode) -> Iterator[Defect]:
        if not _inside(holder, template):
            yield holder.defect(expected=template, child="component/section")

    return section_absent


def _repeated(template: str) -> Check:
    def section_repeated(holder: XmlNode) -> Iterator[Defect]:
        found = _inside(holder, template)
        if len(found) > 1:
            yield found[1].defect(expected=f"1 {template}", actual=len(found))

    return section_repeated


def _without_base(base: str) -> Check:
    def section_base_template_absent(section: XmlNode) -> Iterator[Defect]:
        if section.first(f"h:templateId[@root='{base}']") is None:
            yield section.defect(expected=base, child="templateId/@root")

    return section_base_template_absent


def _code_wrong(code: str, system: str) -> Check:
    def section_code_wrong(section: XmlNode) -> Iterator[Defect]:
        found = section.value("h:code", "code"), section.value("h:code", "codeSystem")
        if found != (code, system):
            yield section.defect(
                expected=f"{code} {system}", actual=" ".join(found).strip() or None, child="code"
            )

    return section_code_wrong


def _without(name: str) -> Check:
    def section_without(section: XmlNode) -> Iterator[Defect]:
        if section.first(f"h:{name}") is None:
            yield section.defect(expected=name, child=name)

    return section_without


def _register_row(row: Mapping[str, Any]) -> None:
    template = row["template"]
    holders: Selector = sections_of(row["within"]) if "within" in row else structured_body
    own = sections_of(template)
    checks: dict[str, tuple[Selector, Check]] = {
        "A": (holders, _absent(template)),
        "N": (holders, _repeated(template)),
        "B": (own, _without_base(row.get("base", ""))),
        "C": (own, _code_wrong(row.get("code", ""), row.get("system", LOINC))),
        "I": (own, _without("id")),
        "T": (own, _without("title")),
        "X": (own, _without("text")),
    }
    fill = {
        "template": template,
        "base": row.get("base", ""),
        "code": row.get("code", ""),
        "scope": row["id"],
    }
    for letter in row["checks"]:
        over, check = checks[letter]
        register_row(
            f"{row['id']}{letter}",
            NAMES[letter],
            kind="cda",
            over=over,
            check=check,
            verifies=row.get("verifies", (row["id"],)),
            fill=fill,
        )


for _row in read_toml("tables", "cda-sections.toml")["section"]:
    _register_row(_row)
