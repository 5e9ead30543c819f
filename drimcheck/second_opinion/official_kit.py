"""The official content test kit (ansforge/TestContenuCDA-3-0): its schema and its schematrons.

Users download the kit themselves; nothing of it is here. Each schematron goes through the three
steps of the ISO skeleton that comes with the kit, compiled by Saxon once in a process.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, cast

from lxml import etree

from validators.reading.xml import read

SKELETON = ("iso_dsdl_include.xsl", "iso_abstract_expand.xsl", "iso_svrl_for_xslt2.xsl")
SCHEMA = "infrastructure/cda/CDA_extended.xsd"
SCHEMATRONS = (
    "profils/IHE.sch",
    "profils/terminologies/schematron/terminologie.sch",
    "profils/CI-SIS_ModelesDeContenusCDA.sch",
    "profils/structurationMinimale/ASIP-STRUCT-MIN-StrucMin.sch",
    "profils/CI-SIS_Modeles_ANS.sch",
)
"""Those that apply to every report, in the order of the kit."""
STRUCTURED = "CI-SIS_IMG-CR-IMG_2024.01.sch"
"""That of the volume, for structured reports alone."""
SVRL = {"svrl": "http://purl.oclc.org/dsdl/svrl"}
BODY = "{urn:hl7-org:v3}component/{urn:hl7-org:v3}structuredBody"
XML_BASE = "{http://www.w3.org/XML/1998/namespace}base"


class Unusable(Exception):
    """The kit, or a part of it, cannot be used; the message is one line."""


def installed() -> bool:
    return find_spec("saxonche") is not None


def opinion(path: Path, kit: Path) -> list[str]:
    """What the kit says of a report, a line for each failure; what kept it from running."""
    if not installed():
        return ["not installed: pip install 'drimcheck[schematron]'"]
    if not kit.is_dir():
        return [f"{kit}: no such folder"]
    root = read(path.read_bytes()).root
    if root is None:
        return ["not asked: the report cannot be read"]
    return list(_lines(root.element, kit))


def _lines(root: etree._Element, kit: Path) -> Iterator[str]:
    names = [*SCHEMATRONS, STRUCTURED] if root.find(BODY) is not None else list(SCHEMATRONS)
    try:
        yield from _schema_lines(root, kit)
    except Unusable as problem:
        yield str(problem)
    text = etree.tostring(root, encoding="unicode")
    for name in names:
        try:
            yield from _schematron_lines(text, kit, name)
        except Unusable as problem:
            yield str(problem)


def _schema_lines(root: etree._Element, kit: Path) -> Iterator[str]:
    schema = _schema(_file(kit, SCHEMA))
    if not schema.validate(root):
        for error in cast("Any", schema.error_log):
            yield f"{Path(SCHEMA).name}: {error.message} (line {error.line})"


@cache
def _schema(path: Path) -> etree.XMLSchema:
    parser = etree.XMLParser(no_network=True, resolve_entities=False)
    try:
        return etree.XMLSchema(etree.parse(path, parser))
    except (etree.XMLSyntaxError, etree.XMLSchemaParseError) as error:
        raise Unusable(f"{path.name}: no usable schema: {_first_line(error)}") from None


def _schematron_lines(text: str, kit: Path, name: str) -> Iterator[str]:
    """The failed asserts of a schematron, with the place that each is about."""
    short = Path(name).name
    compiled = _compiled(kit, name)
    try:
        found = compiled.transform_to_string(xdm_node=_saxon().parse_xml(xml_text=text))
    except Exception as error:  # noqa: BLE001 - the exception of saxonche is no public class
        raise Unusable(f"{short}: stopped: {_first_line(error)}") from None
    report = etree.fromstring(found.encode(), etree.XMLParser(huge_tree=True))
    for failed in report.iterfind(".//svrl:failed-assert", SVRL):
        said = failed.find("svrl:text", SVRL)
        words = "" if said is None else " ".join("".join(map(str, said.itertext())).split())
        yield f"{short}: {words} ({failed.get('location') or '/'})"


@cache
def _saxon() -> Any:
    from saxonche import PySaxonProcessor

    return PySaxonProcessor(license=False)


@cache
def _compiled(kit: Path, name: str) -> Any:
    """A schematron as a program; its own place is the base of what it refers to."""
    source = _file(kit, name)
    try:
        text = _saxon().parse_xml(xml_file_name=str(source))
        for step in SKELETON:
            program = _saxon().new_xslt30_processor()
            expanded = program.compile_stylesheet(stylesheet_file=str(_file(kit, step)))
            written = expanded.transform_to_string(xdm_node=text)
            text = _saxon().parse_xml(xml_text=written)
        stylesheet = etree.fromstring(written.encode(), etree.XMLParser(huge_tree=True))
        stylesheet.set(XML_BASE, source.absolute().as_uri())
        return (
            _saxon()
            .new_xslt30_processor()
            .compile_stylesheet(stylesheet_text=etree.tostring(stylesheet, encoding="unicode"))
        )
    except Unusable:
        raise
    except Exception as error:  # noqa: BLE001 - the exception of saxonche is no public class
        raise Unusable(f"{source.name}: does not compile: {_first_line(error)}") from None


def _file(kit: Path, name: str) -> Path:
    """A file of the kit, wherever its folders lie in the download."""
    found = sorted(one for one in kit.rglob(Path(name).name) if one.as_posix().endswith(name))
    if not found:
        raise Unusable(f"{kit}: no {name}")
    return found[0]


def _first_line(error: Exception) -> str:
    return next(iter(str(error).splitlines()), type(error).__name__)
