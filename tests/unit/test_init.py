"""What ``drimcheck init`` writes: every key of sut.toml, and jobs that a forge can read."""

from __future__ import annotations

import re
from dataclasses import fields
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from drimcheck.cli import main, parser
from drimcheck.harness.sut import (
    ACTS,
    CAPABILITIES,
    Conso,
    Network,
    Peers,
    Source,
    Sut,
    Way,
    read,
)

KEY = re.compile(r"^#(\[\w+\]|[\w-]+ = .*)$", re.M)


def written(folder: Path, language: str) -> str:
    path = folder / "sut.toml"
    assert main(["init", "--out", str(path), "--lang", language]) == 0
    return path.read_text(encoding="utf-8")


def reread(folder: Path, text: str) -> Sut:
    path = folder / "sut.toml"
    path.write_text(text, encoding="utf-8")
    return read(path)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_one_role_is_all_that_must_be_given(language: str, tmp_path: Path) -> None:
    text = written(tmp_path, language)
    wado = '#wado = "https://source.example/dicom-web-rs"'
    made = reread(tmp_path, text.replace("#[source]", "[source]").replace(wado, wado[1:]))
    assert made == Sut(source=Source(wado="https://source.example/dicom-web-rs"))


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_key_is_there(language: str, tmp_path: Path) -> None:
    text = written(tmp_path, language)
    for name in ("kos.dcm", "ca.pem", "client.pem", "client.key"):
        (tmp_path / name).touch()
    made = reread(tmp_path, KEY.sub(r"\1", text))
    assert made.acts.keys() == set(ACTS)
    assert made.acts["load-kos"].seconds == Way().seconds
    assert made.capabilities == set(CAPABILITIES)
    assert made.token.keys() == {"file", "env", "command"}
    assert made.seconds == Sut().seconds
    assert made.source is not None
    assert made.conso is not None
    for kind in (Source, Conso, Network, Peers):
        for one in fields(kind):
            assert re.search(rf"^#{one.name} = ", text, re.M), one.name


@pytest.mark.parametrize("language", ["fr", "en"])
def test_what_is_shown_of_peers_is_the_default(language: str, tmp_path: Path) -> None:
    text = KEY.sub(r"\1", written(tmp_path, language))
    for name in ("kos.dcm", "ca.pem", "client.pem", "client.key"):
        (tmp_path / name).touch()
    peers = reread(tmp_path, text).peers
    assert peers == Peers(redirect_uris=("https://conso.example/callback",))


def test_a_file_that_is_there_stays(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "sut.toml"
    path.write_text("mine")
    assert main(["init", "--out", str(path)]) == 2
    assert path.read_text() == "mine"
    assert f"{path} is there already" in capsys.readouterr().err
    assert main(["init", "--out", str(path / "below.toml")]) == 2


@pytest.mark.parametrize(
    ("forge", "place"),
    [("gitlab", ".gitlab-ci.yml"), ("github", ".github/workflows/drimcheck.yml")],
)
def test_a_job_runs_a_command_that_exists(
    forge: str, place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["init", "--ci", forge, "--out", "ci/box.toml"]) == 0
    text = (tmp_path / place).read_text()
    (line,) = [one for one in text.splitlines() if "drimcheck run" in one]
    options = parser().parse_args(line.split("drimcheck ", 1)[1].split())
    assert options.sut == Path("ci/box.toml")
    assert options.non_interactive
    assert str(options.out) == "report"
    assert not (tmp_path / "ci/box.toml").exists()
    structure(text)
    assert main(["init", "--ci", forge]) == 2


def structure(text: str) -> None:
    """A job that keeps its report whatever came of it."""
    assert "\t" not in text
    assert "report/" in text
    assert ("when: always" in text) or ("if: always()" in text)
    if find_spec("yaml"):
        import yaml  # type: ignore[import-untyped]

        found: Any = yaml.safe_load(text)
        assert "drimcheck" in (found.get("jobs") or found)
    for line in text.splitlines():
        assert (len(line) - len(line.lstrip(" "))) % 2 == 0, line
