"""Parts of the judgement of a report: links in every form, PDF in every form, times, paths."""

from __future__ import annotations

import zlib
from collections.abc import Callable

import pytest
from lxml import etree

from testdata.exams import exam
from testdata.mutants.cda.bases import BODY
from testdata.mutants.cda.changes import assign, paper, rewrite
from testdata.mutants.rewriting import replace
from testdata.report import cda as report
from tests.conftest import failing, results
from validators import cda
from validators.cda.links import address
from validators.cda.times import later
from validators.model import Outcome
from validators.reading.pdf import read
from validators.reading.xml import XmlNode
from validators.rules import RULES
from validators.texts import english, french

ALPHA = exam("alpha")
ORDER = ALPHA.study.orders[0]
PREFIXED = b'<x:ClinicalDocument xmlns:x="urn:hl7-org:v3"/>'
SEEN = (Outcome.FAIL, Outcome.WARN, Outcome.REVIEW, Outcome.ERROR)


def with_link(*changes: tuple[str, str]) -> bytes:
    """The report of Exam Alpha, its viewer link changed."""

    def change(pdf: bytes) -> bytes:
        for old, new in changes:
            pdf = replace(old.encode(), new.encode())(pdf)
        return pdf

    return rewrite(paper(BODY, change))(report(ALPHA))


@pytest.mark.parametrize(
    "changes",
    [
        [("accessionNumber", "Accessionnumber")],
        [("requestType", "REQUESTTYPE"), ("idCDA", "IDCDA")],
        [
            (
                f"accessionNumber={ORDER.accession}",
                f"Accessionnumber={ORDER.accession_oid}.{ORDER.accession}",
            )
        ],
        [("vi1.", "vi12.")],
        [("/IHEInvokeImageDisplay", "/viewer/IHEInvokeImageDisplay")],
    ],
)
def test_every_form_of_a_viewer_link_is_accepted(changes: list[tuple[str, str]]) -> None:
    assert failing(results(with_link(*changes), "drim-m-lab", "cda"), *SEEN) == set()


def test_a_link_may_name_root_and_extension_of_the_report() -> None:
    own = ALPHA.report.oid
    raw = with_link((f"idCDA={own}", f"idCDA={own}_7"))
    found = results(rewrite(assign("h:id", "extension", "7"))(raw), "drim-m-lab", "cda")
    assert failing(found, *SEEN) == set()
    assert failing(results(raw, "drim-m-lab", "cda"), *SEEN) == {"CDA-URL-02I"}


@pytest.mark.parametrize(
    "url", ["", "http://[", "https://x:y/?idCDA=1", "//", "mailto:a@b", "?idCDA", "a b"]
)
def test_odd_links_are_taken_apart_or_left(url: str) -> None:
    found = address(url)
    assert found is None or isinstance(found.is_viewer, bool)


def stream(content: bytes, kind: str = "/ObjStm") -> bytes:
    head = f"7 0 obj\n<</Type {kind} /Filter /FlateDecode>>\nstream\r\n".encode()
    return head + zlib.compress(content) + b"\nendstream\nendobj\n"


FORMS: dict[str, Callable[[], bytes]] = {
    "plain": lambda: b"/A <</S /URI /URI (https://x.fr/?a=1)>>",
    "hexadecimal": lambda: b"/URI <" + b"https://x.fr/?a=1".hex().encode() + b">",
    "escaped": lambda: b"/URI (https:\\057\\057x.fr/\\?a=\\\n1)",
    "utf-16": lambda: b"/URI (\xfe\xff" + "https://x.fr/?a=1".encode("utf-16-be") + b")",
    "in an object stream": lambda: stream(b"<</URI(https://x.fr/?a=1)>>"),
}


@pytest.mark.parametrize("name", FORMS)
def test_links_of_a_pdf_are_found_in_every_form(name: str) -> None:
    assert read(b"%PDF-1.7\n" + FORMS[name]()).links == ["https://x.fr/?a=1"]


def test_a_pdf_says_what_it_is() -> None:
    found = read(b"\n%PDF-1.4\n" + stream(b"<pdfaid:part>1</pdfaid:part>", "/Metadata") + b"%%EOF")
    assert (found.header, found.end, found.part) == (True, True, "1")
    other = read(b" " * 1024 + b"%PDF-1.4")
    assert (other.header, other.end, other.part) == (False, False, "")


@pytest.mark.parametrize(
    ("one", "other", "after"),
    [
        ("20260101120000+0100", "20260101110000+0000", False),
        ("20260101120001+0100", "20260101110000+0000", True),
        ("20260101003000+0100", "20251231233000+0000", False),
        ("20260102", "20260101235900+0100", True),
        ("20260101", "20260101000000+0100", False),
        ("20260101120000", "20260101110000+0500", True),
        ("nothing", "20260101", False),
    ],
)
def test_times_are_compared_as_far_as_they_say(one: str, other: str, after: bool) -> None:
    assert later(one, other) is after


@pytest.mark.parametrize(
    ("raw", "what"),
    [
        (report(ALPHA), ""),
        (b"<!-- x --><!DOCTYPE a [<!ELEMENT b ANY>]>" + PREFIXED, ""),
        (b'\xef\xbb\xbf  <ClinicalDocument xmlns="urn:hl7-org:v3">', ""),
        (b'<ClinicalDocument xmlns="urn:other">', "ClinicalDocument"),
        (b'<a xmlns="urn:hl7-org:v3"><ClinicalDocument/></a>', "a"),
        (b"MSH|^~\\&|", "XML"),
        (b"", "XML"),
    ],
)  # fmt: skip
def test_a_report_is_recognised_by_its_root(raw: bytes, what: str) -> None:
    assert cda.recognises(raw) == what


def test_an_element_named_as_a_scope_keeps_its_name() -> None:
    """The KOS has a scope of the name code: "in each code"."""
    assert english(RULES["CDA-B3-04CA"])["title"] == "code is there in each study of the catalog."
    assert french(RULES["CDA-DOC-09A"])["title"] == "code est présent dans le document."


def test_many_siblings_have_their_places() -> None:
    root = etree.fromstring("<r>" + "<a/><b/>" * 3_000 + "<c/></r>")
    assert [XmlNode(one).path for one in root][-3:] == ["/r/a[3000]", "/r/b[3000]", "/r/c"]


def test_the_ins_of_production_is_for_production() -> None:
    change = assign("h:recordTarget//h:id", "root", "1.2.250.1.213.1.4.8")
    raw = rewrite(change)(report(ALPHA))
    assert failing(results(raw, "drim-m-production", "cda")) == set()
    assert failing(results(raw, "drim-m-lab", "cda")) == {"CDA-PAT-02A"}


def test_official_oddities_of_the_homologation_data_are_warnings() -> None:
    """Reports F and Q have the modality RM; F has an act of two studies and two orders."""
    raw = report(exam("multi-exam")).replace(b'code="MR"', b'code="RM"')
    for profile in ("drim-m-lab", "drim-m-homologation"):
        found = results(raw, profile, "cda")
        assert failing(found, *SEEN) == {"CDA-ACT-10"}
        assert found["CDA-ACT-10"].outcome is Outcome.WARN
    (defect, _) = results(raw, "drim-m-production", "cda")["CDA-ACT-10"].defects
    assert defect.expected == "MR"
