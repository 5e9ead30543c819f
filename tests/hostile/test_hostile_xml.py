"""What an attacker sends as a report: no crash, bounded memory, a finding or a refusal."""

from __future__ import annotations

import base64
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import pytest

from testdata.exams import exam
from testdata.report import cda
from tests.conftest import failing, results
from tests.hostile.test_hostile import GUARD, MEMORY, PROGRAM
from validators.cda import recognises
from validators.model import Outcome
from validators.reading import limits
from validators.reading.pdf import read

REPORT = cda(exam("alpha"))
STRUCTURED = cda(exam("nm"), 3)
HEAD, TAIL = REPORT.split(b"<ClinicalDocument", 1)
BODY = REPORT.index(b"<nonXMLBody>")


def errors(raw: bytes) -> list[str]:
    found = results(raw, "drim-m-lab", "cda")
    return [f"{one.rule}: {one.note}" for one in found.values() if one.outcome is Outcome.ERROR]


def with_doctype(inside: str) -> bytes:
    doctype = f"<!DOCTYPE ClinicalDocument [{inside}]>\n".encode()
    return HEAD + doctype + b"<ClinicalDocument" + TAIL.replace(b"<title>", b"<title>&x;")


LAUGHS = '<!ENTITY a0 "ha">' + "".join(
    f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 30)
)
DOCTYPES = {
    "empty": "",
    "billion-laughs": LAUGHS + '<!ENTITY x "&a29;">',
    "quadratic": f'<!ENTITY b "{"b" * 100_000}"><!ENTITY x "{"&b;" * 10_000}">',
    "external-entity": '<!ENTITY x SYSTEM "file:///etc/passwd">',
    "external-subset": '<!ENTITY % y SYSTEM "http://127.0.0.1:9/y"> %y;',
    "default-attribute": '<!ATTLIST title x CDATA "y">',
}


@pytest.mark.parametrize("name", DOCTYPES)
def test_a_document_type_is_refused_before_anything_is_judged(name: str) -> None:
    found = results(with_doctype(DOCTYPES[name]), "drim-m-lab", "cda")
    assert failing(found) == {"CDA-DOC-19D"}
    others = {rule: one.outcome for rule, one in found.items() if rule != "CDA-DOC-19D"}
    assert set(others.values()) <= {Outcome.NOT_TESTED, Outcome.PASS}
    assert [one for one in found.values() if one.outcome is Outcome.PASS][1:] == []


@pytest.mark.parametrize("raw", [REPORT, STRUCTURED], ids=["level-1", "level-3"])
def test_a_report_cut_anywhere_is_refused(raw: bytes) -> None:
    for length in range(0, len(raw) - 1, 997):
        found = results(raw[:length], "drim-m-lab", "cda")
        assert "CDA-DOC-19" in failing(found), length


ENCODINGS: dict[str, Callable[[], bytes]] = {
    "utf-16": lambda: REPORT.decode().replace("UTF-8", "UTF-16", 1).encode("utf-16"),
    "utf-16-undeclared": lambda: REPORT.decode().encode("utf-16"),
    "utf-7": lambda: REPORT.replace(b"UTF-8", b"UTF-7", 1),
    "unknown": lambda: REPORT.replace(b"UTF-8", b"KLINGON", 1),
    "latin-1-undeclared": lambda: REPORT.decode().encode("latin-1", "replace"),
    "bom": lambda: b"\xef\xbb\xbf" + REPORT,
    "two-boms": lambda: b"\xef\xbb\xbf\xef\xbb\xbf" + REPORT,
    "nul": lambda: REPORT.replace(b"<title>", b"<title>\0"),
    "nothing": lambda: b"",
    "blanks": lambda: b"   \n",
}


@pytest.mark.parametrize("name", ENCODINGS)
def test_an_odd_encoding_is_judged_or_refused(name: str) -> None:
    assert errors(ENCODINGS[name]()) == []


def test_a_schema_location_is_not_followed() -> None:
    hint = b'<ClinicalDocument xsi:schemaLocation="urn:hl7-org:v3 http://127.0.0.1:9/x.xsd"'
    found = results(HEAD + hint + TAIL, "drim-m-lab", "cda")
    assert failing(found, *Outcome) - failing(found, "pass", "not_applicable") == {"CDA-L1-05"}


@pytest.mark.parametrize("named", ["CS", "h:CS", "x:y", "", "ANY", "ClinicalDocument"])
def test_an_odd_type_is_a_finding(named: str) -> None:
    old = b"<birthTime "
    raw = REPORT.replace(old, f'<birthTime xsi:type="{named}" '.encode())
    assert raw != REPORT
    assert errors(raw) == []


def nested(depth: int) -> bytes:
    return HEAD + b"<ClinicalDocument xmlns='urn:hl7-org:v3'>" + b"<a>" * depth


def test_elements_in_one_another_stop_at_the_limit() -> None:
    found = results(nested(limits.MAX_XML_DEPTH + 1), "drim-m-lab", "cda")
    assert {one.outcome for one in found.values()} == {Outcome.NOT_TESTED}


def in_header(xml: bytes) -> bytes:
    return REPORT.replace(b"<recordTarget>", xml + b"<recordTarget>", 1)


def in_body(xml: bytes) -> bytes:
    return STRUCTURED.replace(b"<structuredBody>", b"<structuredBody>" + xml, 1)


def bomb() -> bytes:
    """A PDF of which a compressed object inflates to very much."""
    stream = zlib.compress(b"\0" * (400 << 20), 9)
    return b"%PDF-1.7\n1 0 obj <</Type /ObjStm /Filter /FlateDecode>> stream\n" + stream


