"""The description of the service (DRIM-M C-OPT-01; WADL of 2009-02)."""

from __future__ import annotations

from lxml import etree
from lxml.builder import ElementMaker

WADL = "application/vnd.sun.wadl+xml"
NAMESPACE = "http://wadl.dev.java.net/2009/02"
HEADERS = ("Accept", "Authorization", "KOS-SOPInstanceUID", "Situation")


def wadl(base: str) -> bytes:
    """What a DRIMbox Conso may ask of the service at a base."""
    make = ElementMaker(
        namespace=NAMESPACE,
        nsmap={None: NAMESPACE, "xs": "http://www.w3.org/2001/XMLSchema"},
    )
    headers = [
        make.param(name=name, style="header", type="xs:string", required="true") for name in HEADERS
    ]
    templates = [
        make.param(name=name, style="template", type="xs:string")
        for name in ("studyUID", "seriesUID")
    ]
    method = make.method(
        make.request(*headers),
        make.response(
            make.representation(mediaType='multipart/related; type="application/dicom"'),
            status="200",
        ),
        name="GET",
        id="retrieveSeries",
    )
    path = "studies/{studyUID}/series/{seriesUID}"
    series = make.resource(*templates, method, path=path)
    document = make.application(make.resources(series, base=base))
    return etree.tostring(document, xml_declaration=True, encoding="UTF-8", pretty_print=True)
