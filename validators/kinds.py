"""The kinds of document that the judge knows: how each is recognised and read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from validators import kos
from validators.engine import Subject
from validators.kos.subject import recognises
from validators.reading.dicom import Buffer


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of document. ``recognises`` says "" for a document of the kind, else what it is."""

    name: str
    load: Callable[[Buffer], Subject]
    recognises: Callable[[Buffer], str]


KINDS = {"kos": Kind("kos", kos.load, recognises)}
