"""Every format of one rich report, byte for byte; ``make golden`` writes the files anew."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import tests
from drimcheck.options import FORMATS as OFFERED
from reports import sarif
from reports.writing import ALL, DEFAULT, FILES, FORMATS, chosen, write
from tests.conftest import unavailable
from tests.golden.rewrite import FOLDER, IN_BROWSER, LANGUAGES, goldens
from tests.golden.rich import rich
from tests.golden.test_reproducible import ENVIRONMENTS

FILES_OF_ALL = [name for names in FILES.values() for name in names]
SARIF_SCHEMA = (
    Path(tests.__file__).parent
    / "node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json"
)


@pytest.mark.parametrize("file", FILES_OF_ALL)
def test_a_format_is_as_it_was_reviewed(file: str) -> None:
    """Else: ``make golden``, and review the difference."""
    seen = [path for path, _ in goldens() if path.name == file]
    assert seen or file in IN_BROWSER
    for path, text in goldens():
        if path.name == file:
            assert text.decode("utf-8") == path.read_bytes().decode("utf-8")


def test_no_golden_file_is_of_no_format() -> None:
    known = {path for path, _ in goldens()} | {FOLDER / ".gitattributes"}
    assert {path for path in FOLDER.rglob("*") if path.is_file()} == known


def test_a_command_offers_what_can_be_written() -> None:
    assert OFFERED == FORMATS
    assert chosen(None) == chosen([]) == DEFAULT
    assert chosen(["csv", "json", "csv"]) == ("csv", "json")
    assert chosen(["csv", ALL]) == FORMATS


def test_all_is_every_file_once(tmp_path: Path) -> None:
    written = write(rich(), tmp_path, [ALL], "en")
    assert [one.name for one in written] == FILES_OF_ALL
    assert sorted(tmp_path.iterdir()) == sorted(written)


@pytest.mark.parametrize("environment", ENVIRONMENTS[1:], ids=["utc", "east", "west"])
def test_formats_are_the_same_anywhere(environment: dict[str, str], tmp_path: Path) -> None:
    """In another time zone, locale, folder and order of hashes."""
    program = (
        "import sys; from pathlib import Path; from reports.writing import write;"
        " from tests.golden.rich import rich; write(rich(), Path(sys.argv[1]), ['all'], 'fr')"
    )
    found = []
    for number in (1, 2):
        out = tmp_path / str(number)
        subprocess.run(
            [sys.executable, "-c", program, str(out)],
            env={**os.environ, **environment},
            cwd=Path(tests.__file__).parents[1],
            check=True,
        )
        found.append({one.name: one.read_bytes() for one in out.iterdir()})
    assert found[0] == found[1]
    for path, text in goldens():
        if path.parent.name in ("fr", FOLDER.name):
            assert found[0][path.name] == text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_format_holds_nothing_of_the_machine_nor_of_the_clock(
    language: str, tmp_path: Path
) -> None:
    folder = Path(tests.__file__).parents[1]
    machine = [str(folder), str(Path.home()) + os.sep, str(tmp_path)]
    host = socket.gethostname()
    machine += [] if host.isalpha() else [host]
    for one in write(rich(), tmp_path, [ALL], language):
        text = one.read_text("utf-8")
        for name in machine:
            assert not re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text), (one.name, name)
        assert not re.search(r"\d\d:\d\d:\d\d(?!Z)", text), one.name


@pytest.mark.parametrize("language", LANGUAGES)
def test_sarif_is_as_its_schema_says(language: str) -> None:
    jsonschema.Draft7Validator(sarif_schema()).validate(json.loads(sarif.dumps(rich(), language)))


def sarif_schema() -> Any:
    """The schema that OASIS publishes; skips where it is not installed."""
    if not SARIF_SCHEMA.exists():
        unavailable("the schema of SARIF is not installed (make test-tools)")
    return json.loads(SARIF_SCHEMA.read_text("utf-8"))
