"""Report files: whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from tempfile import NamedTemporaryFile

from reports import code_climate, gitb, junit, markdown, matrix, run_json, sarif
from reports.html import render
from validators.model import RunReport

Renderer = Callable[[RunReport, str], str]
"""From a report and a language to the text of a file."""

FILES: Mapping[str, Mapping[str, Renderer]] = {
    "html": {"report.html": render},
    "json": {"run.json": lambda report, _: run_json.dumps(report)},
    "junit": {"junit.xml": junit.dumps},
    "sarif": {"report.sarif": sarif.dumps},
    "gitb": {"gitb.xml": gitb.dumps},
    "csv": {
        "requirements.csv": matrix.requirements_csv,
        "findings.csv": matrix.findings_csv,
    },
    "markdown": {"summary.md": markdown.dumps},
    "codeclimate": {"codeclimate.json": code_climate.dumps},
}
"""The files of each format."""
FORMATS = tuple(FILES)
DEFAULT = ("html", "json", "junit")
ALL = "all"
"""What stands for every format."""


def chosen(formats: Sequence[str] | None) -> tuple[str, ...]:
    """The formats that are asked for, each once; those of ``DEFAULT`` where none is."""
    if ALL in (formats or ()):
        return FORMATS
    return tuple(dict.fromkeys(formats or DEFAULT))


def write(
    report: RunReport, folder: Path, formats: Sequence[str] | None, language: str
) -> list[Path]:
    """Write the formats into ``folder``, made if need be; the paths written. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name in chosen(formats):
        for file, renderer in FILES[name].items():
            path = folder / file
            _replace(path, renderer(report, language))
            written.append(path)
    return written


def _replace(path: Path, text: str) -> None:
    """Put a whole new file in the place of the old one."""
    with NamedTemporaryFile(
        "w", encoding="utf-8", newline="\n", dir=path.parent, delete=False
    ) as stream:
        try:
            stream.write(text)
        except BaseException:
            os.unlink(stream.name)
            raise
    os.chmod(stream.name, 0o644)
    os.replace(stream.name, path)
