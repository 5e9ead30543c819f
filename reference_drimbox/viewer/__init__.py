"""The non-diagnostic viewer: a page that is built from the sources beside, and served as it is.

``make viewer`` builds it into ``dist``, which the wheel carries; Node is needed for that alone.
"""

from __future__ import annotations

from pathlib import Path

from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

DIST = Path(__file__).parent / "dist"
MISSING = "The viewer is not built: install Node 20 or later, then: make viewer\n"
POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self' blob:; "
    "connect-src 'self'; img-src 'self' data: blob:; style-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
"""Of other origins nothing is loaded; WebAssembly is what decodes JPEG-LS and JPEG 2000."""


def built() -> bool:
    """Whether there is a viewer to serve."""
    return (DIST / "index.html").is_file()


def mount(path: str = "/viewer") -> Mount:
    """The viewer at a path, or one line that says how to have it."""
    inner: ASGIApp = StaticFiles(directory=DIST, html=True) if built() else _missing
    return Mount(path, _Policed(inner))


async def _missing(scope: Scope, receive: Receive, send: Send) -> None:
    await PlainTextResponse(MISSING, 503)(scope, receive, send)


class _Policed:
    """Every answer says what the page may load."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def policed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Content-Security-Policy"] = POLICY
                headers["X-Content-Type-Options"] = "nosniff"
                headers["Referrer-Policy"] = "no-referrer"
            await send(message)

        await self._app(scope, receive, policed)
