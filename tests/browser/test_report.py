"""The report in a real browser: readable by everybody, and it asks for nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from reports import budget
from reports.html import render
from tests.browser.test_viewer import AXE, FLAGS
from tests.conftest import plan_of, unavailable
from tests.golden.rich import rich
from tests.unit.test_reports import BAD, GOOD, run_report
from validators.model import Defect, Outcome, Result, RunReport, SubjectReport
from validators.run import report

MANY = 10_000
LARGEST = 5_000_000
TAGS = ["RGAAv4", "wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def huge() -> RunReport:
    """A report of 10,000 findings, of one cause and of many."""
    one = run_report(GOOD)
    names = list(one.rules)
    each = MANY // 2 // len(names) + 1
    defects = tuple(Defect(f"(0008,1199)[{n}].(0008,1155)", "1.2.3", f"1.2.{n}", n)
                    for n in range(MANY))  # fmt: skip
    results = [Result(names[0], Outcome.FAIL, MANY, defects[: MANY // 2])]
    results += [Result(name, Outcome.FAIL, each, defects[:each]) for name in names[1:]]
    return made_of(replace(one.subjects[0], results=tuple(results)))


def made_of(*subjects: SubjectReport) -> RunReport:
    return report([plan_of("drim-m-lab")], subjects, version="0", command="kos")


KINDS: dict[str, Callable[[], RunReport]] = {
    "empty": made_of,
    "green": lambda: run_report(GOOD),
    "red": lambda: run_report(BAD, GOOD),
    "huge": huge,
    "rich": rich,
}


@cache
def page_of(kind: str, language: str) -> str:
    return render(KINDS[kind](), language)


@pytest.fixture(scope="module")
def browser(request: pytest.FixtureRequest) -> Iterator[Browser]:
    program = request.getfixturevalue("tool")("chromium")
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield found
        found.close()


@contextmanager
def opened(browser: Browser, path: Path, text: str, **options: Any) -> Iterator[Page]:
    """The report in a page that complains of nothing and asks for no other file."""
    path.write_text(text, encoding="utf-8")
    context = browser.new_context(**options)
    page = context.new_page()
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda told: said.append(told.text))
    page.on("pageerror", lambda told: said.append(str(told)))
    page.on("request", lambda told: asked.append(told.url))
    page.goto(path.as_uri())
    yield page
    context.close()
    assert said == []
    assert [url for url in asked if not url.startswith("data:")] == [path.as_uri()]


def violations(page: Page) -> list[object]:
    """What axe finds; everything that can be opened is open."""
    if not AXE.exists():
        unavailable("axe-core is not installed (make viewer)")
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
    # What is off the screen is laid out when it comes into view; axe measures it at once.
    page.evaluate("document.styleSheets[0].insertRule('article {content-visibility: visible}',"
                  " document.styleSheets[0].cssRules.length)")  # fmt: skip
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("(tags) => axe.run(document, {runOnly: tags})", TAGS)
    return [(each["id"], [node["html"] for node in each["nodes"][:3]])
            for each in found["violations"]]  # fmt: skip


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_everybody_can_read_it(
    kind: str, language: str, theme: Any, browser: Browser, tmp_path: Path
) -> None:
    text = page_of(kind, language)
    with opened(browser, tmp_path / "report.html", text, color_scheme=theme) as page:
        if kind == "huge":
            # As many places as axe can look at in a test; they are all made alike.
            page.evaluate("[...document.querySelectorAll('article')].slice(20)"
                          ".forEach((one) => one.remove())")  # fmt: skip
        assert violations(page) == []


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_report_of_many_findings_stays_small(language: str) -> None:
    text = page_of("huge", language)
    assert len(text.encode()) < LARGEST
    assert text.count('id="F-') >= budget.PER_CAUSE


def test_without_script_everything_is_there(browser: Browser, tmp_path: Path) -> None:
    text = page_of("rich", "fr")
    with opened(browser, tmp_path / "r.html", text, java_script_enabled=False) as page:
        assert page.locator("#filter").is_hidden()
        assert page.locator("#findings ~ article").first.is_visible()
        page.locator("details.document summary").first.click()
        assert page.locator("details.document tr[data-outcome]").first.is_visible()


def test_the_matrix_is_filtered_by_keyboard(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, tmp_path / "r.html", page_of("red", "fr")) as page:
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.locator("#filter-text").focus()
        page.keyboard.type("DCM-V03")
        shown = page.locator("tr[data-outcome]:visible")
        assert shown.count() >= 1
        assert all("DCM-V03" in one for one in shown.all_inner_texts())
        assert page.locator("#filter-count").inner_text().startswith(f"{shown.count()} ")
        page.locator("#filter-text").fill("")
        for name in ("fail", "review", "warn", "info", "error", "not_tested", "not_applicable"):
            page.locator(f"input[value={name}]").uncheck()
        kept = page.locator("tr[data-outcome]:visible")
        assert set(kept.evaluate_all("rows => rows.map((row) => row.dataset.outcome)")) == {"pass"}


def test_a_link_opens_what_it_leads_to(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, tmp_path / "r.html", page_of("red", "en")) as page:
        row = page.locator("article#DICOM-VR-03 a[href^='#R-']").first
        target = (row.get_attribute("href") or "")[1:]
        row.click()
        assert page.locator(f"[id='{target}']").is_visible()


def test_it_reflows_without_scrolling_aside(browser: Browser, tmp_path: Path) -> None:
    """WCAG 1.4.10: at 320 CSS pixels only tables scroll."""
    view = {"width": 320, "height": 800}
    with opened(browser, tmp_path / "r.html", page_of("rich", "fr"), viewport=view) as page:
        assert page.evaluate("document.documentElement.scrollWidth") <= view["width"]


@pytest.mark.parametrize("full", [False, True])
def test_it_prints_a_summary_of_two_pages_or_all(
    full: bool, browser: Browser, tmp_path: Path
) -> None:
    with opened(browser, tmp_path / "r.html", page_of("red", "fr")) as page:
        if full:
            page.locator("#full").check()
        printed = page.pdf(format="A4")
    pages = len(re.findall(rb"/Type\s*/Page\b", printed))
    assert (pages > 2) if full else (1 <= pages <= 2)
