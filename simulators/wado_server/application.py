"""The service: resources, methods, health check, capabilities (PS3.18 10.4; DRIM-M C)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from simulators.faults import Fault
from simulators.wado_server.answers import Refused
from simulators.wado_server.capabilities import WADL_TYPE, wadl
from simulators.wado_server.checks import Asked, Guard, asked, manifest_named
from simulators.wado_server.holding import Held, Holding
from simulators.wado_server.retrieval import Service
from simulators.wado_server.tokens import Check

BASE = "/dicom-web-rs"
HSTS = (b"strict-transport-security", b"max-age=63072000; includeSubdomains")
METHODS = ["GET", "OPTIONS"]

Answer = Callable[[Service, Request, Asked, list[Held]], Response]


def application(
    base: str,
    holding: Holding,
    faults: Sequence[Fault] = (),
    *,
    check: Check | None = None,
    clients: Collection[str] | None = None,
) -> Starlette:
    """The server of a holding; ``base`` is scheme, host and port of its URLs.

    Tokens are looked at where ``check`` is set, certificates where ``clients`` are.
    """
    service = Service(f"{base}{BASE}", holding, tuple(one for one in faults if one.adjust))
    guard = Guard(check, clients)

    def route(path: str, answer: Answer) -> Route:
        return Route(f"{BASE}{path}", _handler(service, guard, answer), methods=METHODS)

    levels = (
        "/studies/{study}",
        "/studies/{study}/series/{series}",
        "/studies/{study}/series/{series}/instances/{instance}",
    )
    routes = [route(level, Service.instances) for level in levels]
    routes += [route(f"{level}/metadata", Service.metadata) for level in levels]
    routes += [route(f"{level}/rendered", Service.rendered) for level in levels]
    routes += [
        route(f"{levels[-1]}/frames/{{frames}}", Service.frames),
        route(f"{levels[-1]}/frames/{{frames}}/rendered", Service.rendered),
        route(f"{levels[-1]}/bulkdata/7FE00010", Service.pixels),
        Route(BASE, _health(service), methods=METHODS),
        Route(f"{BASE}/studies", _capabilities(service), methods=["OPTIONS"]),
    ]
    return Starlette(routes=routes, middleware=[Middleware(_Secured)])


def _handler(
    service: Service, guard: Guard, answer: Answer
) -> Callable[[Request], Awaitable[Response]]:
    async def handle(request: Request) -> Response:
        if request.method == "OPTIONS":
            return _described(service)
        try:
            await guard.admit(request)
            resource = asked(request)
            if not service.holding.known(resource.study):
                raise Refused(404, "this study is not known here")
            manifest_named(request, service.holding, resource.study)
            return answer(service, request, resource, service.held(resource))
        except Refused as refused:
            return refused.response()

    return handle


def _described(service: Service) -> Response:
    return Response(wadl(service.base), media_type=WADL_TYPE, headers={"Allow": ", ".join(METHODS)})


def _capabilities(service: Service) -> Callable[[Request], Awaitable[Response]]:
    async def handle(_request: Request) -> Response:
        return _described(service)

    return handle


def _health(service: Service) -> Callable[[Request], Awaitable[Response]]:
    """The base of the service says that it is up (C-HLT-01)."""

    async def handle(request: Request) -> Response:
        if request.method == "OPTIONS":
            return _described(service)
        return JSONResponse({"status": "UP", "studies": len(service.holding.manifests)})

    return handle


class _Secured:
    """Every answer asks for HTTPS from now on (C-RES-09)."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"].append(HSTS)
            await send(message)

        await self._app(scope, receive, secured)
