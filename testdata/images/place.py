"""Which instance of which series is being made."""

from __future__ import annotations

from dataclasses import dataclass
from zlib import crc32

from testdata.exam import Exam, SeriesPlan, Study


@dataclass(frozen=True, slots=True)
class Place:
    """An instance of a series of a study of an exam; ``size`` is that of its images, in pixels."""

    exam: Exam
    study: Study
    series: SeriesPlan
    number: int
    size: int

    @property
    def uid(self) -> str:
        return self.series.instances[self.number - 1]

    @property
    def started(self) -> str:
        return self.study.started

    @property
    def time(self) -> str:
        """Time of the instance: a second after the one before it, as HHMMSS."""
        seconds = sum(
            unit * int(self.started[at : at + 2]) for unit, at in ((3600, 8), (60, 10), (1, 12))
        )
        seconds += 60 * self.series.number + self.number
        return f"{seconds // 3600 % 24:02d}{seconds // 60 % 60:02d}{seconds % 60:02d}"

    @property
    def part(self) -> float:
        """Where the instance is in its series, from 0 to 1."""
        return (self.number - 1) / max(len(self.series.instances) - 1, 1)

    @property
    def label(self) -> str:
        count = len(self.series.instances)
        return f"X{self.series.number} {self.number}/{count}"

    @property
    def salt(self) -> int:
        """A number for the noise of this instance: the same one every time."""
        return crc32(self.uid.encode())
