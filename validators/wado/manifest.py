"""What the KOS says of what is retrieved: its UID, series, their instances and Retrieve URLs."""

from __future__ import annotations

from dataclasses import dataclass, field

from validators.kos import load, tags
from validators.kos.subject import KOS_CLASS
from validators.reading.dicom import Buffer

SOP_CLASS, SOP_INSTANCE = 0x00080016, 0x00080018


@dataclass(slots=True)
class Manifest:
    """Of each (study, series): its Retrieve URL, and the SOP Class of each instance by UID."""

    uid: str
    series: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)
    urls: dict[tuple[str, str], str] = field(default_factory=dict)

    @property
    def studies(self) -> list[str]:
        return list(dict.fromkeys(study for study, _ in self.series))

    def instances(self, study: str, series: str = "") -> dict[str, str]:
        """The instances of a series, or of all series of a study."""
        found: dict[str, str] = {}
        for (of_study, of_series), instances in self.series.items():
            if of_study == study and series in ("", of_series):
                found |= instances
        return found


def manifest(buffer: Buffer) -> Manifest:
    """Read a KOS. Raises ValueError for a file that is none."""
    kos = load(buffer)
    if kos.unread or kos.file.broken or kos.root.text(SOP_CLASS) != KOS_CLASS:
        raise ValueError(kos.unread or kos.root.text(SOP_CLASS) or "DICM")
    found = Manifest(kos.root.text(SOP_INSTANCE))
    for series in kos.series:
        key = series.study, series.uid
        instances = found.series.setdefault(key, {})
        for one in series.item.items(tags.REFERENCED_SOP):
            instances[one.text(tags.REFERENCED_SOP_INSTANCE)] = one.text(tags.REFERENCED_SOP_CLASS)
        found.urls.setdefault(key, series.item.text(tags.RETRIEVE_URL))
    kos.release()
    return found
