"""The Conso as a process: it says where it is, works with the peers as they come, and stops."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from simulators.serving import Serving
from simulators.wado_server import application
from testdata.kos import write
from testdata.kos_drim_m import kos_of
from tests.conso import polled, port_of_conso
from tests.peers import ALPHA, at, holding

SECONDS = 60


def config(folder: Path, **tables: Mapping[str, object]) -> Path:
    path = folder / "conso.toml"
    tables = {"web": {"port": port_of_conso()}, "data": {"folder": str(folder / "data")}} | tables
    lines = []
    for name, values in tables.items():
        lines.append(f"[{name}]")
        lines += [f"{key} = {value!r}" for key, value in values.items()]
    path.write_text("\n".join(lines))
    return path


@contextmanager
def started(path: Path, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    command = [sys.executable, "-m", "reference_drimbox", "conso", "--config", str(path)]
    process = subprocess.Popen([*command, *arguments], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        assert line.startswith("ready: conso http://"), line
        yield process, line.split()[2]
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(SECONDS)
        process.stdout.close()


def test_a_kos_by_hand_without_login(tmp_path: Path) -> None:
    """Test subject ii: the KOS is loaded by hand, and nobody logs in."""
    (tmp_path / "images").mkdir()
    asked: list[bytes] = []
    with (
        Serving(
            lambda base: application(base, holding(tmp_path / "images")),
            record=lambda one: asked.append(bytes(one.request)),
        ) as source,
        started(config(tmp_path), "--without-psc") as (process, where),
        httpx.Client(base_url=where, trust_env=False, follow_redirects=True) as browser,
    ):
        placed = at(source.base)
        browser.get("/login")
        raw = write(kos_of(placed, placed.study))
        page = browser.post("/import", files={"file": ("kos.dcm", raw)})
        assert str(page.url).endswith(f"/studies/{ALPHA.study.uid}")
        path = f"/api/studies/{ALPHA.study.uid}/series/{ALPHA.study.series[0].uid}"
        found = polled(browser, path)
        assert (found["state"], found["received"]) == ("done", 10)
        assert "authorization" not in b"".join(asked).lower().decode()
        process.send_signal(signal.SIGTERM)
        assert process.wait(SECONDS) == 0
    assert not list((tmp_path / "data" / "cache").rglob("*.dcm"))


@pytest.mark.parametrize(
    ("tables", "said"),
    [
        ({"nowhere": {"x": 1}}, "nowhere: unknown key"),
        ({"display": {"traits": ["shoe_size"]}}, "display.traits: 'shoe_size'"),
        ({"network": {"certificate": "x.pem"}}, "network: certificate and key go together"),
    ],
)
def test_what_is_misconfigured_is_one_line(
    tmp_path: Path, tables: Mapping[str, Mapping[str, object]], said: str
) -> None:
    command = [sys.executable, "-m", "reference_drimbox", "conso", "--config"]
    done = subprocess.run(
        [*command, str(config(tmp_path, **tables))],
        capture_output=True, text=True, timeout=SECONDS, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
