"""``dicom-validator``: types, enumerations and values, checked by another engine.

It ships no edition of DICOM. Without one from the user, it is given a small one made from our
own tables: another engine, the same tables.
"""

from __future__ import annotations

import warnings
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from validators.catalogue import document, profile, read_toml
from validators.catalogue.tables import data_dictionary
from validators.kos.subject import KOS_CLASS
from validators.model import Level
from validators.reading.dicom_tree import tag_text

# Where the scopes of the attribute table lie: sequence, and scope that holds it.
SEQUENCES = {
    "other-id": (0x00101002, "root"),
    "procedure-step": (0x00081111, "root"),
    "request": (0x0040A370, "root"),
    "study": (0x0040A375, "root"),
    "series": (0x00081115, "study"),
    "instance": (0x00081199, "series"),
}
WIDER = {"ins-id": "other-id"}
"""Scopes that are some of the items of another one, which is all that the tool can tell."""
PLACES = {"root", "request", "study", "series", "instance"}


def installed() -> bool:
    return find_spec("dicom_validator") is not None


def opinion(path: Path, edition: Path | None = None) -> list[str]:
    """The errors that the tool finds in a file; what kept it from running, as one line."""
    if not installed():
        return ["not installed: pip install 'drimcheck[second-opinion]'"]
    from dicom_validator.validator.error_handler import NullValidationResultHandler
    from dicom_validator.validator.iod_validator import IODValidator
    from pydicom import dcmread

    try:
        info = user_edition(edition) if edition else small_edition()
    except (OSError, ValueError, KeyError) as error:
        return [f"{edition}: no edition: {error}"]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            validator = IODValidator(
                dcmread(path), info, error_handler=NullValidationResultHandler()
            )
            found = validator.validate()
    except Exception as error:  # noqa: BLE001 - the tool raises on values of a wrong type
        return [f"raised {type(error).__name__}: {error}"]
    if not found.module_errors:
        return [] if found.status.value <= 1 else [found.status.name]
    return [
        _line(tag, error)
        for errors in found.module_errors.values()
        for tag, error in sorted(errors.items(), key=lambda pair: str(pair[0]))
    ]


def _line(tag: Any, error: Any) -> str:
    path = ".".join(tag_text(int(one)) for one in [*(tag.parents or ()), tag.tag])
    context = {name: value for name, value in (error.context or {}).items() if name != "cond"}
    return f"{path} {error.code.name} {context or ''}".rstrip()


def user_edition(folder: Path) -> Any:
    """The edition in a folder of JSON files, as the tool itself prepares them."""
    from dicom_validator.spec_reader.edition_reader import EditionReader

    return EditionReader(folder.parent).load_dicom_info(folder.name)


def small_edition() -> Any:
    """The IOD of a KOS from our tables: types, enumerations, and what each place may hold."""
    from dicom_validator.validator.dicom_info import DicomInfo

    modules = {scope: _known(scope) for scope in ("root", *SEQUENCES)}
    for row in read_toml("tables", "kos-attributes.toml")["attribute"]:
        scope = WIDER.get(row["scope"], row["scope"])
        if scope in modules:
            _add(modules[scope], row)
    for scope, (tag, parent) in SEQUENCES.items():
        modules[parent].setdefault(tag_text(tag), {"type": "3"})["items"] = modules[scope]
    name = "Key Object Selection Document"
    iods: dict[str, dict[str, Any]] = {
        KOS_CLASS: {
            "title": name,
            "modules": {name: {"ref": "kos", "use": "M"}},
            "group_macros": {},
        }
    }
    dictionary = {
        tag_text(tag): {"name": entry.name, "vr": entry.vrs[0], "vm": entry.vm}
        for tag, entry in data_dictionary().items()
    }
    return DicomInfo(dictionary, iods, {"kos": modules["root"]})


def _known(scope: str) -> dict[str, Any]:
    """Every attribute that the IOD has in this place, optional."""
    places = read_toml("tables", "kos-iod.toml")["place"]
    tags = places[scope] if scope in PLACES else []
    return {tag_text(int(tag, 16)): {"type": "3"} for tag in tags}


@cache
def _mandatory() -> frozenset[str]:
    """The requirements that bind every DICOM object of this kind."""
    names = profile("dicom-ko").documents
    found = (one for name in names for one in document(name).requirements)
    return frozenset(one.id for one in found if one.level is Level.SHALL)


def _add(module: dict[str, Any], row: dict[str, Any]) -> None:
    """Type and enumeration of an attribute, as far as DICOM itself asks for them."""
    mandatory = _mandatory()
    asked = {
        key for key in ("present", "value", "allowed") if mandatory.intersection(row.get(key, ()))
    }
    attribute = module.setdefault(tag_text(int(row["tag"], 16)), {"type": "3"})
    if "present" in asked:
        attribute["type"] = "1" if "value" in asked else "2"
    if "allowed" in asked:
        attribute["enums"] = [{"val": list(row["values"])}]
