"""Targets that nobody here wrote, that are not there, or that die midway."""

from __future__ import annotations

import html
import json
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from drimcheck.cli import main
from testdata.exams import exam
from testdata.kos import write
from testdata.kos_drim_m import kos_of
from testdata.wire.response import part
from tests.conftest import unavailable
from tests.orthanc import free_port, program, running

ALPHA = exam("alpha")
SECONDS = 20


def sut(folder: Path, base: str) -> Path:
    """A Source that has KOS-Alpha, at a base."""
    (folder / "kos.dcm").write_bytes(write(kos_of(ALPHA, ALPHA.study)))
    path = folder / "sut.toml"
    path.write_text(
        f'seconds = {SECONDS}\n[product]\nname = "a Source"\n'
        f'[source]\nwado = "{base}"\nstart = "kos-injected"\nkos = "kos.dcm"\n'
    )
    return path


def run(folder: Path, base: str, *arguments: str) -> tuple[int, dict[str, object]]:
    out = folder / "out"
    given = ["run", "--sut", str(sut(folder, base)), "--subject", "b", "--non-interactive"]
    code = main([*given, "--profile", "drim-m-lab", "--lang", "en", "--out", str(out), *arguments])
    return code, json.loads((out / "run.json").read_text())


def outcome(found: dict[str, object], name: str) -> str:
    return {one["id"]: one["outcome"] for one in found["scenarios"]}[name]  # type: ignore[index]


@contextmanager
def nginx(folder: Path, target: str) -> Iterator[str]:
    """nginx before a server: what a vendor might put there."""
    found = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if found is None:
        unavailable("nginx is not installed")
    assert found is not None
    port = free_port()
    (folder / "nginx.conf").write_text(
        f"daemon off; worker_processes 1; pid {folder}/pid; error_log stderr;\n"
        "events { } http { access_log off; client_body_temp_path t1; proxy_temp_path t2;\n"
        "fastcgi_temp_path t3; uwsgi_temp_path t4; scgi_temp_path t5;\n"
        f"server {{ listen 127.0.0.1:{port};\n"
        "add_header Strict-Transport-Security 'max-age=63072000' always;\n"
        f"location /dicom-web-rs/ {{ proxy_pass {target}/dicom-web/; }} }} }}\n"
    )
    process = subprocess.Popen([found, "-p", str(folder), "-c", str(folder / "nginx.conf")],
                               stderr=subprocess.DEVNULL)  # fmt: skip
    try:
        for _ in range(100):
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                threading.Event().wait(0.1)
        yield f"http://127.0.0.1:{port}/dicom-web-rs"
    finally:
        process.terminate()
        process.wait(SECONDS)


KNOWN = {
    "WADO-ERR-200", "WADO-ERR-400", "WADO-ERR-401", "WADO-ERR-404", "WADO-ERR-406",
    "WADO-ERR-405", "WADO-WR10", "WADO-WR21", "WADO-WR15-TYPE",
}  # fmt: skip
"""What Orthanc deviates in as a Source: it knows neither tokens nor KOS, and calls a bad request
what is not acceptable; the rest is in tests/interop/test_orthanc.py."""


def test_a_source_of_parts_that_nobody_here_wrote(
    tool: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory, tmp_path: Path
) -> None:
    with running(*program(tool), tmp_path_factory) as orthanc:
        for series in ALPHA.study.series:
            for number in range(1, len(series.instances) + 1):
                orthanc.store(part(ALPHA, ALPHA.study, series, number))
        with nginx(tmp_path, orthanc.url) as base:
            code, found = run(tmp_path, base)
    assert code == 1
    assert outcome(found, "source-wado") == "fail"
    failed = {
        result["rule"]
        for subject in found["subjects"]  # type: ignore[attr-defined]
        for result in subject["results"]
        if result["outcome"] in ("fail", "error")
    }
    assert {"WADO-ERR-401", "WADO-ERR-404", "WADO-ERR-400"} <= failed <= KNOWN


def test_a_target_that_is_not_there_is_unreachable(tmp_path: Path) -> None:
    code, found = run(tmp_path, f"http://127.0.0.1:{free_port()}/dicom-web-rs")
    assert code == 5
    assert outcome(found, "source-wado") == "not_tested"
    assert "connection" in json.dumps(found["scenarios"])


class Dying:
    """A server that answers some requests, and then is gone."""

    def __init__(self, answers: int) -> None:
        self.left = answers
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def _serve(self) -> None:
        while self.left:
            self.left -= 1
            stream, _ = self.socket.accept()
            with stream:
                stream.recv(1 << 16)
                stream.sendall(
                    b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 4\r\n"
                    b"Content-Type: text/plain\r\nConnection: close\r\n\r\nbusy"
                )
        self.socket.close()


