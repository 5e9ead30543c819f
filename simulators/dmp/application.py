"""The DMP as a web application: four services of SOAP 1.2 (DRIM-M F-TD-09)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulators.dmp import documents, patients, soap
from simulators.dmp.documents import PUBLISH, RETRIEVE, SEARCH, UPDATE
from simulators.dmp.names import HL7, LCM, QUERY, XDS, qualified
from simulators.dmp.problem import Fault as NotUnderstood
from simulators.dmp.soap import Answer, Received
from simulators.dmp.store import Store
from simulators.faults import Fault
from testdata.exams import exam

SERVICES = "/si-dmp-server/v2/services"
MAX_BYTES = 1 << 26
Transaction = Callable[[Store, Received], Answer]
Table = Mapping[str, tuple[str, Transaction]]
"""By the first element of the body: its action, "" for any, and what is done."""


def application(
    base: str,  # noqa: ARG001 - every peer is made with its base; this one writes no URL
    faults: Sequence[Fault] = (),
    *,
    store: Store | None = None,
) -> Starlette:
    """The DMP; without a ``store``, that of a patient whose exam is published, Exam Alpha.

    Of the faults, those with ``adjust`` change a document before it is delivered.
    """
    held = store or _alpha()
    changes = [one.adjust for one in faults if one.adjust]
    registry: Table = {
        qualified(QUERY, "AdhocQueryRequest"): (SEARCH, documents.search),
        qualified(LCM, "SubmitObjectsRequest"): (UPDATE, documents.update),
    }
    repository: Table = {
        qualified(XDS, "ProvideAndRegisterDocumentSetRequest"): (PUBLISH, documents.publish),
        qualified(XDS, "RetrieveDocumentSetRequest"): (
            RETRIEVE,
            partial(documents.retrieve, changes=changes),
        ),
    }
    tables = {
        "registry": registry,
        "repository": repository,
        "patients": {qualified(HL7, "PRPA_IN201307UV02"): ("", patients.exists)},
        "habilitations": {"setAuthorization": ("", patients.authorise)},
    }
    return Starlette(
        routes=[
            Route(f"{SERVICES}/{name}", _service(held, table), methods=["POST"])
            for name, table in tables.items()
        ]
    )


def _alpha() -> Store:
    made = Store()
    made.preload_exam(exam("alpha"))
    return made


def _service(store: Store, table: Table) -> Callable[[Request], object]:
    async def serve(request: Request) -> Response:
        content_type = request.headers.get("Content-Type", "")
        try:
            body = await _body(request)
        except NotUnderstood as problem:
            return _answered(problem)
        return await run_in_threadpool(_served, store, table, content_type, body)

    return serve


async def _body(request: Request) -> bytes:
    """The body. Raises a fault where it is too large."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MAX_BYTES:
            raise NotUnderstood(f"more than {MAX_BYTES} bytes", status=413)
    return bytes(body)


def _served(store: Store, table: Table, content_type: str, body: bytes) -> Response:
    identifier, multipart = "", False
    try:
        asked = soap.receive(content_type, body)
        identifier, multipart = asked.identifier, asked.multipart
        answer = _transaction(table, asked)(store, asked)
    except NotUnderstood as problem:
        return _answered(problem, identifier)
    kind, content = soap.send(answer, identifier, multipart=multipart)
    return Response(content, headers={"Content-Type": kind})


def _transaction(table: Table, asked: Received) -> Transaction:
    """What the service does with a message. Raises a fault where its action is another's."""
    name = str(asked.payload.tag)
    found = table.get(name) or table.get(name.rpartition("}")[2])
    if found is None:
        raise NotUnderstood(f"the service does not know {name}")
    action, done = found
    if action and asked.action != action:
        raise NotUnderstood(f"wsa:Action is not {action}")
    return done


def _answered(problem: NotUnderstood, identifier: str = "") -> Response:
    kind, content = soap.send(soap.fault(problem), identifier, multipart=False)
    return Response(content, problem.status, headers={"Content-Type": kind})
