"""The report in a real browser: it shows, and asks for nothing."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from reports.html import render
from tests.unit.test_reports import BAD, GOOD, run_report

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--enable-logging=stderr",
)
GUARD = 120


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("raw", [GOOD, BAD], ids=["green", "red"])
def test_the_report_shows_without_a_complaint_of_the_browser(
    raw: bytes, language: str, tmp_path: Path, tool: Callable[[str], str]
) -> None:
    page, picture = tmp_path / "report.html", tmp_path / "report.png"
    page.write_text(render(run_report(raw), language), encoding="utf-8")
    done = subprocess.run(
        [tool("chromium"), *FLAGS, f"--user-data-dir={tmp_path / 'profile'}",
         "--window-size=1200,1600", f"--screenshot={picture}", page.as_uri()],
        capture_output=True,
        text=True,
        timeout=GUARD,
        check=False,
    )  # fmt: skip
    assert picture.stat().st_size > 20_000
    assert "CONSOLE" not in done.stderr
    assert "Content Security Policy" not in done.stderr