def test_a_target_that_dies_leaves_a_report_of_what_was_seen(tmp_path: Path) -> None:
    server = Dying(3)
    port = server.socket.getsockname()[1]
    code, found = run(tmp_path, f"http://127.0.0.1:{port}/dicom-web-rs")
    server.thread.join(SECONDS)
    assert code in (1, 3)
    responses = [one for one in found["subjects"] if one["kind"] == "response"]  # type: ignore[attr-defined]
    assert len(responses) == 3
    (reason,) = [one["reason"] for one in found["scenarios"] if one["id"] == "source-wado"]  # type: ignore[attr-defined]
    assert "connection" in reason["en"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[source]\nmllp = 'x'\n", "source.mllp: 'x' is no address; write HOST:PORT"),
        ("[source]\nwado = 'ftp://a'\n", "source.wado: 'ftp://a' is no URL"),
        ("[source]\nstart = 'kos-injected'\n", "source.kos: start is kos-injected"),
        ("[source]\ncolour = 'red'\n", "source.colour: unknown"),
        ("[product]\nname = 'a'\n", "neither [source] nor [conso]"),
        ("[source]\n[acts]\nshow = { way = 'hook' }\n", "acts.show.command: a hook is a command"),
        ("[source\n", "sut.toml"),
    ],
)
def test_a_bad_description_is_a_line_for_each_piece(
    text: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "sut.toml").write_text(text)
    assert main(["run", "--sut", str(tmp_path / "sut.toml")]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--scope", "auto"], 3),
        (["--scope", "all"], 3),
        (["--scope", "auto", "--subject", "i"], 3),
    ],
)
def test_what_wants_a_person_is_not_unreachable(
    arguments: list[str], code: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, out = tmp_path / "sut.toml", tmp_path / "out"
    path.write_text('[product]\nname = "a Conso"\n[conso]\n[acts]\nload-kos = { way = "hand" }\n')
    given = ["run", "--sut", str(path), "--role", "conso", "--non-interactive", "--lang", "en"]
    assert main([*given, "--out", str(out), *arguments]) == code
    found = json.loads((out / "run.json").read_text())
    assert outcome(found, "conso-retrieve") == "not_tested"
    assert found["scope"] == arguments[1]
    said = capsys.readouterr().out
    assert said.startswith("Inconclusive.")
    assert f"Scope {arguments[1]}" in said
    assert "0 of" in said


def test_why_a_scenario_did_not_run_is_said_in_both_languages(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, out = tmp_path / "sut.toml", tmp_path / "out"
    path.write_text('[product]\nname = "a Conso"\n[conso]\n[acts]\nload-kos = { way = "hand" }\n')
    main(["run", "--sut", str(path), "--non-interactive", "--lang", "fr", "--out", str(out)])
    found = json.loads((out / "run.json").read_text())["scenarios"]
    for one in found:
        assert one["reason"]["en"] != one["reason"]["fr"], one["id"]
    said = capsys.readouterr().out
    page = (out / "report.html").read_text("utf-8")
    for text in (said, page):
        assert "[source] n'est pas déclaré" in html.unescape(text)
        assert "is not declared" not in text


def test_a_folder_has_two_runs_and_loses_none(tmp_path: Path) -> None:
    path, out = tmp_path / "sut.toml", tmp_path / "out"
    path.write_text('[product]\nname = "a Conso"\n[conso]\n[acts]\nload-kos = { way = "hand" }\n')
    out.mkdir()
    (out / "mine.txt").write_text("mine")
    given = ["run", "--sut", str(path), "--non-interactive", "--out", str(out)]
    assert main(given) == 3
    (out / "scenarios" / "captured").mkdir(parents=True)
    (out / "earlier" / "2").mkdir(parents=True)
    for _ in range(2):
        assert main(given) == 3
    reports = {"envelope.json", "junit.xml", "report.html", "run.json"}
    kept = {name: {one.name for one in (out / "earlier" / name).iterdir()} for name in ("3", "4")}
    assert reports | {"scenarios", "pki"} <= kept["3"]
    assert reports | {"pki"} <= kept["4"]
    assert "scenarios" not in kept["4"]
    assert (out / "earlier/4/run.json").read_bytes() == (out / "run.json").read_bytes()
    assert (out / "mine.txt").read_text() == "mine"


def test_the_scenarios_are_listed_without_a_target(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "--dry-run", "--lang", "fr"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert any(line.startswith("source-publish") and "(a)" in line for line in lines)


def test_only_takes_a_scenario(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "--dry-run", "--only", "source-health", "--only", "HL7-ACK-01"]) == 0
    scenarios, requirements = capsys.readouterr().out.split("\n\n")
    assert scenarios.startswith("source-health")
    assert "\n" not in scenarios
    assert [line.split()[0] for line in requirements.splitlines()].count("HL7-ACK-01") == 1


@pytest.mark.parametrize("option", ["--only=source-health", "--subject=a", "--break=x",
                                    "--keep-going", "--scope=auto",
                                    "--role=source"])  # fmt: skip
def test_an_audit_takes_all(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "--audit", option]) == 2
    assert "has no place in an audit" in capsys.readouterr().err


def test_an_audit_knows_no_expected_failures(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "--audit", "--dry-run", "--expected", "nowhere.toml"]) == 0
    said = capsys.readouterr()
    assert "--expected is ignored" in said.err
    assert "source-performance" in said.out


def test_pytest_runs_them_too(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "--pyargs", "drimcheck.scenarios", "--sut",
         str(sut(tmp_path, f"http://127.0.0.1:{free_port()}/dicom-web-rs")), "--drim-out",
         str(tmp_path / "out"), "-k", "wado"],
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    found = json.loads((tmp_path / "out/run.json").read_text())
    assert outcome(found, "source-wado") == "not_tested", ran.stdout
