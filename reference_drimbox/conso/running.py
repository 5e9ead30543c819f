"""A Conso that listens, from entering the context to leaving it."""

from __future__ import annotations

from dataclasses import replace
from types import TracebackType

from reference_drimbox import config
from reference_drimbox.conso.application import application
from reference_drimbox.conso.config import Conso
from reference_drimbox.conso.service import Service
from reference_drimbox.source.serving import Server


class Running:
    """The Conso of a configuration; where its port is 0, on any.

    Raises Misconfigured, ArchiveUnavailable, OSError where it cannot be started.
    """

    def __init__(self, settings: Conso) -> None:
        web = settings.web
        listener = config.Web(
            listen=web.listen, port=web.port, certificate=web.certificate, key=web.key
        )
        self._server = Server(listener)
        try:
            self.service = Service(replace(settings, web=replace(web, port=self._server.port)))
        except BaseException:
            self._server.stop()
            raise

    @property
    def base(self) -> str:
        """Scheme, host and port of its addresses."""
        return self.service.settings.base

    def __enter__(self) -> Running:
        self.service.start()
        try:
            self._server.start(application(self.service))
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop()

    def _stop(self) -> None:
        self._server.stop()
        self.service.close()
