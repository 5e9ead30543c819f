"""The parts of a Conso that all sessions share, made from its configuration."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor

from reference_drimbox import signing
from reference_drimbox.allowlist import Allowlist
from reference_drimbox.archive import Archive, ArchiveUnavailable
from reference_drimbox.conso.cache import Cache
from reference_drimbox.conso.call import Waiting
from reference_drimbox.conso.config import Conso
from reference_drimbox.conso.export import Export, Exporter
from reference_drimbox.conso.fetching import Fetches, LoginAgain, Means
from reference_drimbox.conso.gate import Gate
from reference_drimbox.conso.manifest import Manifest, Series
from reference_drimbox.conso.trail import Trail
from reference_drimbox.conso.visit import Visit
from reference_drimbox.dmp import Dmp
from reference_drimbox.http import Client
from reference_drimbox.oidc import Provider
from reference_drimbox.sessions import Sessions
from reference_drimbox.settings import Misconfigured
from reference_drimbox.signing import Signer

EXPORTS = 2
log = logging.getLogger(__name__)


class Service:
    """A Conso. Raises Misconfigured, ArchiveUnavailable, OSError where it cannot be made."""

    def __init__(self, settings: Conso) -> None:
        self.settings = settings
        folder = settings.data.folder
        folder.mkdir(parents=True, exist_ok=True)
        self.archive = Archive(
            settings.archive.url or f"sqlite:///{folder / 'conso.sqlite'}",
            settings.archive.password(),
        )
        self.trail = Trail(self.archive)
        self.client = Client(settings.network.reach())
        self.provider = self._provider()
        known_as = settings.dmp.known_as()
        self.dmp = Dmp(self.client, settings.dmp.url, Signers(settings), known_as)
        self.allowlist = Allowlist(settings.allowlist, folder / "allowlist.xml", self.client)
        sources = settings.sources
        self.means = Means(
            self.client,
            Cache(folder / "cache", settings.data.cache_bytes),
            Gate(sources.trusted, self.allowlist.lists_url),
            ThreadPoolExecutor(sources.at_once, thread_name_prefix="fetch"),
            sources.seconds,
        )
        self.exporter = Exporter(settings.pacs, self.client)
        self._exports = ThreadPoolExecutor(EXPORTS, thread_name_prefix="export")
        self.waiting = Waiting()
        secure = settings.base.startswith("https:")
        self.sessions: Sessions[Visit] = Sessions(_ended, secure=secure)

    def _provider(self) -> Provider | None:
        psc, network = self.settings.psc, self.settings.network
        if not psc.enabled:
            return None
        secret = psc.secret(certificate=network.certificate is not None)
        return Provider(self.client, psc.discovery, psc.client_id, secret)

    def start(self) -> None:
        self.allowlist.start()

    def close(self) -> None:
        """Stop all that runs, and forget the sessions with their images."""
        self.allowlist.stop()
        self.sessions.close()
        for pool in (self.means.pool, self._exports):
            pool.shutdown(wait=False, cancel_futures=True)
        self.client.close()
        for pool in (self.means.pool, self._exports):
            pool.shutdown(wait=True)
        self.archive.close()

    def visit(self) -> Visit:
        """A new session."""
        made = Visit(set(self.settings.display.traits))

        def token() -> str:
            if self.provider is None:
                return ""
            if made.tokens is None:
                raise LoginAgain
            return made.access_token(self.provider)

        def told(manifest: Manifest, series: Series, code: int) -> None:
            self._noted_later(made, "retrieve", f"{code} {len(series.instances)}", manifest)

        made.fetches = Fetches(self.means, made.id, token, told)
        return made

    def noted(
        self, visit: Visit, action: str, result: str, manifest: Manifest | None = None
    ) -> None:
        """Write to the audit trail. Raises ArchiveUnavailable."""
        self.trail.access(
            visit.who,
            action,
            result,
            patient=visit.patient.identifier if visit.patient else "",
            kos=manifest.uid if manifest else "",
            study=manifest.study if manifest else "",
        )

    def _noted_later(self, visit: Visit, action: str, result: str, manifest: Manifest) -> None:
        """Write what came of something that was noted when it began, as far as it can be."""
        try:
            self.noted(visit, action, result, manifest)
        except ArchiveUnavailable:
            log.exception("the audit trail cannot be written")

    def export(self, visit: Visit, one: Export) -> None:
        """Begin an export. Raises ArchiveUnavailable."""
        self.noted(visit, "export", f"{one.target} begun", one.manifest)
        visit.exports[one.id] = one
        assert visit.fetches is not None
        fetches = visit.fetches

        def told(ended: Export) -> None:
            result = f"{ended.target} {ended.state} {ended.sent}/{ended.expected}"
            self._noted_later(visit, "export", result, ended.manifest)

        self._exports.submit(self.exporter.run, one, fetches, told)


def _ended(visit: Visit) -> None:
    if visit.fetches is not None:
        visit.fetches.close()


class Signers:
    """The certificate of each structure (F-VI-07)."""

    def __init__(self, settings: Conso) -> None:
        self._settings = settings
        self._known: dict[str, Signer] = {}
        dmp = settings.dmp
        self._only = _loaded(settings) if dmp.certificate and dmp.key else None

    def __call__(self, structure: str) -> Signer:
        folder = self._settings.dmp.signers
        if folder is None or not structure.isalnum():
            return self._default()
        if structure not in self._known:
            certificate = folder / f"{structure}.pem"
            if not certificate.exists():
                return self._default()
            self._known[structure] = signing.load(certificate, folder / f"{structure}.key")
        return self._known[structure]

    def _default(self) -> Signer:
        if self._only is None:
            self._only = signing.laboratory(self._settings.data.folder, "CONSO")
        return self._only


def _loaded(settings: Conso) -> Signer:
    dmp = settings.dmp
    assert dmp.certificate is not None
    assert dmp.key is not None
    try:
        return signing.load(dmp.certificate, dmp.key)
    except (OSError, ValueError) as problem:
        raise Misconfigured(f"dmp.certificate: {problem}") from None
