"""The facts of an image, from the head of its file: what a KOS and a report say of it too."""

from __future__ import annotations

from typing import NamedTuple

from validators.reading.dicom import Buffer, read
from validators.reading.dicom_tree import tag_text

HEAD_BYTES = 10 * 1024
"""How much of a file is read: the header of an image is far shorter."""

FIELDS = {
    "class": 0x00080016,
    "instance": 0x00080018,
    "study_date": 0x00080020,
    "study_time": 0x00080030,
    "accession": 0x00080050,
    "modality": 0x00080060,
    "description": 0x00081030,
    "series_description": 0x0008103E,
    "patient_name": 0x00100010,
    "local_id": 0x00100020,
    "birth_date": 0x00100030,
    "sex": 0x00100040,
    "study": 0x0020000D,
    "series": 0x0020000E,
    "series_number": 0x00200011,
    "instance_number": 0x00200013,
    "frames": 0x00280008,
}
NEEDED = ("class", "instance", "study", "series")


class ImageFacts(NamedTuple):
    """What the head of an image says: values by field, each with its byte offset.

    ``problem`` says why the file is no image that can be compared; "" otherwise. ``kind`` is
    ``rejected`` for a rejection note, which names the instances that it takes back.
    """

    name: str
    values: dict[str, tuple[str, int]]
    problem: str = ""
    rejects: tuple[str, ...] = ()

    def get(self, field: str) -> str:
        return self.values.get(field, ("", 0))[0]

    def offset(self, field: str) -> int | None:
        found = self.values.get(field)
        return found[1] if found else None

    def path(self, field: str) -> str:
        return tag_text(FIELDS[field])


KOS_CLASS = "1.2.840.10008.5.1.4.1.1.88.59"
REJECTIONS = frozenset({"113001", "113037", "113038", "113039"})
CONCEPT_NAME, CODE_VALUE, EVIDENCE = 0x0040A043, 0x00080100, 0x0040A375
REFERENCED_SERIES, REFERENCED_SOP, REFERENCED_INSTANCE = 0x00081115, 0x00081199, 0x00081155


def image_facts(name: str, head: Buffer) -> ImageFacts:
    """The facts of an image from the first bytes of its file. Never raises for its content."""
    file = read(head)
    dataset = file.dataset
    values = {
        field: (dataset.text(tag), dataset.elements[tag].offset)
        for field, tag in FIELDS.items()
        if tag in dataset.elements
    }
    missing = [field for field in NEEDED if not values.get(field, ("", 0))[0]]
    problem = ""
    if head[128:132] != b"DICM":
        problem = "DICM"
    elif missing:
        problem = tag_text(FIELDS[missing[0]])
    rejects: tuple[str, ...] = ()
    codes = [one.text(CODE_VALUE) for one in dataset.items(CONCEPT_NAME)]
    if not problem and values["class"][0] == KOS_CLASS and set(codes) & REJECTIONS:
        rejects = tuple(
            instance.text(REFERENCED_INSTANCE)
            for study in dataset.items(EVIDENCE)
            for series in study.items(REFERENCED_SERIES)
            for instance in series.items(REFERENCED_SOP)
        )
    file.release()
    return ImageFacts(name, values, problem, rejects)
