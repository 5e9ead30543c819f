"""What official passing samples do, and the samples here do not show, is never a failure."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pydicom import Dataset

from testdata.kos import drim_m_kos, write
from testdata.mutants.kos.changes import assign
from tests.conftest import failing, results
from validators.model import Outcome

Change = Callable[[Dataset], None]
SERIES = "CurrentRequestedProcedureEvidenceSequence[0].ReferencedSeriesSequence[0]"


def _text(old: str, new: str) -> Change:
    def change(document: Dataset) -> None:
        item = document.ContentSequence[-1]
        assert old in item.TextValue
        item.TextValue = str(item.TextValue).replace(old, new)

    return change


def _text_first(document: Dataset) -> None:
    document.ContentSequence.insert(0, document.ContentSequence.pop())


def _without_text(document: Dataset) -> None:
    document.ContentSequence.pop()


def _blank_url(document: Dataset) -> None:
    series = document.CurrentRequestedProcedureEvidenceSequence[0].ReferencedSeriesSequence[0]
    assign("RetrieveURL", f"\n               {series.RetrieveURL}")(series)


ODDITIES: dict[str, Change] = {
    "text item first": _text_first,
    "no text item": _without_text,
    "no act line": _text("Acte = CT Head W contrast IV\n", ""),
    "act line of 2023": _text("Acte = ", "Acte =  : "),
    "lines ended by CR": _text("\n", "\r"),
    "lines ended by CRLF": _text("\n", "\r\n"),
    "series without description": _text("@  : Serie X2\n", "@  : \n"),
    "series without description, blanks trimmed": _text("@  : Serie X2\n", "@  :\n"),
    "pretty-printed text": _text(" : Serie X1", " :\n                    Serie X1"),
    "é lost in a conversion": _text("Série", "Sï¿½rie"),
    "retrieve URL with leading blanks": _blank_url,
    "issuer with leading blanks": assign("IssuerOfPatientID", "\n      ASIP-SANTE-INS-NIR"),
    "used family name": assign("OtherPatientNames", "^DOMINIQUE\\PAT-TROIS"),
    "used given name": assign("OtherPatientNames", "^DOMINIQUE\\^DOMINIQUE"),
    "both used names": assign("OtherPatientNames", "^DOMINIQUE\\PAT-TROIS^DOMINIQUE"),
    "no used name": assign("OtherPatientNames", "^DOMINIQUE"),
    "retrieve location": assign(f"{SERIES}.RetrieveLocationUID", "1.2.3.4"),
    "title in capitals": assign("ConceptNameCodeSequence[0].CodeMeaning", "MANIFEST"),
    "accession at the root": lambda document: setattr(
        document, "AccessionNumber", document.ReferencedRequestSequence[0].AccessionNumber
    ),
    "INS body against sex": assign("PatientSex", "M"),
    "INS body against birthplace": assign("PatientComments", "29758"),
}


@pytest.mark.parametrize("profile", ["drim-m-lab", "drim-m-homologation"])
@pytest.mark.parametrize("name", ODDITIES)
def test_it_is_at_most_a_warning(name: str, profile: str) -> None:
    document = drim_m_kos()
    ODDITIES[name](document)
    found = results(write(document), profile)
    assert failing(found, Outcome.FAIL, Outcome.REVIEW, Outcome.ERROR) == set()
