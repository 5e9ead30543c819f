"""Report files: whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import NamedTemporaryFile

from reports import junit, run_json
from reports.html import render
from validators.model import RunReport

NAMES = {"html": "report.html", "json": "run.json", "junit": "junit.xml"}


def write(report: RunReport, folder: Path, formats: Sequence[str], language: str) -> list[Path]:
    """Write the formats into ``folder``, made if need be; the paths written. Raises OSError."""
    renderers: dict[str, Callable[[], str]] = {
        "html": lambda: render(report, language),
        "json": lambda: run_json.dumps(report),
        "junit": lambda: junit.dumps(report, language),
    }
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name in dict.fromkeys(formats):
        path = folder / NAMES[name]
        _replace(path, renderers[name]())
        written.append(path)
    return written


def _replace(path: Path, text: str) -> None:
    """Put a whole new file in the place of the old one."""
    with NamedTemporaryFile(
        "w", encoding="utf-8", newline="\n", dir=path.parent, delete=False
    ) as stream:
        stream.write(text)
    os.chmod(stream.name, 0o644)
    os.replace(stream.name, path)
