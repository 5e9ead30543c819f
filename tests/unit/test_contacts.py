"""The hosts that a report lists: those that a connection was made to, by whatever library."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from pathlib import Path

from drimcheck import contacts
from testdata.kos import drim_m_kos, write


def test_a_connection_is_noted_and_a_listener_is_not() -> None:
    contacts.watch()
    with socket.create_server(("127.0.0.1", 0)) as server:
        contacts._hosts.clear()
        assert contacts.hosts() == ()
        with socket.create_connection(("localhost", server.getsockname()[1])):
            pass
    assert "localhost" in contacts.hosts()
    contacts.note("viewer.example")
    assert contacts.hosts()[-1] == "viewer.example"


def test_a_judgement_contacts_nobody(tmp_path: Path) -> None:
    (tmp_path / "kos.dcm").write_bytes(write(drim_m_kos()))
    subprocess.run(
        [sys.executable, "-m", "drimcheck", "kos", "kos.dcm", "--out", "r"],
        cwd=tmp_path,
        check=False,
        stdout=subprocess.DEVNULL,
    )
    assert json.loads((tmp_path / "r" / "run.json").read_text("utf-8"))["hosts"] == []
