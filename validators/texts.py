"""Title, why and fix of each rule, in the two languages."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

from validators.catalogue import messages
from validators.engine import PlannedRule
from validators.model import RuleText, Text
from validators.rules import Rule

PARTS = ("title", "why", "fix")
WORDS = frozenset({"scope", "field", "left", "right"})
"""What fills a template by the words of the language; the rest stands as it is written."""


def english(rule: Rule) -> dict[str, str]:
    """Title, why and fix in English: the docstring of the rule, or its filled template."""
    if rule.template:
        return _filled(rule, messages("en"))
    title, _, body = inspect.cleandoc(rule.doc).partition("\n")
    why, _, fix = body.partition("Fix:")
    parts = (title, why.partition("Why:")[2], fix)
    joined = (" ".join(text.split()) for text in parts)
    return {part: text[:1].upper() + text[1:] for part, text in zip(PARTS, joined, strict=True)}


def french(rule: Rule) -> dict[str, str]:
    """Title, why and fix in French. Raises KeyError where the messages have none."""
    texts = messages("fr")
    if rule.template:
        return _filled(rule, texts)
    row = texts["rule"][rule.id]
    return {part: row[part] for part in PARTS}


def _filled(rule: Rule, texts: Mapping[str, Any]) -> dict[str, str]:
    scopes = texts["scope"]
    fill = {name: scopes[value] if name in WORDS else value for name, value in rule.fill.items()}
    return {part: texts["template"][rule.template][part].format(**fill) for part in PARTS}


def rule_text(planned: PlannedRule) -> RuleText:
    """All that a report says of a rule as a profile applies it."""
    rule = planned.rule
    en, fr = english(rule), french(rule)
    title, why, fix = (Text(en=en[part], fr=fr[part]) for part in PARTS)
    return RuleText(
        id=rule.id,
        name=rule.name,
        title=title,
        why=why,
        fix=fix,
        level=planned.level,
        basis=planned.basis,
        verifies=rule.verifies,
    )
