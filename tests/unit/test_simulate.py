"""``drimcheck simulate``: it says where it is, stops when told to, hands over, and judges."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pydicom import dcmread

from drimcheck.cli import main
from simulators.faults import SIMULATORS, faults
from simulators.network import Network
from simulators.sending import send
from validators.kinds import register
from validators.rules import RULES

register()
SECONDS = 60
FIELD = set(range(1, 41)) - {29}
"""The faults known from the field. Of N29, the error codes of RAD-69, no peer of DRIM-M speaks."""


@contextmanager
def simulating(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, str]]]:
    """A run in a process of its own, once it is ready; where each peer is."""
    command = [sys.executable, "-m", "drimcheck", "simulate", *arguments, "--lang", "en"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    places: dict[str, str] = {}
    wanted = 5 if arguments[0] == "all" else 1
    try:
        for line in process.stdout:
            if line.startswith("ready: "):
                name, place = line.removeprefix("ready: ").strip().split(" ", 1)
                places[name] = place
            if len(places) == wanted:
                break
        yield process, places
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(SECONDS)
        process.stdout.close()


def test_every_fault_breaks_a_requirement_that_its_rule_verifies() -> None:
    every = list(faults())
    names = [one.name for one in every]
    assert len(names) == len(set(names)) >= 60
    assert {one.simulator for one in every} == set(SIMULATORS)
    for one in every:
        assert re.fullmatch(r"[a-z0-9.]+(-[a-z0-9.]+)*", one.name), one.name
        assert bool(one.breaks) == bool(one.seen_by), one.name
        if one.seen_by:
            assert one.breaks in RULES[one.seen_by].verifies, one.name


def test_the_faults_of_the_field_are_there() -> None:
    found = {int(one.name[1:3]) for one in faults() if re.match(r"n\d\d", one.name)}
    assert found == FIELD


def test_the_list_of_faults_is_names_and_effects(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["simulate", "--list-faults"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("\t")[0] for line in lines] == [one.name for one in faults()]
    assert all(line.count("\t") == 1 and line.split("\t")[1] for line in lines)


def test_a_server_says_where_it_is_and_stops_when_told_to() -> None:
    with simulating("wado-server", "--port", "0") as (process, places):
        url = places["wado-server"]
        raw = f"GET /dicom-web-rs HTTP/1.1\r\nHost: {url[7:].split('/')[0]}\r\n\r\n".encode()
        assert bytes(send(url, raw).response).startswith(b"HTTP/1.1 200")
        process.send_signal(signal.SIGTERM)
        assert process.wait(SECONDS) == 0


def test_all_hands_over_what_a_vendor_needs(tmp_path: Path) -> None:
    folder = tmp_path / "sheet"
    with simulating("all", "--handover", str(folder)) as (_, places):
        data = tomllib.loads((folder / "handover.toml").read_text())
        assert data["peers"] == places
        sheet = (folder / "handover.md").read_text()
        assert all(place in sheet for place in places.values())
        kos = dcmread(folder / "kos-1.dcm")
    (study,) = kos.CurrentRequestedProcedureEvidenceSequence
    for series in study.ReferencedSeriesSequence:
        assert series.RetrieveURL.startswith(f"{places['wado-server']}/studies/")
    assert (folder / "trust.pem").read_bytes().startswith(b"-----BEGIN CERTIFICATE")
    assert (folder / "client.key").stat().st_mode & 0o077 == 0


def test_the_client_judges_the_server(tmp_path: Path) -> None:
    with simulating("wado-server", "--fault", "n27-instance-missing") as (_, places):
        base = places["wado-server"].removesuffix("/dicom-web-rs")
        out = tmp_path / "out"
        code = main(["simulate", "wado-client", "--source-base", base, "--lang", "en",
                     "--out", str(out)])  # fmt: skip
    assert code == 1
    found = json.loads((out / "run.json").read_text())
    failed = {
        result["rule"]
        for subject in found["subjects"]
        for result in subject["results"]
        if result["outcome"] == "fail"
    }
    assert failed == {"WADO-WR02"}
    assert main(["simulate", "wado-client", "--source-base", base, "--out", str(out)]) == 2


def test_tls_with_the_certificates_that_were_handed_over(tmp_path: Path) -> None:
    sheet = tmp_path / "sheet"
    with simulating("wado-server", "--tls", "--handover", str(sheet)) as (_, places):
        base = places["wado-server"].removesuffix("/dicom-web-rs")
        assert base.startswith("https://")
        asked = ["simulate", "wado-client", "--source-base", base, "--lang", "en",
                 "--profile", "drim-m-lab"]  # fmt: skip
        assert main([*asked, "--ca", str(sheet / "trust.pem")]) == 0
        assert main(asked) == 5


@pytest.mark.parametrize("name", ["wado-client", "ris"])
def test_nobody_there_is_exit_5(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    where = ["--source-base", "http://127.0.0.1:1"] if name == "wado-client" else []
    assert main(["simulate", name, *where, "--to", "127.0.0.1:1", "--lang", "en"]) == 5
    assert "connection" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["wado-server", "--fault", "no-such"], "unknown fault 'no-such'"),
        (["wado-server", "--fault", "token-absent"], "is one of wado-client"),
        (["wado-server", "--exam", "omega"], "unknown exam 'omega'"),
        (["ris"], "ris needs --to"),
        (["pacs", "--peer", "AE"], "write it as AE@HOST:PORT"),
        (["wado-server", "--folder", "/no/such"], "/no/such"),
        ([], "simulate needs one of"),
    ],
)
def test_what_cannot_be_done_is_one_line(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["simulate", *arguments]) == 2
    found = capsys.readouterr().err
    assert said in found
    assert found.count("\n") == 1


def test_a_port_that_is_taken_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with simulating("wado-server") as (_, places):
        port = places["wado-server"].split(":")[2].split("/")[0]
        assert main(["simulate", "wado-server", "--port", port]) == 2
    assert f"127.0.0.1:{port}: cannot listen" in capsys.readouterr().err


def test_urls_follow_the_public_name() -> None:
    assert Network(port=8042).base == "http://127.0.0.1:8042"
    assert Network(port=8042, public_name="db1.test", public_port=80).base == "http://db1.test"
