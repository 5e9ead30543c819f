"""The fields of an exam across all its documents at once."""

from __future__ import annotations

from collections.abc import Iterator

from validators.cross.dossier import Dossier
from validators.cross.facts import Facts
from validators.cross.fields import LOCAL_TIME, ROWS
from validators.cross.normal import NORMALS, local_times
from validators.cross.places import place
from validators.model import Cell, Comparison

GROUPS = {
    "identity": (
        "ins", "ins_oid", "family", "given", "given_names", "used_family", "used_given",
        "birth_date", "sex", "birthplace", "local_id", "local_oid",
    ),
    "order": ("accession", "accession_oid", "placer", "placer_oid"),
    "study": (
        "study", "study_date", "description", "act", "act_code", "modality", "region", "start",
        "stop",
    ),
    "content": (
        "kos_uid", "hash", "size", "report_id", "parent_id", "code", "structure_name",
        "structure_id", "author_id", "signer_id", "facility", "practice", "language", "created",
    ),
}  # fmt: skip
_NORMAL = {row["field"]: row["normal"] for row in ROWS}


def compare(dossier: Dossier) -> tuple[Comparison, ...]:
    """One comparison for each field that some document has, in the order of the groups."""
    return tuple(_comparisons(dossier))


def _comparisons(dossier: Dossier) -> Iterator[Comparison]:
    documents = [one for one in dossier.documents if not one.problem]
    for group, fields in GROUPS.items():
        for field in fields:
            cells = [_cell(one, field) for one in documents if one.get(field)]
            cells += _image_cell(dossier, field)
            if cells:
                agrees = _agree(field, cells) if len(cells) > 1 else None
                yield Comparison(group, field, tuple(cells), agrees)


def _cell(one: Facts, field: str) -> Cell:
    values = tuple(dict.fromkeys(one.values(field)))
    return Cell(one.name, values, place("", one.get(field)[0]))


def _image_cell(dossier: Dossier, field: str) -> list[Cell]:
    """What all images say of a field, as one cell."""
    if field in ("ins", "ins_oid"):
        return []
    found = [one for one in dossier.images if one.get(field)]
    if not found:
        return []
    values = tuple(dict.fromkeys(one.get(field) for one in found))
    name = found[0].name if len(found) == 1 else f"{len(found)} x DICOM"
    return [Cell(name, values, found[0].path(field))]


def _agree(field: str, cells: list[Cell]) -> bool:
    """Whether every document has a value that every other one has."""
    if _NORMAL.get(field) == LOCAL_TIME:
        alike = [set().union(*map(local_times, cell.values)) for cell in cells]
    else:
        normal = NORMALS[_NORMAL.get(field, "exact")]
        alike = [{normal.apply(value) for value in cell.values} for cell in cells]
    return bool(set.intersection(*alike))
