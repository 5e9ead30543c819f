"""The site: every page written as Markdown in one folder, then built by MkDocs."""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from drimcheck import __version__
from drimcheck.docs.document_pages import document_pages
from drimcheck.docs.limit_pages import limit_pages
from drimcheck.docs.rule_pages import rule_pages
from drimcheck.docs.texts import LANGUAGES, words
from drimcheck.docs.writing import page, spaced_page
from drimcheck.placing import as_json

WRITTEN = Path(__file__).parents[2] / "docs"
THEME = Path(__file__).parent / "theme"
SOURCES, SITE, SETTINGS = "pages", "site", "mkdocs.yml"
PICTURES = "pictures"
"""The folder of what reports look like (``make pictures``)."""


def build(out: Path) -> Path:
    """Write the pages under a folder and build them; the folder of the site.

    Raises Abort of MkDocs for a link or an anchor that leads nowhere.
    """
    from mkdocs.commands.build import build as built
    from mkdocs.config import load_config

    shutil.rmtree(out, ignore_errors=True)
    for path, text in pages():
        where = out / SOURCES / path
        where.parent.mkdir(parents=True, exist_ok=True)
        where.write_text(text, encoding="utf-8")
    shutil.copytree(WRITTEN / PICTURES, out / SOURCES / PICTURES)
    settings = out / SETTINGS
    settings.write_bytes(as_json(_settings(out)))
    built(load_config(str(settings), strict=True))
    return out / SITE


def pages() -> Iterator[tuple[str, str]]:
    """Path and text of every page: what is written by hand, then what is generated."""
    parts: dict[str, list[str]] = defaultdict(list)
    for file in sorted(WRITTEN.rglob("*.md")):
        parts[file.relative_to(WRITTEN).as_posix()].append(file.read_text(encoding="utf-8"))
    for language in LANGUAGES:
        for made in (rule_pages, document_pages, limit_pages):
            for path, text in made(language):
                parts[f"{language}/{path}"].append(text)
    for path, texts in parts.items():
        text = page(*(one.strip() for one in texts))
        yield path, spaced_page(text) if path.startswith("fr/") else text


def _settings(out: Path) -> dict[str, Any]:
    """What MkDocs is told; a link that leads nowhere is a warning, and strict makes it an error."""
    return {
        "site_name": "drimcheck",
        "docs_dir": str((out / SOURCES).resolve()),
        "site_dir": str((out / SITE).resolve()),
        "use_directory_urls": False,
        "theme": {"name": None, "custom_dir": str(THEME), "static_templates": []},
        "plugins": [],
        "nav": [{"drimcheck": "index.md"}],
        "not_in_nav": "*",
        "markdown_extensions": ["attr_list"],
        "validation": {
            "nav": {"omitted_files": "ignore", "not_found": "warn", "absolute_links": "warn"},
            "links": {
                "not_found": "warn",
                "anchors": "warn",
                "absolute_links": "warn",
                "unrecognized_links": "warn",
            },
        },
        "extra": {
            "version": __version__,
            "words": {language: words(language)["word"] for language in LANGUAGES},
        },
    }
