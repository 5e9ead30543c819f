"""Names of IHE XDS.b and ebXML that the messages of the DMP are made of (ITI TF-3 4.2, 4.3)."""

from __future__ import annotations

SOAP = "http://www.w3.org/2003/05/soap-envelope"
WSA = "http://www.w3.org/2005/08/addressing"
XDS = "urn:ihe:iti:xds-b:2007"
XOP = "http://www.w3.org/2004/08/xop/include"
RIM = "urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0"
RS = "urn:oasis:names:tc:ebxml-regrep:xsd:rs:3.0"
LCM = "urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0"
QUERY = "urn:oasis:names:tc:ebxml-regrep:xsd:query:3.0"
HL7 = "urn:hl7-org:v3"
SAML = "urn:oasis:names:tc:SAML:2.0:assertion"
PREFIXES = {
    "soap": SOAP, "wsa": WSA, "xds": XDS, "xop": XOP, "rim": RIM, "rs": RS, "lcm": LCM,
    "query": QUERY, "hl7": HL7, "saml": SAML,
}  # fmt: skip

RESPONSE_STATUS = "urn:oasis:names:tc:ebxml-regrep:ResponseStatusType:"
SUCCESS, FAILURE = f"{RESPONSE_STATUS}Success", f"{RESPONSE_STATUS}Failure"
PARTIAL = "urn:ihe:iti:2007:ResponseStatusType:PartialSuccess"
SEVERITY = "urn:oasis:names:tc:ebxml-regrep:ErrorSeverityType:Error"

APPROVED = "urn:oasis:names:tc:ebxml-regrep:StatusType:Approved"
DEPRECATED = "urn:oasis:names:tc:ebxml-regrep:StatusType:Deprecated"
DELETED = "urn:asip:ci-sis:2010:StatusType:Deleted"

REPLACES = "urn:ihe:iti:2007:AssociationType:RPLC"
UPDATES = "urn:ihe:iti:2010:AssociationType:UpdateAvailabilityStatus"

SET_NODE = "urn:uuid:a54d6aa5-d40d-43f9-88c5-b4633d873bdd"
SET_PATIENT = "urn:uuid:6b5aea1a-874d-4603-a4bc-96a0a7b38446"
SET_UNIQUE = "urn:uuid:96fdda7c-d067-4183-912e-bf5ee74998a8"
SET_SOURCE = "urn:uuid:554ac39e-e3fe-47fe-b233-965d2a147832"
ENTRY_PATIENT = "urn:uuid:58a6f841-87b3-4a3e-92fd-a8ffeff98427"
ENTRY_UNIQUE = "urn:uuid:2e82c1f6-a085-4c72-9da3-8640a32e42ab"
AUTHOR = "urn:uuid:93606bcf-9494-43ec-9b4e-a7748d1a838d"
CODES = {
    "ClassCode": "urn:uuid:41a5887f-8865-4c09-adf7-e362475b143a",
    "TypeCode": "urn:uuid:f0306f51-975f-434e-a61c-c59651d33983",
    "FormatCode": "urn:uuid:a09d5840-386c-46f2-b5ad-9c3699a4309d",
    "ConfidentialityCode": "urn:uuid:f4f85eac-e6cb-4883-b524-f2705394840f",
    "HealthcareFacilityTypeCode": "urn:uuid:f33fb8ac-18af-42cc-ae0e-ed0b0bdb91e1",
    "PracticeSettingCode": "urn:uuid:cccf5598-8b07-4b77-a05e-ae952c785ead",
    "EventCodeList": "urn:uuid:2c6b8cb7-8b2a-4051-b291-b1ae6a575ef4",
}
"""The classification schemes of the codes of an entry, by the name that a query gives them."""
SIGNATURE_FORMAT = "http://www.w3.org/2000/09/xmldsig#"
REFERENCES = "urn:ihe:iti:xds:2013:referenceIdList"


def qualified(namespace: str, name: str) -> str:
    return f"{{{namespace}}}{name}"
