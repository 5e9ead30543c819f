"""The facts of a manifest in FHIR: ImagingStudy, alone or in a Bundle (MADO, mapping)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from validators.cross.facts import Fact, Facts
from validators.reading import limits
from validators.reading.dicom import Buffer

GENDERS = {"male": "M", "female": "F", "other": "O"}
REFERENCE_TYPES = {"ACSN": "accession", "121022": "accession", "PLAC": "placer"}


class FhirFacts(Facts):
    """The facts of a manifest: ``instances`` by series, each with its SOP class."""

    def __init__(self, name: str, parent: str = "") -> None:
        super().__init__(name, "fhir", parent)
        self.instances: dict[str, dict[str, str]] = {}
        self.counts: list[tuple[str, int, int]] = []


def fhir_facts(name: str, buffer: Buffer, parent: str = "") -> FhirFacts:
    """The facts of a manifest; of a file that is none, the problem alone."""
    found = FhirFacts(name, parent)
    resources = _resources(found, bytes(buffer[: limits.MAX_JSON_BYTES + 1]))
    studies = [pair for pair in resources if pair[1].get("resourceType") == "ImagingStudy"]
    if not found.problem and not studies:
        found.problem = "ImagingStudy"
    if found.problem:
        return found
    for path, resource in resources:
        kind = resource.get("resourceType")
        if kind == "ImagingStudy":
            _add_study(found, path, resource)
        elif kind == "Patient":
            _add_patient(found, path, resource)
        elif kind == "ServiceRequest":
            _add_request(found, path, resource)
    return found


def _resources(found: FhirFacts, raw: bytes) -> list[tuple[str, dict[str, Any]]]:
    """The resources of the document, each with its JSON path."""
    if len(raw) > limits.MAX_JSON_BYTES:
        found.problem = f"MAX_JSON_BYTES {limits.MAX_JSON_BYTES}"
        return []
    try:
        data = json.loads(raw)
    except (ValueError, RecursionError) as error:
        found.problem = f"JSON: {type(error).__name__}"
        return []
    if not isinstance(data, dict):
        return []
    inside = [
        (f"$.entry[{number}].resource", entry["resource"])
        for number, entry in enumerate(_list(data, "entry"))
        if isinstance(entry, dict) and isinstance(entry.get("resource"), dict)
    ]
    return [("$", data), *inside]


def _list(data: dict[str, Any], key: str) -> list[Any]:
    found = data.get(key)
    return found if isinstance(found, list) else []


def _objects(data: dict[str, Any], key: str, path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for number, one in enumerate(_list(data, key)):
        if isinstance(one, dict):
            yield f"{path}.{key}[{number}]", one


def _text(value: object) -> str:
    return str(value).removeprefix("urn:oid:") if isinstance(value, str | int) else ""


def _code(value: object) -> str:
    """The code of a Coding, or of the first one of a CodeableConcept."""
    if isinstance(value, dict):
        coding = _list(value, "coding")
        inner = coding[0] if coding and isinstance(coding[0], dict) else value
        return _text(inner.get("code"))
    return ""


def _add_patient(found: FhirFacts, path: str, patient: dict[str, Any]) -> None:
    for place, one in _objects(patient, "identifier", path):
        found.add("ins", Fact(_text(one.get("value")), f"{place}.value"))
    for place, name in list(_objects(patient, "name", path))[:1]:
        found.add("family", Fact(_text(name.get("family")), f"{place}.family"))
        for given in _list(name, "given")[:1]:
            found.add("given", Fact(_text(given), f"{place}.given[0]"))
    gender = _text(patient.get("gender"))
    found.add("sex", Fact(GENDERS.get(gender, gender), f"{path}.gender"))
    born = _text(patient.get("birthDate")).replace("-", "")
    found.add("birth_date", Fact(born, f"{path}.birthDate"))


def _add_request(found: FhirFacts, path: str, request: dict[str, Any]) -> None:
    for place, one in _objects(request, "identifier", path):
        field = REFERENCE_TYPES.get(_code(one.get("type")), "")
        if field:
            found.add(field, Fact(_text(one.get("value")), f"{place}.value"))


def _add_study(found: FhirFacts, path: str, study: dict[str, Any]) -> None:
    for place, one in _objects(study, "identifier", path):
        if one.get("system") == "urn:dicom:uid":
            found.add("study", Fact(_text(one.get("value")), f"{place}.value"))
    for field, key in (("started", "started"), ("description", "description")):
        found.add(field, Fact(_text(study.get(key)), f"{path}.{key}"))
    for place, series in _objects(study, "series", path):
        instances = {
            _text(one.get("uid")): _code(one.get("sopClass")).removeprefix("urn:oid:")
            for _, one in _objects(series, "instance", place)
        }
        found.instances.setdefault(_text(series.get("uid")), {}).update(instances)
        found.add("modality", Fact(_code(series.get("modality")), f"{place}.modality"))
        _count(found, f"{place}.numberOfInstances", series.get("numberOfInstances"), instances)
    _count(found, f"{path}.numberOfSeries", study.get("numberOfSeries"), found.instances)


def _count(found: FhirFacts, path: str, declared: object, real: dict[str, Any]) -> None:
    if isinstance(declared, int):
        found.counts.append((path, declared, len(real)))
