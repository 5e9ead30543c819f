"""The DMP simulator opens a record, or says that it is closed."""

from __future__ import annotations

import pytest

from simulators import dmp
from simulators.dmp.names import (
    FAILURE,
    PREFIXES,
)
from simulators.dmp.queries import FIND, GET_DOCUMENTS
from testdata.conversation import consultation
from tests.unit.simulators.dmp.conftest import ALPHA, FIRST, PATIENT, START, STATUS, WHO, serving


@pytest.mark.parametrize(("state", "told"), [(dmp.VALID, "VALIDE"), (dmp.FORBIDDEN, "INTERDIT"),
                                             ("", "INTERDIT")])  # fmt: skip
def test_the_authorisation_is_that_of_the_record(state: str, told: str) -> None:
    store = dmp.Store()
    if state:
        store.admit(PATIENT, state)
    with serving(store=store) as peer:
        answer = peer.play(consultation(ALPHA)[0])
        values = answer.xml.xpath("//hl7:administrativeObservation/hl7:value/@code",
                                  namespaces=PREFIXES)  # fmt: skip
        assert values == [told]


def test_a_declared_relation_opens_the_record() -> None:
    store = dmp.Store()
    store.preload(FIRST)
    store.admit(PATIENT, dmp.FORBIDDEN)
    with serving(store=store) as peer:
        closed = peer.search(FIND, [WHO, STATUS])
        assert (closed.status, closed.errors) == (FAILURE, ["XDSRegistryError"])
        assert peer.retrieve(FIRST.uid).errors == ["XDSDocumentUniqueIdError"]
        assert peer.search(GET_DOCUMENTS, [(f"{START}UniqueId", f"('{FIRST.uid}')")]).entries == []
        resource = "urn:oasis:names:tc:xacml:2.0:resource:resource-id"
        vihf = (
            f'<v:Assertion xmlns:v="{PREFIXES["saml"]}"><v:AttributeStatement><v:Attribute '
            f'Name="{resource}"><v:AttributeValue>{PATIENT.replace("&", "&amp;")}'
            "</v:AttributeValue></v:Attribute></v:AttributeStatement></v:Assertion>"
        )
        asked = (
            '<d:setAuthorization xmlns:d="urn:dmp"><d:action>AJOUT</d:action></d:setAuthorization>'
        )
        given = peer.soap("habilitations", "urn:dmp:setAuthorization", asked, header=vihf)
        assert given.http == 200
        assert store.authorisation(PATIENT) == dmp.VALID
        assert len(peer.search(FIND, [WHO, STATUS]).entries) == 2
        other = asked.replace("AJOUT", "RETRAIT")
        assert peer.soap("habilitations", "urn:dmp:setAuthorization", other).fault == "soap:Sender"
