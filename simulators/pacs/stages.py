"""What the archive's messages are made from: what a fault of it adjusts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from pydicom import Dataset

from simulators.faults import Fault
from simulators.pacs.archive import Held


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said of one entity in answer to a query."""

    dataset: Dataset


@dataclass(frozen=True, slots=True)
class Batch:
    """The instances that a retrieval sends, and how many it says there are."""

    instances: tuple[Held, ...]
    announced: int


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a C-MOVE sends to; without ``known`` it is refused (A801)."""

    known: bool = True


@dataclass(frozen=True, slots=True)
class Operation:
    """One instance on its way, the ``number``-th (from 1); ``abort`` ends the association."""

    dataset: Dataset
    number: int
    abort: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """A rejection note (IHE RAD IOCM)."""

    dataset: Dataset


Stage = TypeVar("Stage", Answer, Batch, Destination, Operation, Note)


def adjusted(stage: Stage, faults: Iterable[Fault]) -> Stage:
    """What a message is made from once the faults had their way."""
    for fault in faults:
        if fault.adjust is not None:
            stage = fault.adjust(stage)
    return stage


def rewritten(encoded: bytes, faults: Iterable[Fault]) -> bytes:
    """The data set of a C-STORE as it goes over the wire once the faults had their way."""
    for fault in faults:
        if fault.rewrite is not None and fault.at(encoded):
            encoded = fault.rewrite(encoded)
    return encoded
