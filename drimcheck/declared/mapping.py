"""``--requirement-map FILE.csv``: the user's own list of requirements, shown in place of ours.

Columns ``id``, ``title`` and ``requirements``: those of this suite that the line stands for,
separated by blanks. A line may have none: it is shown, as one without a rule of ours.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from drimcheck.declared.rows import BadFile
from validators.model import OwnRequirement

ID, TITLE, OURS = COLUMNS = ("id", "title", "requirements")


def read(path: Path) -> list[OwnRequirement]:
    """The requirements of a file, in its order. Raises OSError, BadFile."""
    try:
        with open(path, encoding="utf-8-sig", newline="") as stream:
            sample = stream.readline()
            stream.seek(0)
            mark = ";" if sample.count(";") > sample.count(",") else ","
            reader = csv.DictReader(stream, delimiter=mark, strict=True)
            if not {ID, OURS} <= set(reader.fieldnames or ()):
                raise BadFile(f"{path}: 1: needs the columns {', '.join(COLUMNS)}")
            return list(_read(path, reader))
    except (csv.Error, UnicodeDecodeError) as problem:
        raise BadFile(f"{path}: {problem}") from None


def _read(path: Path, reader: csv.DictReader[str]) -> Iterator[OwnRequirement]:
    known = _known()
    for row in reader:
        where = f"{path}: {reader.line_num}"
        ours = tuple((row[OURS] or "").replace(",", " ").split())
        unknown = [one for one in ours if one not in known]
        if unknown:
            raise BadFile(f"{where}: no requirement {unknown[0]!r}; see: drimcheck run --dry-run")
        if not (row[ID] or "").strip():
            raise BadFile(f"{where}: {ID} is missing")
        yield OwnRequirement(row[ID].strip(), (row.get(TITLE) or "").strip(), ours)


def _known() -> frozenset[str]:
    from validators.catalogue import document, names

    documents = map(document, names("requirements"))
    return frozenset(need.id for one in documents for need in one.requirements)
