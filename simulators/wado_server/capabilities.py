"""The description of the service (DRIM-M C-OPT-01; PS3.18 8.9; WADL of 2009-02)."""

from __future__ import annotations

from lxml import etree
from lxml.builder import ElementMaker

WADL_TYPE = "application/vnd.sun.wadl+xml"
_NAMESPACE = "http://wadl.dev.java.net/2009/02"
_HEADERS = ("Accept", "Authorization", "KOS-SOPInstanceUID", "Situation")
_STRING = "xs:string"


def wadl(base: str) -> bytes:
    """What a DRIMbox Conso may ask of the service at this base."""
    make = ElementMaker(
        namespace=_NAMESPACE,
        nsmap={None: _NAMESPACE, "xs": "http://www.w3.org/2001/XMLSchema"},
    )

    def uid(name: str) -> etree._Element:
        made: etree._Element = make.param(name=name, style="template", type=_STRING)
        return made

    headers = [
        make.param(name=name, style="header", type=_STRING, required="true") for name in _HEADERS
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
    series = make.resource(uid("studyUID"), uid("seriesUID"), method,
                           path="studies/{studyUID}/series/{seriesUID}")  # fmt: skip
    document: etree._Element = make.application(make.resources(series, base=base))
    made: bytes = etree.tostring(
        document, xml_declaration=True, encoding="UTF-8", pretty_print=True
    )
    return made
