"""Nothing in a value acts where a report is read: each format is read by a parser of its kind."""

from __future__ import annotations

import csv
import json
import re
import unicodedata
from collections.abc import Iterator
from io import StringIO
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from markdown_it import MarkdownIt
from markdown_it.token import Token

from reports import code_climate, gitb, junit, markdown, matrix, run_json, sarif
from reports.markup import WIDEST
from reports.visible import HIDDEN, visible
from tests.golden.test_formats import sarif_schema
from tests.hostile.hostile_report import VALUES, hostile

EXACT = frozenset({"json"})
"""What holds values as they are, escaped as its form does: run.json is what others read."""
TEXTS = {
    "json": lambda report: run_json.dumps(report),
    "junit": lambda report: junit.dumps(report, "fr"),
    "sarif": lambda report: sarif.dumps(report, "fr"),
    "gitb": lambda report: gitb.dumps(report, "fr"),
    "requirements": lambda report: matrix.requirements_csv(report, "fr"),
    "findings": lambda report: matrix.findings_csv(report, "fr"),
    "requirements, en": lambda report: matrix.requirements_csv(report, "en"),
    "findings, en": lambda report: matrix.findings_csv(report, "en"),
    "markdown": lambda report: markdown.dumps(report, "fr"),
    "codeclimate": lambda report: code_climate.dumps(report, "fr"),
}
CSV = [name for name in TEXTS if name.startswith(("requirements", "findings"))]
FORMULA = re.compile(r"[\s'\"]*[=+\-@＝＋－＠]")
COMMAND = re.compile(r"^\s*::[a-z-]+.*?::|##\[|##vso\[", re.IGNORECASE | re.MULTILINE)
ELEMENTS = {
    "junit": {"testsuites", "testsuite", "testcase", "failure", "error", "skipped", "system-out"},
    "gitb": {
        f"{{{gitb.NAMESPACE}}}{name}"
        for name in (
            "TestStepReport", "date", "result", "overview", "profileID", "validationServiceName",
            "validationServiceVersion", "note", "counters", "nrOfAssertions", "nrOfErrors",
            "nrOfWarnings", "reports", "error", "warning", "info", "description", "location",
            "test", "value",
        )
    },
}  # fmt: skip
MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
INERT = frozenset({"text", "code_inline", "strong", "em", "softbreak", "hardbreak", "inline"})
BLOCKS = re.compile(r"(heading|paragraph|bullet_list|list_item|table|thead|tbody|tr|th|td)_.*")


def parsed(name: str, text: str) -> Any:
    """What a parser of the format reads."""
    raw = text.encode("utf-8")
    if name in ELEMENTS:
        return etree.fromstring(raw, etree.XMLParser(resolve_entities=False))
    if name in CSV:
        mark = "," if name.endswith("en") else ";"
        return list(csv.reader(StringIO(raw.decode("utf-8-sig"), newline=""), delimiter=mark))
    if name == "markdown":
        return MARKDOWN.parse(text)
    return json.loads(raw)


def seen(value: str) -> str:
    """A value as a code span shows it."""
    return visible(value) if len(visible(value)) <= WIDEST else visible(value)[:WIDEST]


@pytest.mark.parametrize("value", VALUES, ids=ascii)
@pytest.mark.parametrize("name", TEXTS)
def test_no_character_of_a_value_acts(name: str, value: str) -> None:
    text = TEXTS[name](hostile(value))
    assert parsed(name, text) is not None
    if name in EXACT:
        assert not re.search(r"[\x00-\x09\x0b-\x1f\ud800-\udfff]", text)
        return
    acting = {letter for letter in text.removeprefix(matrix.MARK)
              if unicodedata.category(letter) in HIDDEN}  # fmt: skip
    assert acting <= {"\r", "\n"}
    assert not COMMAND.search(text)


@pytest.mark.parametrize("value", VALUES, ids=ascii)
@pytest.mark.parametrize("name", ELEMENTS)
def test_no_value_is_markup(name: str, value: str) -> None:
    root = parsed(name, TEXTS[name](hostile(value)))
    assert {one.tag for one in root.iter()} <= ELEMENTS[name]


@pytest.mark.parametrize("value", VALUES, ids=ascii)
@pytest.mark.parametrize("name", CSV)
def test_no_cell_is_a_formula(name: str, value: str) -> None:
    """Split by either separator: the separator of the region may be another."""
    text = TEXTS[name](hostile(value))
    rows = parsed(name, text)
    assert len({len(row) for row in rows}) == 1
    for mark in ",;\t|":
        for row in csv.reader(StringIO(text.removeprefix(matrix.MARK)), delimiter=mark):
            for cell in row:
                assert not FORMULA.match(cell.lstrip('"')) or cell.startswith("'"), cell


@pytest.mark.parametrize("value", VALUES, ids=ascii)
def test_markdown_holds_values_in_code_alone(value: str) -> None:
    report = hostile(value)
    tokens = parsed("markdown", TEXTS["markdown"](report))
    inline = list(_inline(tokens))
    kinds = {one.type.removesuffix("_open").removesuffix("_close") for one in inline}
    assert kinds <= INERT
    assert all(BLOCKS.fullmatch(one.type) or one.type == "inline" for one in tokens)
    spans = {one.content.strip() for one in inline if one.type == "code_inline"}
    cells = {one.content.strip() for one in _inline(_cells(tokens)) if one.type == "code_inline"}
    assert seen(value).strip() in spans & cells
    text = " ".join(one.content for one in inline if one.type == "text")
    assert not re.search(r"@\w|https?://|www\.|<", text)


def _cells(tokens: list[Token]) -> list[Token]:
    """What stands in the cells of a table."""
    return [one for before, one in pairwise(tokens) if before.type == "td_open"]


def _inline(tokens: list[Token]) -> Iterator[Token]:
    for one in tokens:
        yield from one.children or ()


@pytest.mark.parametrize("value", VALUES, ids=ascii)
def test_sarif_messages_are_text_and_uris_are_places(value: str) -> None:
    run = parsed("sarif", TEXTS["sarif"](hostile(value)))["runs"][0]
    notes = run["invocations"][0]["toolExecutionNotifications"]
    for one in (*run["results"], *notes):
        text = one["message"]["text"]
        assert not re.search(r"(?<!\\)\]\(", text)
        assert not re.search(r"[{}]", text.replace("{{", "").replace("}}", ""))
    places = [one["location"]["uri"] for one in run["artifacts"] if "location" in one]
    places += [
        place["physicalLocation"]["artifactLocation"]["uri"]
        for one in run["results"]
        for place in one["locations"]
        if "physicalLocation" in place
    ]
    for uri in places:
        found = urlsplit(uri)
        assert found.scheme in ("", "file"), uri
        assert not found.netloc
        assert re.fullmatch(r"[\w.~%/:-]*", uri, re.ASCII), uri


def test_sarif_is_as_its_schema_says_whatever_a_value_is() -> None:
    schema = jsonschema.Draft7Validator(sarif_schema())
    for value in VALUES:
        schema.validate(parsed("sarif", TEXTS["sarif"](hostile(value))))


@pytest.mark.parametrize("name", TEXTS)
@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(), max_size=30))
def test_any_text_can_be_written_and_read(name: str, value: str) -> None:
    text = TEXTS[name](hostile(value))
    assert parsed(name, text) is not None
