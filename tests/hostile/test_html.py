"""The page of a report in which every text from outside is hostile: none of them acts."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace

import pytest
from lxml import html

from reports.html import render
from tests.hostile.hostile_report import VALUES, hostile
from validators.model import Cell, Comparison, Message, Opinion, Part, RunReport, Step

ACTING = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})
"""Categories of characters that act on a terminal or a page, or cannot be seen."""


def report(value: str) -> RunReport:
    """The hostile report with what the page alone shows: messages, timelines, comparisons."""
    one = hostile(value)
    message = Message("request", value, f"GET / HTTP/1.1\r\nX: {value}\r\n", 1, 1, "",
                      (Part(value, 1, "0" * 64),), 2)  # fmt: skip
    cells = (Cell(value, (value, value), value), Cell("other", (value,), value))
    return replace(
        one,
        subjects=tuple(replace(each, messages=(message,)) for each in one.subjects),
        scenarios=tuple(replace(each, timeline=(Step(value, "suite", value, value, 1.0, value),))
                        for each in one.scenarios),
        comparisons=(Comparison("identity", "birth_date", cells, False),),
        opinions=(Opinion("dciodvfy", "other-tables", value, value, 2),),
    )  # fmt: skip


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("value", VALUES)
def test_a_value_is_no_markup(value: str, language: str) -> None:
    text = render(report(value), language)
    text.encode("utf-8")
    page = html.document_fromstring(text)
    assert len(page.xpath("//script")) == 1
    assert len(page.xpath("//style")) == 2
    assert not page.xpath("//iframe | //object | //embed | //form[@action] | //base | //link")
    assert all(each.startswith("data:image/png") for each in page.xpath("//img/@src"))
    assert all(each.startswith("#") for each in page.xpath("//a/@href"))
    assert not [each for each in page.xpath("//@*") if each.attrname.startswith("on")]
    assert not page.xpath("//comment()")


@pytest.mark.parametrize("value", VALUES)
def test_no_character_of_a_value_acts(value: str) -> None:
    text = render(report(value), "fr")
    assert {letter for letter in text if unicodedata.category(letter) in ACTING} <= {"\n"}


@pytest.mark.parametrize("value", VALUES)
def test_the_head_of_printed_pages_is_one_string_of_css(value: str) -> None:
    running = html.document_fromstring(render(report(value), "fr")).xpath("//style")[1].text
    assert re.fullmatch(
        r'@media print\{@page\{@top-left\{content:"(?:\\[0-9a-f]{6})*";font:8pt sans-serif\}\}\}',
        running,
    )
