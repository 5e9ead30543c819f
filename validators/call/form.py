"""The form: method, encoding, and which parameters it has (DRIM-M D-CC-01 to D-CC-07)."""

from __future__ import annotations

from collections.abc import Iterator

from validators.call.subject import Call, Parameter, forms, parameters, rule, whole
from validators.model import Defect
from validators.reading.http import HttpHead

FORM = "application/x-www-form-urlencoded"
MANDATORY = (
    "Patient.identifier.value",
    "Patient.identifier.system",
    "Patient.name.family",
    "Patient.name.given",
    "Patient.gender",
    "Patient.birthDate",
    "Address.district",
    "InformationEtConsentement",
    "PatientID",
    "PatientIDIssuer",
)
OPTIONAL = ("Situation",)
REMOVED = (
    "StudyInstanceUID",
    "Modality",
    "AccessionNumber",
    "AccessionNumberIssuer",
    "StudyDate",
    "AnatomicRegion",
    "opposition",
    "Opposition",
    "InformationEtOppositionConsultation",
)
"""Parameters of earlier versions of the test server (D-CC-06, D-CC-07)."""


@rule("CALL-01-METHOD", over=whole, verifies=("DRIM-D-CC-01",))
def method_not_post(head: HttpHead) -> Iterator[Defect]:
    """The method is POST.

    Why: a GET would leave the identity of the patient in addresses, histories and logs.
    Fix: send POST with the parameters in the body.
    """
    if head.start[0] != "POST":
        yield head.defect(expected="POST", actual=head.start[0])


@rule("CALL-01-QUERY", over=whole, verifies=("DRIM-D-CC-01",))
def parameters_in_the_address(head: HttpHead) -> Iterator[Defect]:
    """No parameter of the call stands in the address.

    Why: addresses are kept in histories and logs, with the identity that they hold.
    Fix: write the parameters in the body alone.
    """
    query = " ".join(head.start[1:-1]).partition("?")[2]
    found = [name for name in (*MANDATORY, *OPTIONAL, *REMOVED) if f"{name}=" in query]
    if found:
        yield head.defect(expected="", actual=", ".join(found))


@rule("CALL-01-TYPE", over=whole, verifies=("DRIM-D-CC-01",))
def body_not_a_form(head: HttpHead) -> Iterator[Defect]:
    """Content-Type is that of a form.

    Why: the DRIMbox reads parameters of a form, and finds none in anything else.
    Fix: write Content-Type: application/x-www-form-urlencoded.
    """
    found = head.value("Content-Type")
    if found.partition(";")[0].strip().lower() != FORM:
        yield head.defect(expected=FORM, actual=found or None, child="Content-Type")


@rule("CALL-01-LENGTH", over=forms, verifies=("DRIM-D-CC-01",))
def length_not_of_the_body(call: Call) -> Iterator[Defect]:
    """Content-Length, where there is one, is the length of the body.

    Why: the DRIMbox cuts the form there, or waits for more.
    Fix: count the bytes of the encoded form.
    """
    header = call.head.first("Content-Length")
    if header is not None and header.value != str(len(call.body)):
        yield header.defect(expected=len(call.body), actual=header.value)


@rule("CALL-01-UTF8", over=parameters, verifies=("DRIM-D-CC-01",))
def value_not_utf8(node: Parameter) -> Iterator[Defect]:
    """Values are percent-encoded UTF-8.

    Why: names with accents arrive broken, and the patient is another one.
    Fix: encode values as UTF-8, then percent-encode them.
    """
    if not node.utf8:
        yield node.defect(expected="UTF-8", actual=node.raw)


@rule("CALL-03", over=forms, verifies=("DRIM-D-CC-03",))
def parameter_missing(call: Call) -> Iterator[Defect]:
    """The mandatory parameters are all there.

    Why: the DRIMbox answers 400: missing a mandatory parameter.
    Fix: write the ten parameters, named letter for letter.
    """
    for name in MANDATORY:
        if call.first(name) is None:
            yield call.defect(expected=name, actual=None, child=name)


@rule("CALL-05-EMPTY", over=parameters, verifies=("DRIM-D-CC-05",))
def parameter_without_value(node: Parameter) -> Iterator[Defect]:
    """Each parameter has a value.

    Why: the DRIMbox answers 400: parameters without value.
    Fix: write the value; leave out an optional parameter that has none.
    """
    if not node.value.strip():
        yield node.defect(expected=node.name, actual="")


@rule("CALL-05-UNKNOWN", over=parameters, verifies=("DRIM-D-CC-05",))
def parameter_unknown(node: Parameter) -> Iterator[Defect]:
    """Each parameter is known, letter for letter.

    Why: the DRIMbox answers 400: unknown parameter found.
    Fix: leave it out, or correct its name.
    """
    if node.name not in (*MANDATORY, *OPTIONAL, *REMOVED):
        yield node.defect(expected=" | ".join((*MANDATORY, *OPTIONAL)), actual=node.name)


@rule("CALL-06", over=parameters, verifies=("DRIM-D-CC-06", "DRIM-D-CC-07"))
def parameter_removed(node: Parameter) -> Iterator[Defect]:
    """No parameter is of an earlier version of the call.

    Why: the test server of 2024-11 does not know it any more, and answers 400.
    Fix: leave it out; the consent is InformationEtConsentement now.
    """
    if node.name in REMOVED:
        yield node.defect(expected="", actual=node.name)


@rule("CALL-05-TWICE", over=parameters, verifies=("DRIM-D-CC-05-ONCE",))
def parameter_twice(node: Parameter) -> Iterator[Defect]:
    """Each parameter stands once.

    Why: one server takes the first, another the last: another patient.
    Fix: write it once.
    """
    if node.number > 1:
        yield node.defect(expected="1", actual=node.number)
