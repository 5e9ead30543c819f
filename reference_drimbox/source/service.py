"""The Source as a whole: what listens, what works, and how it starts and stops."""

from __future__ import annotations

import fcntl
import logging
import ssl
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

from anyio.to_thread import current_default_thread_limiter
from starlette.applications import Starlette

from reference_drimbox import signing
from reference_drimbox.allowlist import Allowlist
from reference_drimbox.archive import Archive
from reference_drimbox.archive.holdings import Holdings
from reference_drimbox.config import Mllp, Source
from reference_drimbox.dmp import Dmp
from reference_drimbox.http import Client
from reference_drimbox.mllp import Listener as MllpListener
from reference_drimbox.oidc import Provider
from reference_drimbox.pacs import Pacs
from reference_drimbox.sessions import Sessions
from reference_drimbox.settings import Misconfigured
from reference_drimbox.signing import Signer
from reference_drimbox.source.building import Builder
from reference_drimbox.source.guard import Guard
from reference_drimbox.source.images import Images
from reference_drimbox.source.listener import Listener as DicomListener
from reference_drimbox.source.publication import Publisher
from reference_drimbox.source.receiving import Receiver
from reference_drimbox.source.retrieval import retrieve_of
from reference_drimbox.source.serving import Server
from reference_drimbox.source.viewer import CALLBACK, Viewer, leave
from reference_drimbox.source.wado import Wado
from reference_drimbox.source.work import Worker

THREADS = 200
LIBRARIES = ("httpx", "httpcore", "pynetdicom", "pydicom", "alembic", "uvicorn")
"""Their messages at level INFO name URLs and identifiers."""

log = logging.getLogger(__name__)


class AlreadyRunning(Exception):
    """Another process works in the data folder."""


def signers(settings: Source) -> Callable[[str], Signer]:
    """The certificate of each structure (F-VI-07). Raises Misconfigured when one is unusable."""
    dmp = settings.dmp
    known: dict[str, Signer] = {}
    try:
        if dmp.certificate is not None and dmp.key is not None:
            usual = signing.load(dmp.certificate, dmp.key)
        else:
            log.warning("dmp.certificate: none; a self-signed one of the laboratory signs")
            usual = signing.laboratory(settings.drimbox.data, settings.drimbox.identifier)
        for one in sorted(dmp.signers.glob("*.pem")) if dmp.signers else ():
            known[one.stem] = signing.load(one, one.with_suffix(".key"))
    except (OSError, ValueError) as problem:
        raise Misconfigured(f"dmp: the certificate cannot be used: {problem}") from None
    return lambda structure: known.get(structure, usual)


def tls_of(settings: Mllp) -> ssl.SSLContext | None:
    """TLS of a listener; clients must present a certificate where ``authorities`` is set."""
    if settings.certificate is None:
        return None
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(settings.certificate, settings.key)
    if settings.authorities is not None:
        made.load_verify_locations(settings.authorities)
        made.verify_mode = ssl.CERT_REQUIRED
    return made


@contextmanager
def _alone(folder: Path) -> Iterator[IO[str]]:
    """Hold the lock of a data folder. Raises AlreadyRunning."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "source.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise AlreadyRunning(f"{folder}: another Source works there") from None
        yield file


@asynccontextmanager
async def _many_threads(_application: Starlette) -> AsyncIterator[None]:
    """Each answer that waits for the PACS has a thread for as long as it waits."""
    current_default_thread_limiter().total_tokens = THREADS
    yield


class Service:
    """The Source, from entering the context to leaving it.

    Raises Misconfigured, AlreadyRunning, ArchiveUnavailable, and OSError where a port cannot be
    had.
    """

    def __init__(self, settings: Source) -> None:
        self._settings = settings
        self._stack = ExitStack()
        self.archive: Archive
        self.addresses: dict[str, str] = {}

    def __enter__(self) -> Service:
        try:
            self._start()
        except BaseException:
            self._stack.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def _start(self) -> None:
        settings, stack = self._settings, self._stack
        data = settings.drimbox.data
        stack.enter_context(_alone(data))
        url = settings.archive.url or f"sqlite:///{data / 'archive.db'}"
        self.archive = Archive(url, settings.archive.password())
        stack.callback(self.archive.close)
        try:
            client = Client(settings.network.reach())
        except OSError as problem:
            raise Misconfigured(f"network: {problem}") from None
        stack.callback(client.close)
        allowlist = Allowlist(settings.allowlist, data / "allowlist.xml", client)
        allowlist.start()
        stack.callback(allowlist.stop)
        pacs = Pacs(settings.pacs, settings.dicom.title)
        images = Images(
            data / "images", settings.cache.bytes, retrieve_of(settings.pacs, pacs, client)
        )
        stack.callback(images.stop)
        server = Server(settings.web)
        worker = self._worker(client, pacs)
        stack.callback(worker.stop)
        self._listen(worker, images)
        self._serve(server, client, allowlist, images)
        worker.start()

    def _worker(self, client: Client, pacs: Pacs) -> Worker:
        settings = self._settings
        signer = signers(settings)
        builder = Builder(pacs, settings.drimbox, settings.web.base, signer)
        dmp = Dmp(client, settings.dmp.url, signer, settings.dmp.known_as())
        return Worker(self.archive, Publisher(self.archive, builder, dmp), settings.work)

    def _listen(self, worker: Worker, images: Images) -> None:
        settings = self._settings
        receiver = Receiver(self.archive, settings.drimbox.timezone, worker.wake)
        mllp = MllpListener(
            receiver.message,
            settings.mllp.listen,
            settings.mllp.port,
            longest=settings.mllp.longest,
            tls=tls_of(settings.mllp),
        )
        mllp.start()
        self._stack.callback(mllp.stop)
        dicom = DicomListener(settings.dicom, receiver.note, images.stored)
        dicom.start()
        self._stack.callback(dicom.stop)
        self.addresses["mllp"] = f"mllp://{settings.mllp.listen}:{mllp.address[1]}"
        where = f"{settings.dicom.title}@{settings.dicom.listen}:{dicom.port}"
        self.addresses["dicom"] = f"dicom://{where}"

    def _serve(self, server: Server, client: Client, allowlist: Allowlist, images: Images) -> None:
        settings, web = self._settings, self._settings.web
        psc, holdings = settings.psc, Holdings(self.archive)
        secret, login_secret = psc.secrets(certificate=settings.network.certificate is not None)
        checking = Provider(client, psc.discovery, psc.client_id, secret)
        login = Provider(client, psc.discovery, psc.login_client_id, login_secret)
        viewer = Viewer(
            archive=self.archive,
            holdings=holdings,
            images=images,
            provider=login if psc.login else None,
            redirect_uri=psc.redirect_uri or web.viewer_base + CALLBACK,
            sessions=Sessions(leave, secure=web.certificate is not None),
        )
        self._stack.callback(viewer.sessions.close)
        called = (urlsplit(one).hostname or "" for one in (web.base, web.viewer_base))
        asked = checking if psc.tokens else None
        guard = Guard(allowlist, asked, frozenset({*called, web.listen}))
        wado = Wado(self.archive, holdings, images, guard, web.base)
        routes = [*wado.routes(web.path), *viewer.routes()]
        server.start(Starlette(routes=routes, lifespan=_many_threads))
        self._stack.callback(server.stop)
        scheme = "https" if web.certificate else "http"
        self.addresses["wado"] = f"{scheme}://{web.listen}:{server.port}{web.path}"
