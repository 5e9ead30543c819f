"""What the DMP delivers: the documents that were retrieved, and the entries of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lxml import etree

from drimcheck.simulate.live import Judged, Live
from validators.cross import Dossier, facts_of
from validators.kinds import KINDS
from validators.model import Exchange
from validators.wado.response import read_exchange

RIM = "urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0"
LCM = "urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0"
UNIQUE_ID = "urn:uuid:2e82c1f6-a085-4c72-9da3-8640a32e42ab"
PREAMBLE = slice(128, 132)
MAX_BYTES = 1 << 26
Element = etree._Element


def judge_retrieved(live: Live, exchanges: Sequence[Exchange]) -> Iterator[Judged]:
    """Each KOS that was delivered, and against the entry that was found for it."""
    entries = {unique: one for exchange in exchanges for unique, one in _entries(exchange)}
    for number, exchange in enumerate(exchanges, start=1):
        for place, content in enumerate(_documents(exchange), start=1):
            name = f"dmp {number} document {place}"
            subject = KINDS["kos"].load(content)
            yield live.judge(name, "kos", content, subject, ours=True)
            facts = facts_of("kos", f"{name}.dcm", content)
            entry = next(
                (one for unique, one in entries.items() if unique.encode() in content), None
            )
            if entry is None:
                continue
            metadata = _submission(entry)
            dossier = Dossier([facts, facts_of("xds", f"{name}.xml", metadata)], [])
            yield live.judge(name, "cross", metadata, dossier, ours=True)


def _documents(exchange: Exchange) -> Iterator[bytes]:
    """The DICOM files among the parts of an answer."""
    response = read_exchange(exchange.response, captured=True)
    for one in response.parts:
        content = one.part.read(0, MAX_BYTES)
        if content[PREAMBLE] == b"DICM":
            yield content
    response.release()


def _entries(exchange: Exchange) -> Iterator[tuple[str, Element]]:
    """The entries of an answer, each by the unique id of its document."""
    body = bytes(exchange.response).partition(b"\r\n\r\n")[2]
    if b"AdhocQueryResponse" not in body:
        return
    start, end = body.find(b"<"), body.rfind(b">") + 1
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        root = etree.fromstring(body[start:end], parser)
    except etree.XMLSyntaxError:
        return
    for one in root.iter(f"{{{RIM}}}ExtrinsicObject"):
        for each in one.iter(f"{{{RIM}}}ExternalIdentifier"):
            if each.get("identificationScheme") == UNIQUE_ID and each.get("value"):
                yield str(each.get("value")), one


def _submission(entry: Element) -> bytes:
    """The metadata of one entry, in the form in which they are submitted."""
    request = etree.Element(f"{{{LCM}}}SubmitObjectsRequest")
    etree.SubElement(request, f"{{{RIM}}}RegistryObjectList").append(entry)
    return etree.tostring(request)
