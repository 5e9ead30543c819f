"""Pages: templates, texts in French and English, headers that go with every answer."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from reference_drimbox.conso.patient import DEFAULT_TRAITS, TRAITS
from reference_drimbox.conso.visit import Visit

HERE = Path(__file__).parent
LANGUAGES = ("fr", "en")
COOKIE = "lang"
PAGES = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
PAGES += "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
VIEWER = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self' blob:; "
VIEWER += "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; connect-src 'self' blob:; "
VIEWER += "form-action 'none'; frame-ancestors 'none'; base-uri 'none'"
"""Cornerstone3D compiles its codecs, runs them in workers, and places its canvas by style."""


@cache
def _texts() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads((HERE / "texts.toml").read_text(encoding="utf-8"))


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def language(request: Request) -> str:
    """The language of a request: ``?lang=``, what was chosen before, Accept-Language, French."""
    for asked in (request.query_params.get("lang"), request.cookies.get(COOKIE)):
        if asked in LANGUAGES:
            return str(asked)
    for one in request.headers.get("Accept-Language", "").split(","):
        found = one.partition(";")[0].strip()[:2].lower()
        if found in LANGUAGES:
            return found
    return LANGUAGES[0]


def texts(request: Request) -> Callable[[str], str]:
    """The texts by their key, in the language of a request."""
    chosen = language(request)
    return lambda key: _texts()[key][chosen]


def page(
    request: Request, visit: Visit | None, template: str, status: int = 200, **values: Any
) -> Response:
    """A page of the Conso; the banner has the patient of the session (D-UI-01)."""
    text = texts(request)
    patient = visit.patient if visit else None
    shown = visit.shown if visit else set(DEFAULT_TRAITS)
    made = _environment().get_template(f"{template}.html")
    body = made.render(
        t=text,
        lang=language(request),
        visit=visit,
        banner=patient.shown(shown) if patient else [],
        shown=shown,
        traits=TRAITS,
        **values,
    )
    answer = HTMLResponse(body, status)
    asked = request.query_params.get("lang")
    if asked in LANGUAGES:
        answer.set_cookie(COOKIE, asked, samesite="lax", httponly=True)
    return answer


def message(
    request: Request, visit: Visit | None, key: str, status: int, detail: str = ""
) -> Response:
    """A page that says what happened, and what to do."""
    return page(request, visit, "message", status, key=key, detail=detail)


def to(path: str) -> Response:
    """On to another page."""
    return RedirectResponse(path, 303)


class Guarded:
    """Every answer has the headers that keep a browser from doing what no page of ours needs."""

    def __init__(self, app: ASGIApp, *, secure: bool) -> None:
        self._app = app
        self._headers = [
            (b"x-content-type-options", b"nosniff"),
            (b"referrer-policy", b"same-origin"),
            (b"cross-origin-opener-policy", b"same-origin"),
        ]
        if secure:
            self._headers.append(
                (b"strict-transport-security", b"max-age=63072000; includeSubdomains")
            )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        viewer = scope.get("path", "").startswith("/viewer/")
        policy = (b"content-security-policy", (VIEWER if viewer else PAGES).encode())

        async def guarded(told: Message) -> None:
            if told["type"] == "http.response.start":
                names = {name.lower() for name, _ in told["headers"]}
                told["headers"] += [policy, *self._headers]
                if b"cache-control" not in names:
                    asset = scope["path"].startswith(("/viewer/", "/static/"))
                    kept = b"no-cache" if asset else b"no-store"
                    told["headers"].append((b"cache-control", kept))
            await send(told)

        await self._app(scope, receive, guarded)
