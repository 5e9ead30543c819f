"""The doctor, against peers of ours that are right, wrong, or not there."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from pynetdicom import AE
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from drimcheck.cli import main, parser
from drimcheck.harness import probes
from drimcheck.harness.certificates import SOON, validity
from drimcheck.harness.display import browser
from drimcheck.harness.doctor import PEERS
from drimcheck.harness.finding import Level
from drimcheck.harness.lab import laboratory
from drimcheck.harness.sut import Peers, Source, Sut
from simulators.network import Network, Tls
from simulators.pacs import Archive, Pacs
from simulators.pki import Pki
from simulators.ris.mllp import Listener
from simulators.serving import Serving

LOOPBACK = "127.0.0.1"
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    return Pki(tmp_path_factory.mktemp("pki"))


@pytest.fixture(autouse=True)
def briefly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probes, "SECONDS", 2.0)


@pytest.fixture
def examine(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    """The exit code and the lines of the doctor on a description."""

    def run(text: str, language: str = "en") -> tuple[int, str]:
        (tmp_path / "sut.toml").write_text(text)
        code = main(["doctor", "--sut", str(tmp_path / "sut.toml"), "--lang", language])
        captured = capsys.readouterr()
        return code, captured.out + captured.err

    return run


def application(status: int = 200, **headers: str) -> Starlette:
    async def answer(_request: object) -> Response:
        return Response(status_code=status, headers=headers)

    return Starlette(routes=[Route("/{rest:path}", answer)])


@contextmanager
def served(status: int = 200, tls: Tls | None = None, **headers: str) -> Iterator[Serving]:
    made = Network(LOOPBACK, tls=tls)
    with Serving(lambda _base: application(status, **headers), made) as server:
        yield server


def closed_port() -> int:
    with socket.create_server((LOOPBACK, 0)) as free:
        return int(free.getsockname()[1])


def test_what_is_missing_here_is_a_note(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr("shutil.which", lambda *_args, **_named: None)
    monkeypatch.setattr("drimcheck.harness.doctor.find_spec", lambda _name: None)
    monkeypatch.setattr("reference_drimbox.viewer.built", lambda: False)
    assert not browser()
    assert main(["doctor", "--lang", "en"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert {line.split()[1] for line in lines if line.startswith("note ")} == {
        "chromium", "viewer", "orthanc", "imagecodecs", "curl"
    }  # fmt: skip
    assert all("; " in line for line in lines if line.startswith("note "))


def test_a_system_that_is_there(examine: Callable[..., tuple[int, str]], tmp_path: Path) -> None:
    pacs = Pacs(Archive(), Network(LOOPBACK), title="BOX")
    with served() as web, Listener(lambda _raw: b"") as mllp, pacs:
        code, out = examine(
            f'[source]\nwado = "{web.base}/dicom-web-rs"\nviewer = "{web.base}"\n'
            f'mllp = "{LOOPBACK}:{mllp.address[1]}"\ndicom = "BOX@{LOOPBACK}:{pacs.port}"\n'
            f'[conso]\nbase = "{web.base}"\ncall = "{web.base}/call"\n'
        )
    assert code == 0, out
    assert "problem" not in out
    for what in ("source.wado", "source.viewer", "source.mllp", "source.dicom", "conso.base",
                 "conso.call", "source.wado clock", "peers"):  # fmt: skip
        assert f"ok       {what} " in out


def test_a_system_that_is_not_there(examine: Callable[..., tuple[int, str]]) -> None:
    port = closed_port()
    code, out = examine(
        f'[source]\nwado = "http://{LOOPBACK}:{port}"\nmllp = "{LOOPBACK}:{port}"\n'
        f'dicom = "BOX@{LOOPBACK}:{port}"\n[conso]\nbase = "http://{LOOPBACK}:{port}"\n',
        "fr",
    )
    assert code == 3
    wrong = [line for line in out.splitlines() if line.startswith("problem")]
    assert [line.split()[1] for line in wrong] == [
        "source.wado", "source.mllp", "source.dicom", "conso.base"
    ]  # fmt: skip
    assert all("le démarrer" in line for line in wrong)


def test_a_name_without_an_address(examine: Callable[..., tuple[int, str]]) -> None:
    code, out = examine('[source]\nwado = "https://box.invalid"\nmllp = "box.invalid:1"\n')
    assert code == 3
    assert out.count("box.invalid: ") == 2
    assert "network.resolve" in out


def test_resolve_gives_a_name_its_address(
    examine: Callable[..., tuple[int, str]], pki: Pki
) -> None:
    tls = pki.server("box.invalid")
    with served(tls=tls) as web:
        where = f"{LOOPBACK}:{web.network.port}"
        code, out = examine(
            f'[source]\nwado = "https://box.invalid/rs"\n[network]\nca = "{pki.trust}"\n'
            f'resolve = {{ "box.invalid" = "{where}" }}\n'
        )
    assert code == 0, out
    assert "ok       source.wado TLS" in out
    assert "days left" in out


def test_the_certificate_is_of_another_name(
    examine: Callable[..., tuple[int, str]], pki: Pki
) -> None:
    with served(tls=pki.server("other.invalid")) as web:
        code, out = examine(
            f'[source]\nwado = "https://{LOOPBACK}:{web.network.port}"\n'
            f'[network]\nca = "{pki.trust}"\n'
        )
    assert code == 3
    assert "problem  source.wado TLS" in out
    assert "use a name of the certificate" in out


def test_an_authority_that_is_unknown(examine: Callable[..., tuple[int, str]], pki: Pki) -> None:
    with served(tls=pki.server(LOOPBACK)) as web:
        code, out = examine(f'[source]\nwado = "https://{LOOPBACK}:{web.network.port}"\n')
    assert code == 3
    assert "name its authority in network.ca" in out


def test_a_server_that_asks_who_we_are(examine: Callable[..., tuple[int, str]], pki: Pki) -> None:
    made = pki.server(LOOPBACK)
    client = pki.client("us")
    with served(tls=Tls(made.certificate, made.key, pki.trust)) as web:
        text = (
            f'[source]\nwado = "https://{LOOPBACK}:{web.network.port}"\n'
            f'[network]\nca = "{pki.trust}"\n'
        )
        code, out = examine(text)
        assert code == 3
        assert "set network.certificate" in out
        code, out = examine(f'{text}certificate = "{client.path}"\nkey = "{client.key_path}"\n')
    assert code == 0, out
    assert "ok       network.certificate" in out


def test_no_tls_where_it_is_said_to_be(examine: Callable[..., tuple[int, str]]) -> None:
    with served() as web:
        code, out = examine(f'[source]\nwado = "https://{LOOPBACK}:{web.network.port}"\n')
    assert code == 3
    assert "check that it speaks TLS" in out


def test_no_http_where_it_is_said_to_be(examine: Callable[..., tuple[int, str]], pki: Pki) -> None:
    pacs = Pacs(Archive(), Network(LOOPBACK), title="BOX")
    with pacs:
        code, out = examine(f'[source]\nwado = "http://{LOOPBACK}:{pacs.port}"\n')
    assert code == 3
    assert "problem  source.wado" in out


@pytest.mark.parametrize(
    ("status", "code", "level"), [(204, 0, "ok"), (404, 0, "note"), (503, 3, "problem")]
)
def test_the_health_of_the_base(
    status: int, code: int, level: str, examine: Callable[..., tuple[int, str]]
) -> None:
    with served(status) as web:
        found, out = examine(f'[source]\nwado = "{web.base}"\n')
    assert found == code
    assert any(line.split()[:2] == [level, "source.wado"] for line in out.splitlines())


def test_a_clock_that_is_wrong(examine: Callable[..., tuple[int, str]]) -> None:
    with served(date="Mon, 01 Jan 2024 00:00:00 GMT") as web:
        code, out = examine(f'[source]\nwado = "{web.base}"\n')
    now = datetime(2026, 1, 1, tzinfo=UTC)
    assert probes.clock("x", "Thu, 01 Jan 2026 00:01:01 GMT", now).level is Level.PROBLEM
    assert probes.clock("x", "Thu, 01 Jan 2026 00:00:59 GMT", now).level is Level.OK
    assert probes.clock("x", "Thu, 01 Jan 2026 00:00:00 -0000", now).level is Level.OK
    assert probes.clock("x", "", now).level is Level.NOTE
    assert "source.wado clock" in out
    assert code == 3


def test_an_association_that_is_refused(examine: Callable[..., tuple[int, str]]) -> None:
    entity = AE("BOX")
    entity.require_called_aet = True
    entity.add_supported_context("1.2.840.10008.1.1")
    server = entity.start_server((LOOPBACK, 0), block=False)
    assert server is not None
    try:
        port = server.server_address[1]
        code, out = examine(f'[source]\ndicom = "ANOTHER@{LOOPBACK}:{port}"\n')
    finally:
        server.shutdown()
        server.server_close()
    assert code == 3
    assert "declare PACS there" in out


def test_ports_that_are_taken(examine: Callable[..., tuple[int, str]]) -> None:
    with socket.create_server((LOOPBACK, 0)) as taken:
        last = taken.getsockname()[1]
        code, out = examine(f"[source]\n[peers]\nport = {last - PEERS + 1}\n")
    assert code == 3
    assert f"problem  peers.port           {LOOPBACK}:{last}: " in out


def free_range(count: int) -> int:
    """The first of so many ports that are free together."""
    while True:
        first = min(closed_port(), 65_535 - count)
        with ExitStack() as stack, suppress(OSError):
            for port in range(first, first + count):
                stack.enter_context(socket.create_server((LOOPBACK, port)))
            return first


def test_the_peers_of_a_run_take_as_many_ports(tmp_path: Path) -> None:
    first = free_range(PEERS + 1)
    sut = Sut(source=Source(), peers=Peers(port=first))
    options = parser().parse_args(["run"])
    with laboratory(sut, options, tmp_path, "seed"):
        with pytest.raises(OSError, match="in use"):
            socket.create_server((LOOPBACK, first + PEERS - 1))
        socket.create_server((LOOPBACK, first + PEERS)).close()


def test_peers_that_another_machine_cannot_reach(
    examine: Callable[..., tuple[int, str]],
) -> None:
    _, out = examine('[source]\nmllp = "box.invalid:1"\n')
    assert "note     peers.listen" in out
    code, out = examine('[source]\n[peers]\nlisten = "192.0.2.1"\n')
    assert code == 3
    assert "problem  peers.listen" in out


def test_acts_and_tokens(
    examine: Callable[..., tuple[int, str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DRIM_TEST_TOKEN", raising=False)
    code, out = examine(
        '[source]\n[acts]\nshow = { way = "hook", command = ["./no-such-hook"] }\n'
        'retrieve = { way = "hand", folder = "nowhere" }\nload-kos = { way = "hand" }\n'
        '[token]\nenv = "DRIM_TEST_TOKEN"\n'
    )
    assert code == 3
    assert "problem  acts.show" in out
    assert "problem  acts.retrieve" in out
    assert "ok       acts.load-kos" in out
    assert "problem  token" in out
    monkeypatch.setenv("DRIM_TEST_TOKEN", "secret-of-the-test")
    code, out = examine('[source]\n[token]\nenv = "DRIM_TEST_TOKEN"\n')
    assert code == 0
    assert "secret-of-the-test" not in out


def test_a_key_that_is_of_another_certificate(
    examine: Callable[..., tuple[int, str]], pki: Pki
) -> None:
    one, other = pki.client("one"), pki.client("other")
    code, out = examine(
        f'[source]\n[network]\ncertificate = "{one.path}"\nkey = "{other.key_path}"\n'
    )
    assert code == 3
    assert "problem  network " in out


def test_a_file_that_is_no_certificate(
    examine: Callable[..., tuple[int, str]], tmp_path: Path
) -> None:
    (tmp_path / "no.pem").write_text("nothing")
    code, out = examine('[source]\n[network]\ncertificate = "no.pem"\n')
    assert code == 3
    assert "problem  network.certificate" in out


def test_a_bad_description_is_usage(
    examine: Callable[..., tuple[int, str]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert examine("[product]\n")[0] == 2
    assert main(["doctor", "--sut", "/nowhere/sut.toml"]) == 2
    assert "/nowhere/sut.toml" in capsys.readouterr().err


def dated(pki: Pki, begin: datetime, end: datetime) -> tuple[bytes, bytes]:
    """The certificate of a server on loopback between two dates, and that of its authority."""
    made = pki.server(LOOPBACK)
    like = x509.load_pem_x509_certificate(made.certificate.read_bytes())
    builder = (
        x509.CertificateBuilder()
        .subject_name(like.subject)
        .issuer_name(like.issuer)
        .public_key(like.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(end)
    )
    for one in like.extensions:
        builder = builder.add_extension(one.value, one.critical)
    signed = builder.sign(pki.authority.key, hashes.SHA256())
    above = pki.authority.certificate.public_bytes(Encoding.PEM)
    return signed.public_bytes(Encoding.PEM), above


def test_a_certificate_that_expired(
    examine: Callable[..., tuple[int, str]], pki: Pki, tmp_path: Path
) -> None:
    now = datetime.now(UTC)
    path = tmp_path / "expired.pem"
    path.write_bytes(b"".join(dated(pki, now - 9 * DAY, now - 2 * DAY)))
    with served(tls=Tls(path, pki.server(LOOPBACK).key)) as web:
        code, out = examine(
            f'[source]\nwado = "https://{LOOPBACK}:{web.network.port}"\n'
            f'[network]\nca = "{pki.trust}"\n'
        )
    assert code == 3
    assert f"source.wado TLS      expired on {now - 2 * DAY:%Y-%m-%d}; renew it" in out


def test_days_of_a_certificate(pki: Pki) -> None:
    now = datetime.now(UTC)
    soon = validity("x", dated(pki, now - DAY, now + (SOON - 1) * DAY)[0])
    assert soon.level is Level.NOTE
    assert validity("x", dated(pki, now + DAY, now + 9 * DAY)[0]).level is Level.PROBLEM
    raw = ssl.PEM_cert_to_DER_cert(dated(pki, now - DAY, now + 99 * DAY)[0].decode())
    assert validity("x", raw).level is Level.OK
