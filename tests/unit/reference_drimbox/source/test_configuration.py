"""The configuration of the Source, and what its commands say of a mistake."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from reference_drimbox import config
from reference_drimbox.commands import main as reference
from reference_drimbox.settings import Misconfigured


def test_a_mistake_in_the_configuration_is_one_line(tmp_path: Path) -> None:
    file = tmp_path / "source.toml"
    for text, said in (
        ("x", "source.toml"),
        ("[wep]\n", "wep: unknown key"),
        ("[web]\nport = 'x'\n", "web.port: expected int"),
        ("[pacs]\nmethod = 'ftp'\n", "pacs.method"),
        ("[web]\ncertificate = 'a.pem'\n", "certificate and key go together"),
        ("[dmp]\nkey = 'a.pem'\n", "certificate and key go together"),
    ):
        file.write_text(text)
        with pytest.raises(Misconfigured) as caught:
            config.source(file, {})
        assert said in str(caught.value)
        assert "\n" not in str(caught.value).strip()


def test_the_environment_goes_before_the_file(tmp_path: Path) -> None:
    file = tmp_path / "source.toml"
    file.write_text("[web]\nport = 1\n[drimbox]\ndata = 'here'\n")
    found = config.source(file, {"DRIMBOX_WEB_PORT": "2"})
    assert found.web.port == 2
    assert found.drimbox.data == tmp_path / "here"


def test_the_configuration_that_is_printed_is_the_default(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert reference(["source", "--print-config"]) == 0
    file = tmp_path / "source.toml"
    file.write_text(capsys.readouterr().out)
    read, plain = config.source(file, {}), config.source(None, {})
    assert read.drimbox.data == tmp_path / plain.drimbox.data
    assert replace(read, drimbox=plain.drimbox) == plain


def test_a_command_says_in_one_line_what_is_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert reference(["source", "--config", str(tmp_path / "none.toml")]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
    wrong = tmp_path / "wrong.zip"
    wrong.write_bytes(b"")
    file = tmp_path / "source.toml"
    file.write_text("[drimbox]\ndata = 'data'\n")
    assert reference(["import", str(wrong), "--config", str(file)]) == 1
    assert reference(["dead-letters", "--retry", "7", "--config", str(file)]) == 2
