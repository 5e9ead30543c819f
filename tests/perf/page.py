"""A report of 10,000 findings: written, and opened until its filter answers."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

from reports import run_json
from reports.html import render
from tests.browser.test_report import huge
from tests.browser.test_viewer import FLAGS
from tests.unit.test_reports import GOOD, run_report


def page(folder: Path, ratio: Callable[[Callable[[], float], Callable[[], float]], str]) -> None:
    """Print how long it takes against run.json, and against a report without findings."""
    many, none = huge(), run_report(GOOD)
    text = render(many, "fr")
    (folder / "many.html").write_text(text, encoding="utf-8")
    (folder / "none.html").write_text(render(none, "fr"), encoding="utf-8")
    print("a report of 10,000 findings, bytes of the page:", len(text.encode()))
    print("written: page / run.json of the same findings:",
          ratio(lambda: _timed(lambda: render(many, "fr")),
                lambda: _timed(lambda: run_json.dumps(many))))  # fmt: skip
    program = shutil.which("chromium")
    if program is None:
        print("opened: chromium is not installed")
        return
    _opened(folder, program, ratio)


def _opened(
    folder: Path, program: str, ratio: Callable[[Callable[[], float], Callable[[], float]], str]
) -> None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=FLAGS)
        tab = browser.new_page()

        def usable(name: str) -> None:
            tab.goto((folder / name).as_uri())
            every = tab.inner_text("#filter-count")
            tab.fill("#filter-text", "DCM-V03")
            assert tab.inner_text("#filter-count") != every

        print("opened until the filter answers: 10,000 findings / none:",
              ratio(lambda: _timed(lambda: usable("many.html")),
                    lambda: _timed(lambda: usable("none.html"))))  # fmt: skip
        print(f"the same in seconds, once: {_timed(lambda: usable('many.html')):.2f}")
        browser.close()


def _timed(act: Callable[[], object]) -> float:
    start = perf_counter()
    act()
    return perf_counter() - start
