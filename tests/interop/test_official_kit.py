"""The official kit as a second opinion, on a small kit of our own laid out like it.

The real one is not here: it has no licence that lets it be passed on.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from drimcheck.cli import main
from drimcheck.second_opinion import official_kit
from testdata.exams import exam
from testdata.mutants import mutants
from testdata.report import cda
from tests.conftest import unavailable

SCHEMATRON = """<schema xmlns="http://purl.oclc.org/dsdl/schematron" queryBinding="xslt2">
  <ns prefix="cda" uri="urn:hl7-org:v3"/>
  <pattern>
    <rule context="cda:ClinicalDocument">
      <assert test="{test}">{text}</assert>
    </rule>
  </pattern>
</schema>"""
SAME = """<xsl:stylesheet version="2.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:template match="@*|node()">
    <xsl:copy><xsl:apply-templates select="@*|node()"/></xsl:copy>
  </xsl:template>
</xsl:stylesheet>"""
TO_SVRL = """<xsl:stylesheet version="2.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
    xmlns:out="urn:out" xmlns:sch="http://purl.oclc.org/dsdl/schematron"
    xmlns:svrl="http://purl.oclc.org/dsdl/svrl">
  <xsl:namespace-alias stylesheet-prefix="out" result-prefix="xsl"/>
  <xsl:template match="sch:schema">
    <out:stylesheet version="2.0">
      <xsl:for-each select="sch:ns">
        <xsl:namespace name="{@prefix}" select="string(@uri)"/>
      </xsl:for-each>
      <out:template match="/">
        <svrl:schematron-output>
          <xsl:for-each select="//sch:rule">
            <out:for-each select="//{@context}">
              <xsl:for-each select="sch:assert">
                <out:if test="not({@test})">
                  <svrl:failed-assert location="{../@context}">
                    <svrl:text><xsl:value-of select="."/></svrl:text>
                  </svrl:failed-assert>
                </out:if>
              </xsl:for-each>
            </out:for-each>
          </xsl:for-each>
        </svrl:schematron-output>
      </out:template>
    </out:stylesheet>
  </xsl:template>
</xsl:stylesheet>"""
XSD = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:hl7-org:v3"
    elementFormDefault="qualified">
  <xs:element name="ClinicalDocument"><xs:complexType>
    <xs:sequence><xs:any processContents="skip" maxOccurs="unbounded"/></xs:sequence>
    <xs:anyAttribute processContents="skip"/>
  </xs:complexType></xs:element>
</xs:schema>"""
VALUES = "doc('valeurs.xml')//code = cda:realmCode/@code"


@pytest.fixture
def kit(tmp_path: Path) -> Path:
    """A kit of one assert in each schematron; only that of the versions can fail."""
    if not official_kit.installed():
        unavailable("saxonche is not installed")
    for number, name in enumerate((*official_kit.SCHEMATRONS, official_kit.STRUCTURED)):
        path = tmp_path / "kit/schematrons" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        test = "cda:setId" if "STRUCT-MIN" in name else VALUES
        path.write_text(SCHEMATRON.format(test=test, text=f"assert {number}"))
        (path.parent / "valeurs.xml").write_text("<codes><code>FR</code></codes>")
    for name, text in zip(official_kit.SKELETON, (SAME, SAME, TO_SVRL), strict=True):
        path = tmp_path / "kit/moteur" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    path = tmp_path / "kit" / official_kit.SCHEMA
    path.parent.mkdir(parents=True)
    path.write_text(XSD)
    return tmp_path / "kit"


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "report.xml"
    path.write_bytes(cda(exam("nm"), 3))
    return path


def mutant(tmp_path: Path, rule: str) -> Path:
    path = tmp_path / "mutant.xml"
    path.write_bytes(next(one for one in mutants() if one.kills == rule).make())
    return path


def test_a_report_that_conforms_is_left_alone(kit: Path, report: Path) -> None:
    assert official_kit.opinion(report, kit) == []


def test_a_failed_assert_is_a_line(kit: Path, tmp_path: Path) -> None:
    found = official_kit.opinion(mutant(tmp_path, "CDA-DOC-15SA"), kit)
    assert found == ["ASIP-STRUCT-MIN-StrucMin.sch: assert 3 (cda:ClinicalDocument)"]


def test_the_volume_is_for_structured_reports_alone(kit: Path, report: Path) -> None:
    report.write_bytes(report.read_bytes().replace(b'realmCode code="FR"', b'realmCode code="BE"'))
    assert len(official_kit.opinion(report, kit)) == 5
    report.write_bytes(cda(exam("nm")).replace(b'realmCode code="FR"', b'realmCode code="BE"'))
    assert len(official_kit.opinion(report, kit)) == 4


def test_an_error_of_the_schema_is_a_line(kit: Path, report: Path) -> None:
    report.write_bytes(b'<ClinicalDocument xmlns="urn:hl7-org:v3"/>')
    (line,) = [one for one in official_kit.opinion(report, kit) if one.startswith("CDA_ext")]
    assert line.endswith("(line 1)")


def test_what_is_missing_of_the_kit_is_said(kit: Path, report: Path) -> None:
    (kit / "schematrons/profils/IHE.sch").unlink()
    (kit / official_kit.SCHEMA).write_text("<x/>")
    schema, missing = official_kit.opinion(report, kit)
    assert schema.startswith("CDA_extended.xsd: no usable schema: ")
    assert missing == f"{kit}: no profils/IHE.sch"


def test_a_schematron_that_does_not_compile_is_said(kit: Path, report: Path) -> None:
    (kit / "schematrons/profils/IHE.sch").write_text(SCHEMATRON.format(test="(((", text="x"))
    (line,) = official_kit.opinion(report, kit)
    assert line.startswith("IHE.sch: does not compile: ")


def test_without_a_kit_or_without_saxon_one_line_says_so(
    report: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(official_kit, "installed", lambda: True)
    assert official_kit.opinion(report, tmp_path / "none") == [f"{tmp_path}/none: no such folder"]
    monkeypatch.setattr(official_kit, "installed", lambda: False)
    (line,) = official_kit.opinion(report, tmp_path)
    assert line == "not installed: pip install 'drimcheck[schematron]'"


def test_a_report_with_a_document_type_is_not_shown_to_it(kit: Path, report: Path) -> None:
    report.write_bytes(report.read_bytes().replace(b"<Clin", b"<!DOCTYPE x>\n<Clin", 1))
    assert official_kit.opinion(report, kit) == ["not asked: the report cannot be read"]


def test_the_command_shows_it_and_keeps_its_verdict(
    kit: Path, report: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report.write_bytes(report.read_bytes().replace(b'realmCode code="FR"', b'realmCode code="BE"'))
    arguments = ["cda", "--lang", "en", str(report)]
    alone = main(arguments)
    capsys.readouterr()
    assert main([*arguments, "--official-kit", str(kit)]) == alone
    shown = capsys.readouterr().out
    assert "official-kit" in shown
    assert "IHE.sch: assert 0" in shown
