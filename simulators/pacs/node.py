"""The archive as an application entity: what it answers to C-ECHO, C-STORE, C-FIND, C-MOVE, C-GET.

The services are those of PS3.4 A, B and C; each association has a thread of its own.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from types import TracebackType
from typing import Any

from pydicom import Dataset
from pydicom.uid import UID
from pynetdicom import AE, ALL_TRANSFER_SYNTAXES, AllStoragePresentationContexts, build_context, evt
from pynetdicom.sop_class import (  # type: ignore[attr-defined]
    PatientRootQueryRetrieveInformationModelFind,
    PatientRootQueryRetrieveInformationModelGet,
    PatientRootQueryRetrieveInformationModelMove,
    StudyRootQueryRetrieveInformationModelFind,
    StudyRootQueryRetrieveInformationModelGet,
    StudyRootQueryRetrieveInformationModelMove,
    Verification,
)

from simulators.faults import Fault
from simulators.network import Network
from simulators.pacs import query
from simulators.pacs.archive import Archive, Held, NotAnInstance, Received
from simulators.pacs.stages import Answer, Batch, Destination, Operation, adjusted
from simulators.pacs.transfer import (
    BETWEEN,
    SECONDS,
    UNCOMPRESSED,
    as_accepted,
    proposed,
    rewriting,
    without_delay,
)

PATIENT_ROOT = (
    PatientRootQueryRetrieveInformationModelFind,
    PatientRootQueryRetrieveInformationModelMove,
    PatientRootQueryRetrieveInformationModelGet,
)
STUDY_ROOT = (
    StudyRootQueryRetrieveInformationModelFind,
    StudyRootQueryRetrieveInformationModelMove,
    StudyRootQueryRetrieveInformationModelGet,
)
SUCCESS, PENDING, CANCEL = 0x0000, 0xFF00, 0xFE00
OUT_OF_RESOURCES, IDENTIFIER_WRONG, CANNOT_UNDERSTAND = 0xA700, 0xA900, 0xC000
DESTINATION_UNKNOWN = (None, None)
MOST_ASSOCIATIONS = 64

Step = tuple[int, Dataset | None]


def unheard(_raw: bytes) -> None:
    """Tell nobody."""


class Pacs:
    """A PACS at its place in the network, from entering the context to leaving it.

    ``peers`` are the AE titles that C-MOVE sends to, each with its host and port. ``received`` is
    told of every file that a C-STORE or STOW-RS brings, also of one that was there already.
    Raises OSError where the port cannot be had.
    """

    def __init__(
        self,
        archive: Archive,
        network: Network = Network(),  # noqa: B008 - frozen
        *,
        title: str = "PACS",
        peers: Mapping[str, tuple[str, int]] | None = None,
        received: Received = unheard,
        faults: Sequence[Fault] = (),
    ) -> None:
        self.archive = archive
        self.network = network
        self.title = title
        self.peers = dict(peers or {})
        self.received = received
        self.faults = tuple(faults)
        self._entity = self._made()
        self._server: Any = None

    @property
    def port(self) -> int:
        return self.network.port

    def _made(self) -> AE:
        entity = AE(self.title)
        entity.acse_timeout = entity.dimse_timeout = entity.network_timeout = SECONDS
        entity.connection_timeout = SECONDS
        entity.maximum_associations = MOST_ASSOCIATIONS
        entity.add_supported_context(Verification)
        for model in (*PATIENT_ROOT, *STUDY_ROOT):
            entity.add_supported_context(model, list(UNCOMPRESSED))
        stored = {(one.sop_class, one.syntax) for one in self.archive}
        for context in AllStoragePresentationContexts:
            sop_class = str(context.abstract_syntax)
            first = [syntax for known, syntax in sorted(stored) if known == sop_class]
            # What is stored comes first: of several syntaxes in a context, so it goes as it is.
            syntaxes = dict.fromkeys((*first, *UNCOMPRESSED, *ALL_TRANSFER_SYNTAXES))
            # Both roles, so that a C-GET gets its instances on its own association (PS3.4 C.5.3).
            entity.add_supported_context(sop_class, list(syntaxes), scu_role=True, scp_role=True)
        return entity

    def start(self) -> Pacs:
        """Listen, in threads."""
        handlers: list[Any] = [
            (evt.EVT_CONN_OPEN, without_delay),
            (evt.EVT_DIMSE_SENT, rewriting(self.faults)),
            (evt.EVT_C_ECHO, lambda _event: SUCCESS),
            (evt.EVT_C_STORE, self._stored),
            (evt.EVT_C_FIND, self._found),
            (evt.EVT_C_GET, self._got),
            (evt.EVT_C_MOVE, self._moved),
        ]
        where = (self.network.listen, self.network.port)
        self._server = self._entity.start_server(where, block=False, evt_handlers=handlers)
        self.network = self.network.on(self._server.socket.getsockname()[1])
        return self

    def stop(self) -> None:
        """End every association, and listen no more."""
        self._entity.shutdown()

    def __enter__(self) -> Pacs:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def store(self, raw: bytes) -> bool:
        """Keep a file that came, and tell of it; whether it is new. Raises as Archive.add."""
        new = self.archive.add(raw)
        self.received(raw)
        return new

    def _stored(self, event: Any) -> int:
        """C-STORE (PS3.4 B.2.3): success once the file is in its place, also the second time."""
        try:
            self.store(event.encoded_dataset())
        except NotAnInstance:
            return CANNOT_UNDERSTAND
        except OSError:
            return OUT_OF_RESOURCES
        return SUCCESS

    def _found(self, event: Any) -> Iterator[Step]:
        """C-FIND (PS3.4 C.4.1)."""
        keys = _read(event.identifier)
        if keys is None or query.problem(keys, _top(event)):
            yield IDENTIFIER_WRONG, None
            return
        for answer in self.answers(str(keys.QueryRetrieveLevel), keys):
            if event.is_cancelled:
                yield CANCEL, None
                return
            answer.QueryRetrieveLevel = keys.QueryRetrieveLevel
            answer.RetrieveAETitle = self.title
            answer.InstanceAvailability = "ONLINE"
            yield PENDING, answer

    def answers(self, level: str, keys: Dataset, *, every: bool = False) -> Iterator[Dataset]:
        """What is said of each entity that matches, or ``every`` attribute; faults are in it."""
        for entity in query.select(self.archive, level, keys):
            more = [one.tag for one in entity.head if entity.has(one.tag)] if every else []
            made = query.said(entity, [*(one.tag for one in keys), *more])
            yield adjusted(Answer(made), self.faults).dataset

    def _batch(self, event: Any) -> Batch | None:
        """The instances that the identifier of a C-MOVE or C-GET names (C.4.2.1.4)."""
        keys = _read(event.identifier)
        if keys is None or query.problem(keys, _top(event)):
            return None
        level = str(keys.QueryRetrieveLevel)
        own = keys.get(query.UNIQUE[level])
        if not own:
            return None
        named = Dataset()
        for one in query.LEVELS[: query.LEVELS.index(level) + 1]:
            if query.UNIQUE[one] in keys:
                named[query.UNIQUE[one]] = keys[query.UNIQUE[one]]
        chosen = tuple(
            one for entity in query.select(self.archive, level, named) for one in entity.instances
        )
        return adjusted(Batch(chosen, len(chosen)), self.faults)

    def _got(self, event: Any) -> Iterator[int | Step]:
        """C-GET (PS3.4 C.4.3): the instances, on the association of the request itself."""
        batch = self._batch(event)
        if batch is None:
            yield 1
            yield IDENTIFIER_WRONG, None
            return
        yield batch.announced
        yield from self._operations(event, batch.instances, event.assoc)

    def _moved(self, event: Any) -> Iterator[Any]:
        """C-MOVE (PS3.4 C.4.2): the instances, on an association to the destination."""
        peer = self.peers.get(str(event.move_destination).strip())
        batch = self._batch(event)
        if peer is None or not adjusted(Destination(), self.faults).known:
            yield DESTINATION_UNKNOWN
            return
        opened: list[Any] = []
        handlers = [
            (evt.EVT_CONN_OPEN, without_delay),
            (evt.EVT_DIMSE_SENT, rewriting(self.faults)),
            (evt.EVT_ESTABLISHED, lambda one: opened.append(one.assoc)),
        ]
        instances = batch.instances if batch else ()
        contexts = proposed(instances) or [build_context(Verification)]
        yield *peer, {"contexts": contexts, "evt_handlers": handlers}
        if batch is None:
            yield 1
            yield IDENTIFIER_WRONG, None
            return
        yield batch.announced
        yield from self._operations(event, instances, opened[0])

    def _operations(
        self, event: Any, instances: Sequence[Held], association: Any
    ) -> Iterator[Step]:
        """The sub-operations: pending with each instance, cancelled when that is asked for."""
        for number, one in enumerate(instances, start=1):
            if event.is_cancelled:
                yield CANCEL, None
                return
            document = as_accepted(one.dataset(), association.accepted_contexts)
            operation = adjusted(Operation(document, number), self.faults)
            if operation.abort:
                event.assoc.abort()
                return
            time.sleep(BETWEEN)
            yield PENDING, operation.dataset


def _top(event: Any) -> str:
    """The highest level of the root of a request."""
    return "PATIENT" if UID(event.request.AffectedSOPClassUID) in PATIENT_ROOT else "STUDY"


def _read(identifier: Dataset) -> Dataset | None:
    """The identifier with every element decoded, or None where one cannot be."""
    try:
        return Dataset({one.tag: one for one in identifier})
    except (ValueError, NotImplementedError, KeyError, TypeError):
        return None
