"""A study as the PACS has it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Instance:
    """An instance; ``number`` and ``frames`` are 0 where the PACS does not say.

    ``title`` is the code of a key object, "" for any other.
    """

    uid: str
    sop_class: str
    number: int = 0
    frames: int = 0
    title: str = ""


@dataclass(frozen=True, slots=True)
class Series:
    uid: str
    modality: str
    description: str
    number: int
    instances: Sequence[Instance]


@dataclass(frozen=True, slots=True)
class Study:
    """``accessions`` are those of the study and of its series; ``local_id`` is the patient's."""

    uid: str
    local_id: str
    accessions: Sequence[str]
    date: str
    time: str
    description: str
    series: Sequence[Series]

    def without(self, rejected: Collection[str]) -> Study:
        """The study without some instances, and without series that have no other."""
        kept = [
            replace(one, instances=[it for it in one.instances if it.uid not in rejected])
            for one in self.series
        ]
        return replace(self, series=[one for one in kept if one.instances])

    @property
    def instances(self) -> frozenset[str]:
        return frozenset(one.uid for series in self.series for one in series.instances)

    @property
    def modalities(self) -> list[str]:
        """The distinct modalities of its series."""
        return list(dict.fromkeys(one.modality for one in self.series))
