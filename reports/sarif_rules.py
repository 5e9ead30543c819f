"""The rules as SARIF describes them (reportingDescriptor, 3.49), and its texts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from reports.markup import block, prose
from reports.summary import say
from reports.texts import texts
from reports.visible import visible
from validators.model import Level, RuleText, RunReport

LEVEL = {Level.SHALL: "error", Level.SHOULD: "warning", Level.MAY: "note"}
_LINK = re.compile(r"\](?=\()")


def text(value: str) -> str:
    """A text as a message of SARIF writes it.

    Braces are doubled, which are placeholders otherwise (SARIF 3.11.5); what would be an embedded
    link (3.11.6) has its bracket escaped.
    """
    value = value.replace("{", "{{").replace("}", "}}")
    return _LINK.sub(r"\\]", value)


def descriptor(report: RunReport, rule: RuleText, language: str) -> dict[str, Any]:
    """A rule: what should hold, why, how to correct, by which requirements."""
    parts = list(_help(report, rule, language))
    return {
        "id": rule.id,
        "name": visible(rule.name),
        "shortDescription": {"text": say(rule.title, language)},
        "fullDescription": {"text": say(rule.why, language)},
        "help": {
            "text": "\n\n".join(plain for plain, _ in parts),
            "markdown": "\n\n".join(markdown for _, markdown in parts),
        },
        "defaultConfiguration": {"level": LEVEL[rule.level]},
        "properties": {
            "level": rule.level.value,
            "basis": rule.basis.value,
            "verifies": list(rule.verifies),
        },
    }


def _help(report: RunReport, rule: RuleText, language: str) -> Iterator[tuple[str, str]]:
    """The paragraphs of the help, each as plain text and as Markdown."""
    words = texts(language)
    for key, value in (("why", rule.why), ("fix", rule.fix)):
        said = say(value, language)
        yield f"{words['word'][key]} {said}", f"**{words['word'][key]}** {prose(said)}"
    for key, example in (("good", rule.good), ("bad", rule.bad)):
        if example:
            title = words["sarif"][key]
            shown = "\n".join(map(visible, example.splitlines()))
            yield f"{title}\n{shown}", f"**{title}**\n\n{block(example)}"
    known = {one.id: one for one in report.requirements}
    lines = [
        f"{name} ({words['level'][known[name].level]}, {known[name].document}"
        f" {known[name].section}){words['word']['colon']}{say(known[name].statement, language)}"
        for name in rule.verifies
        if name in known
    ]
    if lines:
        title = words["word"]["requirements"]
        yield (
            "\n".join((title, *(f"- {line}" for line in lines))),
            "\n".join((f"**{title}**", "", *(f"- {prose(line)}" for line in lines))),
        )
