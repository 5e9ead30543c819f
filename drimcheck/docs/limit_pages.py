"""What is disputed, what is not read, what is not tested."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from itertools import pairwise

from drimcheck.docs.catalogue import concerned, disagreements, documents, sides
from drimcheck.docs.texts import words
from drimcheck.docs.writing import code, link, page, plain, table
from validators.reading import limits


def limit_pages(language: str) -> Iterator[tuple[str, str]]:
    """Path and text of both; what ``docs/`` has under that path stands before."""
    yield "disagreements.md", _disagreements(language)
    yield "limits.md", page(*_limits(language), *_untestable(language))


def _disagreements(language: str) -> str:
    word = words(language)["word"]
    parts = []
    for one in disagreements():
        tool = word["tool"].format(tool=one["tool"]) if "tool" in one else ""
        said = (f"- {plain(side[language])}" for side in sides(one))
        parts += [
            f"## {plain(one['choice'][language])} {{: #{one['id']} }}",
            tool,
            "\n".join((*said, *_rules(language, one["id"]))),
        ]
    return page(*parts)


def _rules(language: str, name: str) -> Iterator[str]:
    """The line of the rules that a disagreement concerns, where it names some."""
    rules = concerned().get(name, ())
    if rules:
        word = words(language)["word"]
        there = ", ".join(link(rule, f"rules/{rule}.md") for rule in rules)
        yield f"- {word['rules']}{word['colon']} {there}"


def constants() -> dict[str, tuple[int, str]]:
    """The limits of the readers: value, and what the source says of it."""
    found: dict[str, tuple[int, str]] = {}
    body = ast.parse(inspect.getsource(limits)).body
    for assigned, said in pairwise(body):
        if isinstance(assigned, ast.Assign) and isinstance(said, ast.Expr):
            assert isinstance(assigned.targets[0], ast.Name)
            assert isinstance(said.value, ast.Constant)
            name = assigned.targets[0].id
            found[name] = getattr(limits, name), str(said.value.value).replace("*", "")
    return found


def _limits(language: str) -> Iterator[str]:
    every = words(language)
    word = every["word"]
    yield f"## {word['constants']}"
    yield word["constants_text"]
    rows = (
        (code(name), _number(value), plain(said if language == "en" else every["limit"][name]))
        for name, (value, said) in constants().items()
    )
    yield table((word["limit"], word["value"], word["meaning"]), rows)


def _number(value: int) -> str:
    """A number in groups of three."""
    return f"{value:,}".replace(",", "\u202f")


def _untestable(language: str) -> Iterator[str]:
    word = words(language)["word"]
    yield f"## {word['untestable']}"
    yield word["untestable_text"]
    rows = (
        (
            link(one.id, f"documents/{name}.md#{one.id}"),
            plain(getattr(one.statement, language)),
            plain(getattr(one.reason, language)) if one.reason else "",
        )
        for name, source in documents().items()
        for one in source.requirements
        if one.testable == "no"
    )
    yield table((word["requirement"], word["statement"], word["not_tested"]), rows)
