"""The documents that the mutants are made from, each with those that it is judged with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from testdata.exam import Exam, Masking
from testdata.exams import NEXT_WRITTEN, exam
from testdata.fhir import manifest
from testdata.images import instance
from testdata.kos import write
from testdata.message import exam_deleted, mdm, oru
from testdata.metadata import submit_objects_request
from testdata.mutants.base import Base
from testdata.publication import Generation, kos_file, lot_of
from testdata.rejection import rejection_note
from testdata.report import cda

PROFILE = "drim-m-lab"
Files = dict[str, Callable[[], bytes]]


def _alpha() -> Exam:
    return exam("alpha")


def _next() -> Exam:
    """The exam with the report that replaces."""
    return _alpha().replacing(masking=Masking(changed=True), written=NEXT_WRITTEN)


def _kos(number: int = 1) -> bytes:
    one = _alpha()
    return kos_file(Generation(one, one.study, number))


def _xds(number: int = 1) -> bytes:
    one = _alpha()
    return submit_objects_request(lot_of(Generation(one, one.study, number)))


def _report() -> bytes:
    return cda(_alpha())


def _next_report() -> bytes:
    return cda(_next())


def _message() -> bytes:
    return mdm(_alpha(), _report())


def _result() -> bytes:
    return oru(_alpha(), _report())


def _next_message() -> bytes:
    return mdm(_next(), _next_report())


def _omi() -> bytes:
    one = _alpha()
    return exam_deleted(one, one.study)


def image(series: int, number: int) -> bytes:
    """An instance of Exam Alpha, small: its pixels do not matter here."""
    one = _alpha()
    return write(instance(one, one.study, one.study.series[series], number, size=32))


def _study() -> Files:
    """Every instance of the study."""
    return {
        f"study/X{series + 1}-{number}.dcm": partial(image, series, number)
        for series, plan in enumerate(_alpha().study.series)
        for number in range(1, len(plan.instances) + 1)
    }


def _others() -> Files:
    """Every instance of the study but the first."""
    return {name: make for name, make in _study().items() if name != "study/X1-1.dcm"}


def _rejection() -> bytes:
    """The rejection note of an instance that no KOS lists."""
    one = _alpha()
    first = one.study.series[0]
    return write(rejection_note(one, one.study, first, "2.25.1"))


def _fhir() -> bytes:
    one = _alpha()
    return manifest(one, one.study)


def _two_studies() -> bytes:
    return cda(exam("multi-exam"))


def _kos_of(number: int) -> bytes:
    one = exam("multi-exam")
    return kos_file(Generation(one, one.studies[number]))


REPORT: Files = {"cda/report.xml": _report}
KOS: Files = {"kos/kos.dcm": _kos}
METADATA: Files = {"xds/metadata.xml": _xds}
MESSAGE: Files = {"hl7/mdm.hl7": _message}
BEFORE: Files = {
    "previous/cda/report.xml": _report,
    "previous/kos/kos.dcm": _kos,
}


def _beside(files: Files) -> Mapping[str, bytes]:
    return {name: make() for name, make in files.items()}


_MAKERS: dict[str, tuple[str, Callable[[], bytes], Files]] = {
    "kos-with-report": ("kos", _kos, REPORT),
    "report-with-kos": ("cda", _report, KOS),
    "kos-with-metadata": ("kos", _kos, METADATA),
    "metadata-with-kos": ("xds", _xds, KOS),
    "metadata-with-report": ("xds", _xds, REPORT),
    "report-with-metadata": ("cda", _report, METADATA),
    "message-with-report": ("hl7", _message, REPORT),
    "result-with-report": ("hl7", _result, REPORT),
    "replacing-message-with-report": ("hl7", _next_message, {"cda/report.xml": _next_report}),
    "report-with-message": ("cda", _report, MESSAGE),
    "report-with-replacing-message": ("cda", _next_report, {"hl7/mdm.hl7": _next_message}),
    "message-with-kos": ("hl7", _message, KOS),
    "order-with-kos": ("hl7", _omi, KOS),
    "message-with-metadata": ("hl7", _message, METADATA),
    "image-with-kos": ("image", partial(image, 0, 1), KOS),
    "image-with-report": ("image", partial(image, 0, 1), REPORT),
    "image-of-a-study": ("study", partial(image, 0, 1), {**KOS, **_others()}),
    "kos-of-a-study": ("kos", _kos, _study()),
    "rejection-with-kos": ("image", _rejection, {**KOS, "image/1.dcm": partial(image, 0, 1)}),
    "report-after-another": ("cda", _next_report, BEFORE),
    "kos-after-another": ("kos", partial(_kos, 2), BEFORE),
    "metadata-after-others": (
        "xds",
        partial(_xds, 2),
        {"kos/kos.dcm": partial(_kos, 2), **BEFORE},
    ),
    "fhir-with-kos": ("fhir", _fhir, KOS),
    "kos-of-two-studies": (
        "kos",
        partial(_kos_of, 0),
        {"kos/other.dcm": partial(_kos_of, 1), "cda/report.xml": _two_studies},
    ),
}
BASES = {
    name: Base("cross", PROFILE, make, role=role, beside=partial(_beside, files))
    for name, (role, make, files) in _MAKERS.items()
}
