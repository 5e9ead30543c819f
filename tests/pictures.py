"""``make pictures``: what the four kinds of report look like, for the documentation."""

from __future__ import annotations

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import sync_playwright

from reports.html import render
from tests.browser.test_report import KINDS
from tests.browser.test_viewer import FLAGS

FOLDER = Path(__file__).parent.parent / "docs" / "pictures"
SHOWN = ("empty", "green", "red", "huge")
VIEW = {"width": 1000, "height": 760}


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as driver, TemporaryDirectory() as name:
        program = driver.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        for kind in SHOWN:
            for language in ("fr", "en"):
                page = Path(name, "report.html")
                page.write_text(render(KINDS[kind](), language), encoding="utf-8")
                tab = program.new_page(viewport=VIEW)
                tab.goto(page.as_uri())
                tab.screenshot(path=FOLDER / f"report-{kind}-{language}.png")
                tab.close()
        program.close()


if __name__ == "__main__":
    main()
