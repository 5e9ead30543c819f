"""The conforming submissions that the mutants are made from."""

from __future__ import annotations

from collections.abc import Callable

from testdata.exams import exam
from testdata.metadata import soap_envelope, submit_objects_request
from testdata.metadata.answer import registry_response
from testdata.metadata.assertion import with_assertion
from testdata.mutants.base import Base
from testdata.mutants.xds.changes import KOS, attribute, coded, delete, edit
from testdata.publication import Generation, lot_of, publication_of

PROFILE = "drim-m-lab"
CLASS_CODE = "urn:uuid:41a5887f-8865-4c09-adf7-e362475b143a"
TYPE_CODE = "urn:uuid:f0306f51-975f-434e-a61c-c59651d33983"
FORMAT_CODE = "urn:uuid:a09d5840-386c-46f2-b5ad-9c3699a4309d"


def _generation(number: int = 1) -> Generation:
    one = exam("alpha")
    return Generation(one, one.study, number)


def _bare() -> bytes:
    return submit_objects_request(lot_of(_generation()))


def _replacement() -> bytes:
    return submit_objects_request(lot_of(_generation(2)))


def _asserted() -> bytes:
    lot = lot_of(_generation())
    return with_assertion(lot, soap_envelope(lot))


def _answer() -> bytes:
    return registry_response(lot_of(_generation()))


def _report() -> bytes:
    """The metadata of a report, as its producer submits it."""
    return edit(
        attribute(KOS, "mimeType", "text/xml"),
        attribute(coded(KOS, CLASS_CODE), "nodeRepresentation", "10"),
        attribute(coded(KOS, TYPE_CODE), "nodeRepresentation", "18748-4"),
        attribute(coded(KOS, FORMAT_CODE), "nodeRepresentation", "urn:ihe:iti:xds-sd:pdf:2008"),
        delete("//rim:Association[@targetObject='Signature01']"),
        delete("//rim:Association[@sourceObject='Signature01']"),
        delete("//rim:ExtrinsicObject[@id='Signature01']"),
    )(_bare())


_MAKERS: dict[str, Callable[[], bytes]] = {
    "xds-bare": _bare,
    "xds-replacement": _replacement,
    "xds-asserted": _asserted,
    "xds-publication": lambda: publication_of(_generation()),
    "xds-answer": _answer,
    "xds-report": _report,
}
BASES = {name: Base("xds", PROFILE, make) for name, make in _MAKERS.items()}
