"""``python -m tests.golden.rewrite``: the golden files of the formats, anew; then review them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from reports.writing import FILES
from tests.golden.rich import rich

FOLDER = Path(__file__).parent / "formats"
LANGUAGES = ("fr", "en")
IN_BROWSER = frozenset({"report.html"})
"""What ``browser/`` looks at instead."""
ONE_LANGUAGE = frozenset({"run.json"})
"""What is the same in every language, and stands once."""


def goldens() -> Iterator[tuple[Path, bytes]]:
    """Where each golden file lies, and what a run writes today."""
    report = rich()
    for language in LANGUAGES:
        for names in FILES.values():
            for name, render in names.items():
                if name not in IN_BROWSER:
                    folder = FOLDER if name in ONE_LANGUAGE else FOLDER / language
                    yield folder / name, render(report, language).encode("utf-8")


def main() -> None:
    for path, text in goldens():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text)


if __name__ == "__main__":
    main()
