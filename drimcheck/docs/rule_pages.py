"""A page for each rule, and the lists that lead to them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from drimcheck.docs.catalogue import concerning, lock, planned, proofs, requirements
from drimcheck.docs.document_pages import edition, weight
from drimcheck.docs.texts import in_language, words
from drimcheck.docs.writing import BREAK, block, code, facts, link, page, plain, table
from drimcheck.options import DEFAULT_PROFILE
from validators.catalogue import example, profile
from validators.kinds import JUDGED
from validators.rules import RULES, Rule
from validators.texts import english, french

COMMANDS = {
    "kos": "kos manifest.dcm", "hl7": "hl7 message.hl7", "cda": "cda report.xml",
    "xdm": "xdm archive.zip", "xds": "xds submission.xml", "allowlist": "allowlist liste.xml",
    "request": "wado-request request.txt", "response": "wado-response answer.http",
    "call": "contextual-call call.txt", "iid": "iid URL", "psc": "psc capture",
    "dmp": "dmp capture", "scenario": "judge report",
    "cross": "cross --kos manifest.dcm --cda report.xml --hl7 message.hl7 --xds submission.xml",
}  # fmt: skip
"""The command that judges each kind."""


def rule_pages(language: str) -> Iterator[tuple[str, str]]:
    """Path and text of the page of each rule, and of the lists."""
    yield "rules/index.md", _index(language)
    yield "rules/all.md", _all(language)
    for kind in JUDGED:
        yield f"rules/of-{kind}.md", _list(language, kind)
    for rule in RULES.values():
        yield f"rules/{rule.id}.md", _page(language, rule)


def _index(language: str) -> str:
    word = words(language)["word"]
    rows = (
        (
            link(words(language)["kind"][kind], f"of-{kind}.md"),
            str(sum(kind in rule.kinds for rule in RULES.values())),
        )
        for kind in JUDGED
    )
    return page(
        f"# {word['rules']}",
        word["count"].format(count=len(RULES)),
        link(word["every_rule"], "all.md"),
        f"## {word['lists']}",
        table((word["kinds"], word["rules"]), rows),
    )


def _all(language: str) -> str:
    """The rules on one page, where the search of a browser finds a word of them."""
    word = words(language)["word"]
    return page(f"# {word['every_rule']}", _rows(language, RULES.values()))


def _list(language: str, kind: str) -> str:
    rules = (rule for rule in RULES.values() if kind in rule.kinds)
    return page(f"# {words(language)['kind'][kind]}", _rows(language, rules))


def _rows(language: str, rules: Iterable[Rule]) -> str:
    word = words(language)["word"]
    rows = (
        (
            link(rule.id, f"{rule.id}.md"),
            _level(language, DEFAULT_PROFILE, rule),
            plain(_texts(language, rule)["title"]),
        )
        for rule in sorted(rules, key=lambda one: one.id)
    )
    return table((word["rule"], word["level"], word["title"]), rows)


def _texts(language: str, rule: Rule) -> dict[str, str]:
    return english(rule) if language == "en" else french(rule)


def _level(language: str, name: str, rule: Rule) -> str:
    one = planned()[name].get(rule.id)
    all_words = words(language)
    return str(all_words["level"][one.level] if one else all_words["word"]["unbound"])


def _page(language: str, rule: Rule) -> str:
    word, texts = words(language)["word"], _texts(language, rule)
    return page(
        f"# {rule.id}",
        f"{plain(texts['title'])}\n{{: .lead }}",
        facts(word["colon"], _facts(language, rule)),
        word["gate"] if rule.gate else "",
        f"## {word['why']}",
        plain(texts["why"]),
        f"## {word['fix']}",
        plain(texts["fix"]),
        *_example(language, rule),
        f"## {word['verifies']}",
        _verified(language, rule),
        f"## {word['profiles']}",
        *_profiles(language, rule),
        f"## {word['proof']}",
        word["proof_text"],
        _mutants(language, rule),
        *_disputed(language, rule),
        f"## {word['use']}",
        block(
            "\n".join(f"drimcheck {COMMANDS[kind]} --only {rule.id}" for kind in rule.kinds), "sh"
        ),
    )


def _facts(language: str, rule: Rule) -> Iterator[tuple[str, str]]:
    every = words(language)
    word, applied = every["word"], planned()[DEFAULT_PROFILE].get(rule.id)
    yield word["name"], code(rule.name)
    yield word["level"], f"{_level(language, DEFAULT_PROFILE, rule)} ({code(DEFAULT_PROFILE)})"
    yield word["basis"], every["basis"][applied.basis] if applied else ""
    kinds = (link(every["kind"][kind], f"of-{kind}.md") for kind in rule.kinds)
    yield word["kinds"], ", ".join(kinds)
    yield word["needs"], ", ".join(plain(every["input"].get(one, one)) for one in rule.needs)
    known = lock()[rule.id]
    yield word["since"], known["since"]
    yield word["status"], every["status"][known["status"]]


def _example(language: str, rule: Rule) -> Iterator[str]:
    every, found = words(language), example(rule.id)
    word = every["word"]
    yield f"## {word['example']}"
    if found is None:
        yield word["no_example"].format(reason=every["without"][rule.id])
        return
    for name, text in zip(("good", "bad"), found, strict=True):
        yield f"### {word[name]} {{: .{name} }}"
        yield block(text)
    yield word["cut"]


def _verified(language: str, rule: Rule) -> str:
    word = words(language)["word"]
    stop, parts = f"{word['semicolon']} ", []
    for name in rule.verifies:
        one = requirements()[name]
        said = plain(getattr(one.requirement.statement, language))
        title = plain(getattr(one.document.title, language))
        where = f"{title}, {edition(language, one.document)}"
        section = plain(one.requirement.section)
        parts.append(
            f"- {link(name, f'../documents/{one.page}.md#{name}')}{word['colon']} {said}{BREAK}"
            f"  {where}{stop}{word['section']} {section}{stop}{weight(language, one.requirement)}"
        )
    return "\n".join(parts)


def _profiles(language: str, rule: Rule) -> Iterator[str]:
    word = words(language)["word"]
    levels = {name: _level(language, name, rule) for name in planned()}
    if len(set(levels.values()) - {word["unbound"]}) == 1:
        yield word["same"]
    yield table(
        (word["profile"], word["level"]),
        (
            (code(name), f"{level}{_reasons(language, name, rule)}")
            for name, level in levels.items()
        ),
    )


def _reasons(language: str, name: str, rule: Rule) -> str:
    """Why a profile changes the level of a requirement of the rule, where it has the rule."""
    if rule.id not in planned()[name]:
        return ""
    changed = profile(name).overrides
    said = {getattr(changed[one].reason, language) for one in rule.verifies if one in changed}
    stop = words(language)["word"]["semicolon"]
    return "".join(f"{stop} {plain(one)}" for one in sorted(said))


def _mutants(language: str, rule: Rule) -> str:
    word = words(language)["word"]
    rows = []
    for one in proofs()[rule.id]:
        also = (
            f"{link(other, f'{other}.md')} ({plain(in_language(language, 'reason', why))})"
            for other, why in one.also.items()
        )
        rows.append((code(one.name), code(one.base), code(one.profile), ", ".join(also) or "–"))
    return table((word["mutant"], word["base"], word["profile"], word["also"]), rows)


def _disputed(language: str, rule: Rule) -> Iterator[str]:
    found = list(concerning(rule))
    if found:
        yield f"## {words(language)['word']['disagreements']}"
        yield "\n".join(
            "- " + link(plain(one["choice"][language]), f"../disagreements.md#{one['id']}")
            for one in found
        )