def with_paper(pdf: bytes) -> bytes:
    start, end = REPORT.index(b">", BODY + 20) + 1, REPORT.index(b"</text>", BODY)
    return REPORT[:start] + base64.b64encode(pdf) + REPORT[end:]


def test_a_pdf_that_inflates_stops_at_the_limit() -> None:
    assert read(bomb()).limit.startswith("MAX_PDF_INFLATED_BYTES")
    assert read(b"%PDF-1.7 " + b"/URI (x)" * 20_000).limit.startswith("MAX_PDF_LINKS")


ACT = STRUCTURED[STRUCTURED.index(b"<documentationOf>") : STRUCTURED.index(b"<componentOf>")]
SOP = (
    b"<entry><observation><templateId root='1.2.250.1.213.1.1.3.157'/>"
    b"<id root='1.2.3'/><text><reference value='http://x/?requestType=WADO'/></text>"
    b"</observation></entry>"
)
STUDY = b"<entry><act><templateId root='1.2.250.1.213.1.1.3.155'/><id root='1.2.3'/></act></entry>"
LINK = b"<linkHtml href='https://x/?studyUID=1&amp;accessionNumber=2&amp;idCDA=3'/>"
INS = REPORT[
    REPORT.index(b"<id root", REPORT.index(b"<patientRole>")) : REPORT.index(
        b"<id root", REPORT.index(b"<patientRole>") + 60
    )
]
HEAVY: dict[str, Callable[[], bytes]] = {
    "billion-laughs": lambda: with_doctype(DOCTYPES["billion-laughs"]),
    "nested-100000": lambda: nested(100_000),
    "base64-of-100-megabytes": lambda: with_paper(b"%PDF-" + bytes(75 << 20)),
    "base64-of-60-megabytes": lambda: with_paper(b"%PDF-" + bytes(44 << 20)),
    "attribute-of-40-megabytes": lambda: REPORT.replace(
        b'<title', b'<title x="' + b"y" * (40 << 20) + b'"', 1),
    "attributes-50000": lambda: REPORT.replace(
        b"<title", b"<title " + b" ".join(b'a%d="b"' % n for n in range(50_000)), 1),
    "header-of-400000-elements": lambda: in_header(b"<realmCode/>" * 400_000),
    "header-of-9000-elements": lambda: in_header(b"<realmCode/>" * 9_000),
    "identifiers-9000": lambda: REPORT.replace(INS, INS * 9_000),
    "studies-in-header-and-catalog": lambda: in_body(STUDY * 40_000).replace(
        b"<serviceEvent>", b"<serviceEvent>" + b'<id root="1.2.4"/>' * 9_000, 1),
    "links-and-studies": lambda: in_body(LINK * 40_000).replace(
        b"<serviceEvent>", b"<serviceEvent>" + b"".join(
            b'<id root="1.2.%d"/>' % n for n in range(9_000)), 1),
    "acts-400": lambda: STRUCTURED.replace(ACT, ACT * 400),
    "references-150000": lambda: in_body(b"<component><reference value='#x'/></component>"
                                         * 150_000),
    "templates-300000": lambda: in_body(b"<templateId root='9.9'/>" * 300_000),
    "instances-40000": lambda: in_body(SOP * 40_000),
    "sections-60000": lambda: in_body(
        b"<component><section><templateId root='1.2.250.1.213.1.1.2.206'/></section></component>"
        * 60_000),
    "namespaces-50000": lambda: REPORT.replace(
        b"<title", b"<title " + b" ".join(b'xmlns:a%d="b"' % n for n in range(50_000)), 1),
    "pdf-bomb": lambda: with_paper(bomb()),
    "pdf-of-streams": lambda: with_paper(b"%PDF-1.7 " + b"stream\n" * (6 << 20)),
    "pdf-of-object-streams": lambda: with_paper(
        b"%PDF-1.7 " + (b"obj/FlateDecode/ObjStm stream\n" + zlib.compress(b"x")) * 1_000_000
    ),
    "pdf-of-open-strings": lambda: with_paper(b"%PDF-1.7 " + (b"/URI(" + b"x" * 9_000) * 4_000),
    "pdf-of-links": lambda: with_paper(b"%PDF-1.7 " + b"/URI (https://x/?idCDA=1)" * 500_000),
    "comment-unclosed": lambda: b"<!--" * 500_000 + REPORT,
}  # fmt: skip


@pytest.mark.skipif(sys.platform != "linux", reason="reads the peak memory as Linux tells it")
@pytest.mark.parametrize("name", HEAVY)
def test_memory_is_bounded(name: str, tmp_path: Path) -> None:
    path = tmp_path / "hostile.xml"
    path.write_bytes(HEAVY[name]())
    start = perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, "cda", "--profile", "drim-m-lab", str(path)],
        capture_output=True,
        text=True,
        timeout=GUARD,
        check=False,
    )
    print(f"{name}: {perf_counter() - start:.1f} s, {int(done.stdout.split()[-1]) >> 10} MB")
    assert done.returncode in (0, 1, 3), done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert int(done.stdout.split()[-1]) <= MEMORY


PROLOGS = {
    "blanks": b" " * 100_000,
    "comments": b"<!---->" * 20_000 + b"<!--",
    "instructions": b"<?a ?>" * 20_000 + b"<?",
    "doctype": b"<!DOCTYPE a [" + b"] " * 50_000,
    "names": b"<" + b"a" * 100_000,
    "prefixes": b"<" + b"a:" * 50_000,
}


@pytest.mark.parametrize("name", PROLOGS)
def test_recognition_takes_no_time(name: str) -> None:
    start = perf_counter()
    assert recognises(PROLOGS[name])
    print(f"{name}: {perf_counter() - start:.3f} s")
