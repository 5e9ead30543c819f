"""Elements of a report: presence, number, values.

The rows are data (``catalogue/tables/cda-elements.toml``); each becomes up to four rules, told
apart by the letter at the end of their id: A absent, N several, E without a value, V value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from validators.catalogue import read_toml
from validators.cda import subject
from validators.cda.subject import Cda, acts, document, orders, sections_of
from validators.model import Defect
from validators.reading.xml import XmlNode
from validators.rules import Check, Selector, register_row

TEXT = "text()"


def _at(scope: Selector, path: str) -> Callable[[Cda], list[XmlNode]]:
    """The elements at a path in the nodes of a scope."""
    return lambda cda: cda.at(scope, path)


def _first_act(cda: Cda) -> Iterable[XmlNode]:
    return cda.acts[:1]


_performer_organizations = _at(subject.performers, "h:assignedEntity/h:representedOrganization")


def _organizations(cda: Cda) -> list[XmlNode]:
    """The organisations that authors, signers and performers represent."""
    return [
        *cda.at(document, "h:author/h:assignedAuthor/h:representedOrganization"),
        *cda.at(document, "h:legalAuthenticator/h:assignedEntity/h:representedOrganization"),
        *_performer_organizations(cda),
    ]


_sop = sections_of("1.2.250.1.213.1.1.3.157")
_exposure = sections_of("1.2.250.1.213.1.1.2.215")

SCOPES: dict[str, Selector] = {
    "cda-document": document,
    "cda-related": _at(document, "h:relatedDocument"),
    "cda-patient": subject.patients,
    "cda-author": subject.authors,
    "cda-author-person": subject.author_persons,
    "cda-author-name": _at(subject.authors, "h:assignedAuthor/h:assignedPerson/h:name"),
    "cda-organization": _organizations,
    "cda-custodian": _at(
        document, "h:custodian/h:assignedCustodian/h:representedCustodianOrganization"
    ),
    "cda-legal-authenticator": _at(document, "h:legalAuthenticator"),
    "cda-request": _at(document, "h:inFulfillmentOf"),
    "cda-order": orders,
    "cda-first-act": _first_act,
    "cda-act": acts,
    "cda-translation": subject.translations,
    "cda-translation-qualifier": _at(subject.translations, "h:qualifier"),
    "cda-modality": subject.modalities,
    "cda-region": subject.regions,
    "cda-act-time": _at(acts, "h:effectiveTime"),
    "cda-performer": subject.performers,
    "cda-performer-organization": _performer_organizations,
    "cda-encounter": _at(document, "h:componentOf/h:encompassingEncounter"),
    "cda-level-1": subject.level_1_body,
    "cda-study": sections_of("1.2.250.1.213.1.1.3.155"),
    "cda-series": sections_of("1.2.250.1.213.1.1.3.156"),
    "cda-sop": _sop,
    "cda-sop-text": _at(_sop, "h:text"),
    "cda-technique": sections_of("1.2.250.1.213.1.1.3.153"),
    "cda-exposure": _exposure,
    "cda-exposure-procedure": sections_of("1.2.250.1.213.1.1.3.165"),
    "cda-exposure-observation": _at(
        _exposure, "h:entry/h:observation/h:templateId[@root='1.2.250.1.213.1.1.3.150']/.."
    ),
    "cda-radiopharmaceutical": sections_of("1.2.250.1.213.1.1.3.173"),
    "cda-history": sections_of("1.2.250.1.213.1.1.2.213"),
    "cda-addendum": sections_of(subject.ADDENDUM),
}


def shown_path(path: str) -> str:
    """A path as a reader sees it: without prefixes."""
    return re.sub(r"\b[hp]:", "", path)


def _absent(path: str, steps: str) -> Check:
    def element_absent(node: XmlNode) -> Iterator[Defect]:
        if node.first(path) is None:
            yield node.defect(expected=steps, child=steps)

    return element_absent


def _repeated(path: str, steps: str) -> Check:
    def element_repeated(node: XmlNode) -> Iterator[Defect]:
        found = node.all(path)
        if len(found) > 1:
            yield found[1].defect(expected=f"1 {steps}", actual=len(found))

    return element_repeated


def _value(node: XmlNode, attribute: str) -> str:
    return node.text if attribute == TEXT else node.get(attribute)


def _step(attribute: str) -> str:
    return attribute if attribute == TEXT else f"@{attribute}"


def _missing(attribute: str, nullable: bool) -> Check:
    def value_missing(node: XmlNode) -> Iterator[Defect]:
        if not _value(node, attribute) and not (nullable and node.has("nullFlavor")):
            yield node.defect(expected=_step(attribute), child=_step(attribute))

    return value_missing


def _not_allowed(row: Mapping[str, Any], nullable: bool) -> Check:
    attribute = row["attribute"]
    expected = row.get("pattern") or " | ".join(row["values"])
    allowed = frozenset(row.get("values", ()))
    pattern = re.compile(row["pattern"]) if "pattern" in row else None
    optional = row.get("optional", False)

    def value_not_allowed(node: XmlNode) -> Iterator[Defect]:
        found = _value(node, attribute)
        if found in allowed or (pattern and pattern.fullmatch(found)):
            return
        if not found and (optional or (nullable and node.has("nullFlavor"))):
            return
        yield node.defect(expected=expected, actual=found or None, child=_step(attribute))

    return value_not_allowed


NAMES = {
    "A": "element-absent",
    "N": "element-repeated",
    "E": "element-without-value",
    "V": "element-value-not-allowed",
}


def _register_row(row: Mapping[str, Any]) -> None:
    scope, path = SCOPES[row["scope"]], row["path"]
    nullable = row.get("null") != "refused"
    attribute = row.get("attribute", "")
    steps = shown_path(path)
    inside = scope if path == "." else _at(scope, path)
    checks: dict[str, tuple[Selector, Check]] = {
        "A": (scope, _absent(path, steps)),
        "N": (scope, _repeated(path, steps)),
        "E": (inside, _missing(attribute, nullable)),
    }
    if "V" in row["checks"]:
        checks["V"] = inside, _not_allowed(row, nullable)
    whole = steps if path != "." else ""
    fill = {
        "element": steps,
        "value": f"{whole}/{_step(attribute)}".lstrip("/"),
        "values": row.get("pattern") or ", ".join(row.get("values", ())),
        "scope": row["scope"],
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


for _row in read_toml("tables", "cda-elements.toml")["element"]:
    _register_row(_row)
