"""The report printed by a command: two pages, or all; nothing where it cannot be."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from drimcheck import pdf_command
from drimcheck.cli import main
from tests.browser.test_report import page_of


@pytest.mark.parametrize("full", [False, True])
def test_a_report_is_printed(full: bool, tmp_path: Path, tool: Callable[[str], str]) -> None:
    tool("chromium")
    (tmp_path / "report.html").write_text(page_of("red", "fr"), encoding="utf-8")
    more = ["--full", "--out", str(tmp_path / "x" / "all.pdf")] if full else []
    assert main(["pdf", str(tmp_path), *more]) == 0
    made = (tmp_path / ("x/all.pdf" if full else "report.pdf")).read_bytes()
    assert made.startswith(b"%PDF-")
    assert b"/StructTreeRoot" in made
    pages = len(re.findall(rb"/Type\s*/Page\b", made))
    assert (pages > 2) if full else (1 <= pages <= 2)


def test_what_cannot_be_printed_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "report.html"
    assert main(["pdf", str(path)]) == 2
    path.write_text("<html></html>")
    assert main(["pdf", str(path)]) == 2
    path.write_text(page_of("red", "fr"), encoding="utf-8")
    monkeypatch.setattr(pdf_command, "CHROMIUM", ())
    assert main(["pdf", str(path)]) == 2
    assert capsys.readouterr().err.count("\n") == 3
