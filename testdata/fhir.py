"""The manifest of an exam in FHIR: a document Bundle with its ImagingStudy (IHE RAD MADO)."""

from __future__ import annotations

import json
from typing import Any

from testdata.exam import Exam, SeriesPlan, Study

GENDERS = {"M": "male", "F": "female"}
DICOM = "http://dicom.nema.org/resources/ontology/DCM"


def manifest(exam: Exam, study: Study) -> bytes:
    """The Bundle, as JSON; equal exams give equal bytes."""
    resources = [_patient(exam), _request(study), _imaging_study(exam, study)]
    bundle = {
        "resourceType": "Bundle",
        "type": "document",
        "identifier": {"system": "urn:dicom:uid", "value": f"urn:oid:{exam.kos_uid(study)}"},
        "entry": [{"resource": one} for one in resources],
    }
    return json.dumps(bundle, ensure_ascii=False, indent=1).encode()


def _patient(exam: Exam) -> dict[str, Any]:
    patient, portrait = exam.patient, exam.patient.portrait
    born = portrait.birth_date
    return {
        "resourceType": "Patient",
        "identifier": [{"system": f"urn:oid:{patient.ins_oid}", "value": patient.ins}],
        "name": [{"family": portrait.birth_name, "given": [patient.first_given_name]}],
        "gender": GENDERS[portrait.sex],
        "birthDate": f"{born[:4]}-{born[4:6]}-{born[6:]}",
    }


def _request(study: Study) -> dict[str, Any]:
    order = study.orders[0]
    kinds = (("ACSN", order.accession_oid, order.accession),
             ("PLAC", order.placer_oid, order.placer_number))  # fmt: skip
    return {
        "resourceType": "ServiceRequest",
        "identifier": [
            {"type": {"coding": [{"code": code}]}, "system": f"urn:oid:{oid}", "value": value}
            for code, oid, value in kinds
        ],
    }


def _imaging_study(exam: Exam, study: Study) -> dict[str, Any]:
    at = study.started
    zone = f"{exam.zone[:3]}:{exam.zone[3:]}"
    moment = f"{at[:4]}-{at[4:6]}-{at[6:8]}T{at[8:10]}:{at[10:12]}:{at[12:]}{zone}"
    return {
        "resourceType": "ImagingStudy",
        "identifier": [{"system": "urn:dicom:uid", "value": f"urn:oid:{study.uid}"}],
        "started": moment,
        "description": study.description,
        "numberOfSeries": len(study.series),
        "numberOfInstances": sum(len(one.instances) for one in study.series),
        "series": [_series(one) for one in study.series],
    }


def _series(one: SeriesPlan) -> dict[str, Any]:
    return {
        "uid": one.uid,
        "number": one.number,
        "modality": {"coding": [{"system": DICOM, "code": one.modality}]},
        "description": one.description,
        "numberOfInstances": len(one.instances),
        "instance": [
            {
                "uid": instance,
                "number": number,
                "sopClass": {"system": "urn:ietf:rfc:3986", "code": f"urn:oid:{one.sop_class}"},
            }
            for number, instance in enumerate(one.instances, start=1)
        ],
    }
