"""The Conso as a web application."""

from __future__ import annotations

import logging
from contextlib import suppress
from pathlib import Path

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from reference_drimbox import viewing
from reference_drimbox.archive import ArchiveUnavailable
from reference_drimbox.conso import upload
from reference_drimbox.conso.config import CALLBACK
from reference_drimbox.conso.exams import Exams
from reference_drimbox.conso.forms import posted, uploaded
from reference_drimbox.conso.login import Login
from reference_drimbox.conso.rendering import Guarded, message
from reference_drimbox.conso.service import Service
from reference_drimbox.conso.studies import Studies

log = logging.getLogger(__name__)
VIEWER = Path(__file__).parents[1] / "viewer" / "dist"
KNOWN = (400, 401, 403, 404, 405, 410, 413, 502, 503)


def application(service: Service) -> Starlette:
    """The application of a Conso."""
    login, exams = Login(service), Exams(service)
    studies = Studies(service, exams)
    problems = _Problems(service)
    return Starlette(
        routes=[
            Route(service.settings.web.call, login.call, methods=["POST"]),
            Route("/", login.home),
            Route("/login", login.login),
            Route(CALLBACK, login.callback),
            Route("/activity", login.activity),
            Route("/activity", posted(login.choose), methods=["POST"]),
            Route("/consent", login.consent),
            Route("/consent", posted(login.consented), methods=["POST"]),
            Route("/traits", posted(login.traits), methods=["POST"]),
            Route("/logout", posted(login.logout), methods=["POST"]),
            Route("/search", exams.search),
            Route("/open", posted(exams.open), methods=["POST"]),
            Route("/import", exams.importing),
            Route("/import", uploaded(exams.imported, upload.LONGEST), methods=["POST"]),
            Route("/studies", studies.list),
            Route("/studies/{study}", studies.study),
            Route("/studies/{study}/series/{series}", posted(studies.fetch), methods=["POST"]),
            Route("/studies/{study}/export", posted(studies.export), methods=["POST"]),
            Route("/exports/{export}", studies.exported),
            Route("/api/exports/{export}", studies.export_state),
            Route("/audit", studies.audit),
            Route("/audit.csv", studies.audit_csv),
            Route("/calls.csv", studies.calls_csv),
            Route("/health", _health),
            *viewing.routes(studies.images),
            _viewer(service),
            Mount("/static", StaticFiles(directory=Path(__file__).parent / "static")),
        ],
        middleware=[Middleware(Guarded, secure=service.settings.base.startswith("https:"))],
        exception_handlers={
            HTTPException: problems.refused,
            ArchiveUnavailable: problems.unkept,
        },
    )


async def _health(_request: Request) -> Response:
    return JSONResponse({"status": "UP"})


def _viewer(service: Service) -> BaseRoute:
    """The bundle of the viewer, or a page that says how it is made."""
    folder = service.settings.display.viewer or VIEWER
    if (folder / "index.html").is_file():
        return Mount("/viewer", StaticFiles(directory=folder, html=True))

    def absent(request: Request) -> Response:
        return message(request, service.sessions.of(request), "no_viewer", 501)

    return Route("/viewer/", absent)


class _Problems:
    """What is answered where something went wrong: a page to a user, JSON to the viewer."""

    def __init__(self, service: Service) -> None:
        self._service = service

    async def refused(self, request: Request, problem: Exception) -> Response:
        assert isinstance(problem, HTTPException)
        return await run_in_threadpool(
            self._told, request, problem.status_code, dict(problem.headers or {})
        )

    async def unkept(self, request: Request, problem: Exception) -> Response:
        """What cannot be written to the audit trail is not shown (G-AUD-01)."""
        log.error("the audit trail cannot be written: %s", problem)
        return await run_in_threadpool(self._told, request, 503, {"Retry-After": "30"})

    def _told(self, request: Request, status: int, headers: dict[str, str]) -> Response:
        if request.url.path.startswith(("/api/", "/instances/", "/thumbnails/", "/static/")):
            return JSONResponse({"status": status}, status, headers)
        visit = None
        with suppress(ArchiveUnavailable):
            visit = self._service.sessions.of(request)
        key = f"code_{status}" if status in KNOWN else "code_500"
        answer = message(request, visit, key, status)
        answer.headers.update(headers)
        return answer
