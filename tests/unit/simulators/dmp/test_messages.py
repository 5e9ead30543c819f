"""The DMP simulator answers what is no message of its services with a SOAP fault."""

from __future__ import annotations

import pytest

from simulators.dmp.names import (
    PREFIXES,
)
from tests.unit.simulators.dmp.conftest import PUBLISH, RETRIEVE, SOAP, Peer


@pytest.mark.parametrize(
    ("kind", "body", "http", "fault"),
    [
        (SOAP, b"", 400, "soap:Sender"),
        (SOAP, b"garbage", 400, "soap:Sender"),
        (SOAP, b"<a/>", 500, "soap:VersionMismatch"),
        (SOAP, b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', 400, "soap:Sender"),
        ("text/xml", b"<a/>", 415, "soap:Sender"),
        ("multipart/related", b"--a\r\n\r\n--a--", 400, "soap:Sender"),
        ('multipart/related; boundary="a"', b"--a\r\nX: y\r\n\r\nz", 400, "soap:Sender"),
        ('multipart/related; boundary="a"', b"\r\n--a\r\nno header\r\n--a--", 400, "soap:Sender"),
        (SOAP, b'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"/>', 400,
         "soap:Sender"),
    ],
)  # fmt: skip
def test_garbage_is_a_fault(loaded: Peer, kind: str, body: bytes, http: int, fault: str) -> None:
    for service in ("registry", "repository", "patients", "habilitations"):
        answer = loaded.post(service, kind, body)
        assert (answer.http, answer.fault) == (http, fault)


def test_a_message_of_another_service_or_action_is_a_fault(loaded: Peer) -> None:
    payload = f'<x:RetrieveDocumentSetRequest xmlns:x="{PREFIXES["xds"]}"/>'
    assert loaded.soap("registry", RETRIEVE, payload).fault == "soap:Sender"
    assert loaded.soap("repository", PUBLISH, payload).fault == "soap:Sender"
    bad = f'<x:ProvideAndRegisterDocumentSetRequest xmlns:x="{PREFIXES["xds"]}"/>'
    assert loaded.soap("repository", PUBLISH, bad).fault == "soap:Sender"
    patient = f'<h:PRPA_IN201307UV02 xmlns:h="{PREFIXES["hl7"]}"/>'
    assert loaded.soap("patients", "urn:hl7-org:v3:PRPA_IN201307UV02", patient).http == 400
