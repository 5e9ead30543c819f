"""The Conso of the reference among our peers on loopback, and a browser that is none."""

from __future__ import annotations

import atexit
import random
import re
import socket
import ssl
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx

from drimcheck.simulate.live import Live
from reference_drimbox.conso import config
from reference_drimbox.conso.running import Running
from simulators import dmp, psc
from simulators.dmp import Store
from simulators.faults import Fault
from simulators.network import Network
from simulators.pacs import Archive, Pacs
from simulators.pacs.web import application as pacs_web
from simulators.pki import Pki
from simulators.psc import CONNECT, CONSO, SOURCE, User, cast
from simulators.psc.clients import LIFETIME
from simulators.ris.calls import call_request
from simulators.sending import send
from simulators.serving import Serving
from simulators.wado_server import Holding, application, exam_holding, introspection
from testdata.exam import Exam
from tests.peers import ALPHA, at, known_of

DISCOVERY = "/auth/realms/esante-wallet/.well-known/wallet-openid-configuration"
PLAIN = Network()
TRIES = 600
PAUSE = 0.05


def port_of_conso() -> int:
    """A port that is free, and not one of those that the system gives: PSC must know it before."""
    for _ in range(100):
        port = random.randrange(20_000, 32_000)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
    raise AssertionError("no port is free")


@cache
def shared_pki() -> Pki:
    """Certificates of a test run: their keys take long to make."""
    folder = TemporaryDirectory(prefix="pki-")
    atexit.register(folder.cleanup)
    return Pki(Path(folder.name))


@dataclass(slots=True)
class Site:
    """A Conso that runs, and what is around it."""

    exam: Exam
    running: Running
    holding: Holding
    pacs: Archive
    trust: ssl.SSLContext

    @property
    def base(self) -> str:
        return self.running.base

    def browser(self, **headers: str) -> httpx.Client:
        return httpx.Client(
            base_url=self.base,
            verify=self.trust,
            trust_env=False,
            follow_redirects=True,
            timeout=60,
            headers=headers,
        )

    def call(self, change: Callable[[bytes], bytes] = bytes, exam: Exam | None = None) -> bytes:
        """What answers the contextual call of a RIS, its form changed."""
        url = f"{self.base}/contextual-call"
        head, _, body = call_request(exam or self.exam, url).partition(b"\r\n\r\n")
        body = change(body)
        head = re.sub(rb"Content-Length: \d+", b"Content-Length: %d" % len(body), head)
        return bytes(send(url, head + b"\r\n\r\n" + body).response)

    def entered(self, browser: httpx.Client, **changed: Any) -> httpx.Response:
        """The first page that a user sees who follows the call of a RIS and logs in."""
        return browser.get(location(self.call(**changed)))

    def opened(self, browser: httpx.Client) -> str:
        """Open the first exam that is found; its study."""
        page = self.entered(browser)
        (exam, *_) = re.findall(r'name="exam" value="([^"]+)"', page.text)
        answer = browser.post("/open", data={"exam": exam})
        assert answer.status_code == 200, answer.text
        return str(answer.url).rsplit("/", 1)[1]


def location(answer: bytes) -> str:
    """Where a 303 leads."""
    assert answer.startswith(b"HTTP/1.1 303 "), answer
    found = re.search(rb"(?i)\r\nlocation: ([^\r]+)", answer)
    assert found
    return found[1].decode()


def polled(browser: httpx.Client, path: str) -> dict[str, Any]:
    """What is told of a retrieval or an export once it is over."""
    for _ in range(TRIES):
        found: dict[str, Any] = browser.get(path).json()
        if found["state"] != "running":
            return found
        time.sleep(PAUSE)
    raise AssertionError(f"{path}: still running")


@contextmanager
def site(
    folder: Path,
    live: Live | None = None,
    *,
    exam: Exam = ALPHA,
    faults: Sequence[Fault] = (),
    users: Sequence[User] = (),
    automatic: str = "radiologue",
    lifetime: int = LIFETIME,
    store: Store | None = None,
    holding: Callable[[Holding], Holding] = lambda one: one,
    sections: Mapping[str, Mapping[str, Any]] | None = None,
) -> Iterator[Site]:
    """A Conso, PSC over mutual TLS, a DMP, a WADO-RS server, a PACS that is empty."""
    pki, port = shared_pki(), port_of_conso()
    trust = ssl.create_default_context(cafile=pki.trust)
    with ExitStack() as stack:

        def serve(name: str, make: Callable[[str], Any], network: Network = PLAIN) -> str:
            record = live.recorder(name) if live else lambda _: None
            own = [one for one in faults if one.simulator == name]
            serving = Serving(make, network, record, own, keep=None)
            return stack.enter_context(serving).base

        def of(name: str) -> list[Fault]:
            return [one for one in faults if one.simulator == name]

        redirect = f"http://127.0.0.1:{port}{config.CALLBACK}"
        clients = [
            replace(CONSO, secret="", redirect_uris=(redirect,), lifetime=lifetime,
                    certificate=pki.client(CONSO.id).certificate.subject.rfc4514_string()),
            SOURCE,
        ]  # fmt: skip
        login = serve(
            "psc",
            lambda base: psc.application(
                base, of("psc"), clients=clients, users=users or cast(exam.seed),
                automatic=automatic,
            ),
            Network(tls=pki.server("127.0.0.1")),
        )  # fmt: skip
        (folder / "images").mkdir()
        held = holding(exam_holding(exam, folder / "images"))
        check = introspection(
            f"{login}{CONNECT}/token/introspect", SOURCE.id, SOURCE.secret, tls=trust
        )
        wado = serve(
            "wado-server", lambda base: application(base, held, of("wado-server"), check=check)
        )
        placed = at(wado, exam)
        if live is not None:
            live.known.manifests = known_of(placed).manifests
        records = store or Store(anyone=True)
        records.preload_exam(placed)
        record = serve("dmp", lambda base: dmp.application(base, of("dmp"), store=records))
        archive = Archive()
        pacs = stack.enter_context(Pacs(archive))
        web = stack.enter_context(Serving(lambda base: pacs_web(pacs, base))).base
        client = pki.client(CONSO.id)
        settings = {
            "web": config.Web(port=port),
            "psc": config.Psc(discovery=f"{login}{DISCOVERY}"),
            "dmp": config.Dmp(url=f"{record}{dmp.SERVICES}"),
            "pacs": config.Pacs(port=pacs.port, stow=web, folder=folder / "export"),
            "data": config.Data(folder=folder / "data"),
            "network": config.Network(pki.trust, client.path, client.key_path, seconds=20.0),
        }
        for name, changed in (sections or {}).items():
            settings[name] = replace(settings.get(name, _default(name)), **changed)  # type: ignore[type-var]
        running = stack.enter_context(Running(config.Conso(**settings)))  # type: ignore[arg-type]
        yield Site(placed, running, held, archive, trust)


def _default(name: str) -> Any:
    return getattr(config.Conso(), name)
