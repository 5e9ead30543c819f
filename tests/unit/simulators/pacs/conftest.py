"""A PACS that runs, and what asks it by DIMSE."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import pytest
from pydicom import Dataset
from pynetdicom import AE, build_context, build_role, evt
from pynetdicom.sop_class import (
    StudyRootQueryRetrieveInformationModelFind,
    StudyRootQueryRetrieveInformationModelGet,
    StudyRootQueryRetrieveInformationModelMove,
)

from simulators.faults import Fault
from simulators.pacs import Archive, Pacs, of_files
from simulators.pacs.archive import images
from simulators.pacs.faults import FAULTS
from testdata.exams import exam

ALPHA = exam("alpha")
STUDY = ALPHA.study
FILES = images(ALPHA, 16)

SECONDS = 20.0

EXPLICIT, IMPLICIT, JPEG_LS = (
    "1.2.840.10008.1.2.1", "1.2.840.10008.1.2", "1.2.840.10008.1.2.4.80",
)  # fmt: skip
FIND = StudyRootQueryRetrieveInformationModelFind
GET = StudyRootQueryRetrieveInformationModelGet
MOVE = StudyRootQueryRetrieveInformationModelMove
CT_CLASS, MR_CLASS = (STUDY.series[0].sop_class, STUDY.series[1].sop_class)
BY_NAME = {one.name: one for one in FAULTS}


def served(
    *faults: Fault, content: Archive | None = None, received: Callable[[bytes], None] | None = None
) -> Pacs:
    return Pacs(content or of_files(FILES), faults=faults, received=received or (lambda _: None))


def keys(level: str = "STUDY", **values: object) -> Dataset:
    made = Dataset()
    made.QueryRetrieveLevel = level
    for name, value in values.items():
        setattr(made, name, value)
    return made


@contextmanager
def associated(
    port: int, *contexts: Any, handlers: list[Any] | None = None, roles: bool = False
) -> Iterator[Any]:
    entity = AE("TEST")
    entity.acse_timeout = entity.dimse_timeout = entity.network_timeout = SECONDS
    negotiation = [build_role(one.abstract_syntax, scp_role=True) for one in contexts[1:]]
    association = entity.associate(
        "127.0.0.1", port, contexts=list(contexts), evt_handlers=handlers or [],
        ext_neg=negotiation if roles else None, ae_title="PACS",
    )  # fmt: skip
    assert association.is_established
    try:
        yield association
    finally:
        if association.is_established:
            association.release()


def found(port: int, identifier: Dataset, model: str = FIND) -> tuple[list[Dataset], int]:
    """The answers to a query, and its last status."""
    with associated(port, build_context(model)) as association:
        answers = list(association.send_c_find(identifier, model))
    return [one for _, one in answers if one is not None], answers[-1][0].Status


class Got(NamedTuple):
    """What a retrieval sent, and its answers."""

    files: list[bytes]
    statuses: list[Dataset]
    identifiers: list[Dataset | None]


def keeping(files: list[bytes]) -> list[Any]:
    def store(event: Any) -> int:
        files.append(event.encoded_dataset())
        return 0

    return [(evt.EVT_C_STORE, store)]


def got(port: int, identifier: Dataset, syntaxes: tuple[str, ...] = (EXPLICIT, IMPLICIT)) -> Got:
    """A C-GET: each class with these syntaxes."""
    files: list[bytes] = []
    stored = [build_context(one, list(syntaxes)) for one in (CT_CLASS, MR_CLASS)]
    with associated(
        port, build_context(GET), *stored, handlers=keeping(files), roles=True
    ) as association:
        answers = list(association.send_c_get(identifier, GET))
    return Got(files, [one for one, _ in answers], [one for _, one in answers])


@contextmanager
def destination(*syntaxes: str) -> Iterator[tuple[tuple[str, int], list[bytes]]]:
    """A storage SCP of CT and MR in these syntaxes, and the files that it got."""
    files: list[bytes] = []
    entity = AE("DEST")
    for one in (CT_CLASS, MR_CLASS):
        entity.add_supported_context(one, list(syntaxes))
    server = entity.start_server(("127.0.0.1", 0), block=False, evt_handlers=keeping(files))
    assert server is not None
    try:
        yield server.socket.getsockname()[:2], files
    finally:
        entity.shutdown()


def whole() -> Dataset:
    return keys(StudyInstanceUID=STUDY.uid)


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with served() as running:
        yield running.port


def moved(running: Pacs, identifier: Dataset, title: str = "DEST") -> list[tuple[Any, Any]]:
    with associated(running.port, build_context(MOVE)) as association:
        return list(association.send_c_move(identifier, title, MOVE))
