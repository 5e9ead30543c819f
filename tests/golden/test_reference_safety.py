"""The reference Source among strangers and accidents: TLS, kill -9, PostgreSQL."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest

from reference_drimbox.archive import Archive, transfer
from reference_drimbox.archive.holdings import Holdings
from reference_drimbox.archive.reports import report_of
from reference_drimbox.config import Source
from reference_drimbox.http import Client, Unreachable
from reference_drimbox.network import Reach
from reference_drimbox.trusted_list import NotTrusted, Trust, verified
from simulators.allowlist import LIST, Publication, application
from simulators.pki import Pki
from simulators.serving import Serving
from simulators.wado_client.kos import read_kos
from testdata.allowlist import Domain
from testdata.exam import Event
from testdata.wire.request import LOSSLESS, accept
from tests.kills import free_port, survive
from tests.reference import Laboratory, laboratory

PEER = Domain(1, "1.1", "DRIMCHECK", "300000000000011", "Paris (75)")
STRANGER = "db1.2.mesimagesmedicales.fr"


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    return Pki(tmp_path_factory.mktemp("pki"))


@contextmanager
def over_tls(folder: Path, pki: Pki) -> Iterator[Laboratory]:
    """A Source whose only peer is PEER, by the allow-list; Exam Alpha is published."""
    publication = Publication.by(pki.signer(), (PEER,))
    tls = pki.server(PEER.db)

    def secured(settings: Source) -> Source:
        web = replace(settings.web, certificate=tls.certificate, key=tls.key,
                      authorities=pki.trust, public=f"https://{PEER.db}/dicom-web-rs")  # fmt: skip
        listed = replace(settings.allowlist, url=served.base + LIST, trust=pki.trust)
        return replace(settings, web=web, allowlist=listed)

    with (
        Serving(lambda base: application(base, publication)) as served,
        laboratory(folder, change=secured) as lab,
    ):
        assert lab.tell() == "AA"
        assert lab.settled()
        yield lab


def test_tls_is_for_those_of_the_allow_list(tmp_path: Path, pki: Pki) -> None:
    with over_tls(tmp_path, pki) as lab:
        port = lab.wado.rpartition(":")[2].partition("/")[0]
        kos = read_kos(lab.manifests()[0].kos).at(f"https://{PEER.db}:{port}/dicom-web-rs")
        headers = {"Accept": accept(LOSSLESS), "KOS-SOPInstanceUID": kos.uid,
                   "Authorization": f"Bearer {lab.token()}"}  # fmt: skip
        url = kos.series[0].url
        resolve = {PEER.db: "127.0.0.1", STRANGER: "127.0.0.1"}
        known, other = pki.client(PEER.db), pki.client(STRANGER)
        cases = (
            (Reach(pki.trust, known.path, known.key_path, resolve), 200),
            (Reach(pki.trust, other.path, other.key_path, resolve), 403),
            (Reach(pki.trust, None, None, resolve), 403),
        )
        for reach, status in cases:
            client = Client(reach)
            found = client.send("GET", url, headers=headers)
            assert found.status == status
            assert (status == 200) is (b"DICM" in found.body)
            assert client.send("GET", kos.series[0].base).status == 200
            client.close()
        client = Client(cases[0][0])
        elsewhere = client.send("GET", url, headers={**headers, "Host": STRANGER})
        assert elsewhere.status == 421
        with pytest.raises(Unreachable) as caught:
            client.send("GET", url.replace(PEER.db, STRANGER), headers=headers)
        assert caught.value.why == "tls"
        client.close()


def test_nobody_is_let_in_without_a_list(tmp_path: Path, pki: Pki) -> None:
    tls, known = pki.server(PEER.db), pki.client(PEER.db)

    def secured(settings: Source) -> Source:
        web = replace(settings.web, certificate=tls.certificate, key=tls.key,
                      authorities=pki.trust)  # fmt: skip
        return replace(settings, web=replace(web, public=f"https://{PEER.db}/dicom-web-rs"))

    with laboratory(tmp_path, change=secured) as lab:
        port = lab.wado.rpartition(":")[2].partition("/")[0]
        client = Client(Reach(pki.trust, known.path, known.key_path, {PEER.db: "127.0.0.1"}))
        url = f"https://{PEER.db}:{port}/dicom-web-rs/studies/1.2/series/1.3"
        assert client.send("GET", url).status == 403
        client.close()


def test_nothing_that_was_acknowledged_is_lost_when_the_source_is_killed(tmp_path: Path) -> None:
    found = survive(tmp_path, messages=12, kills=3, seed=7)
    assert found.settled
    assert found.kills == 3
    assert found.acknowledged == 12
    assert found.dead == []
    assert len(found.published) == 12
    assert set(found.published.values()) == {1}


@pytest.fixture(scope="module")
def postgresql(tool: Callable[[str], str]) -> Iterator[str]:
    """The URL of an empty database of a server of our own."""
    for program in ("initdb", "pg_ctl", *(["setpriv"] if os.geteuid() == 0 else [])):
        tool(program)
    with tempfile.TemporaryDirectory(prefix="postgresql-") as made:
        yield from _serving(Path(made))


def _serving(folder: Path) -> Iterator[str]:
    """A server whose data are in a folder."""
    # The server refuses to run as root.
    owner = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"]
    prefix = owner if os.geteuid() == 0 else []
    if prefix:
        shutil.chown(folder, "nobody", "nogroup")
    port, data = free_port(), folder / "data"
    started = ["-o", f"-p {port} -k {folder} -c listen_addresses=127.0.0.1", "-w"]
    for command in (
        ["initdb", "-D", str(data), "-A", "trust", "-U", "drimbox", "-E", "UTF8"],
        ["pg_ctl", "-D", str(data), "-l", str(folder / "log"), *started, "start"],
    ):
        subprocess.run(
            [*prefix, *command], check=True, cwd=folder, timeout=60,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
    try:
        yield f"postgresql://drimbox@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run(
            [*prefix, "pg_ctl", "-D", str(data), "-m", "fast", "stop"], check=False, cwd=folder,
            timeout=60, stdout=subprocess.DEVNULL,
        )  # fmt: skip


def test_the_archive_may_be_postgresql(tmp_path: Path, postgresql: str) -> None:
    def chosen(settings: Source) -> Source:
        return replace(settings, archive=replace(settings.archive, url=postgresql))

    with laboratory(tmp_path, change=chosen) as lab:
        for event in Event:
            assert lab.tell(event) == "AA"
            assert lab.settled()
        assert lab.states() == ["replaced", "depublished"]
        assert lab.statuses() == ["Deprecated", "Deleted"]
    again = Archive(postgresql)
    again.close()


def test_postgresql_loses_nothing_either(tmp_path: Path, postgresql: str) -> None:
    found = survive(tmp_path, messages=6, kills=1, seed=11, url=postgresql)
    assert found.settled
    assert (found.acknowledged, len(found.published)) == (6, 6)
    assert set(found.published.values()) == {1}


def test_the_official_archive_comes_in(tmp_path: Path, samples: Path) -> None:
    folder = samples / "xdm" / "KA202401"
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as opened:
        for one in sorted(folder.rglob("*")):
            if one.is_file():
                opened.write(one, one.relative_to(folder))
    archive = Archive(f"sqlite:///{tmp_path / 'archive.db'}")
    (study,) = transfer.take(archive, made.getvalue())
    held = Holdings(archive).of(study)
    assert held is not None
    report = report_of(archive, held.report.id)
    assert report.identifier.joined == "1.2.250.1.213.1.1.6_A7102400008_6"
    assert report.patient.local.extension == "627028977073869316"
    assert [one.accession.extension for one in report.orders] == ["725229536725002"]
    assert sum(len(one.instances) for one in held.series) == 10


def test_the_official_list_holds_but_for_its_authority(samples: Path) -> None:
    trust = Trust((), "Liste Blanche DRIM-M", "318751275100020")
    at = datetime(2026, 9, 20, tzinfo=UTC)
    for name, why in (
        ("LISTEBLANCHE_DRIM-M_SIGNEE_TEST.xml", "leads to no certificate"),
        ("LISTEBLANCHE_DRIM-M_NONSIGNEE_TEST.xml", "no signature"),
    ):
        with pytest.raises(NotTrusted, match=why):
            verified((samples / "allowlist" / name).read_bytes(), trust, at)
