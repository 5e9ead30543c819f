"""Mutants of the metadata, of the files that they describe, and of the pages."""

from __future__ import annotations

from testdata.exams import exam
from testdata.mutants.catalogue import Mutant
from testdata.mutants.xdm.changes import (
    METADATA,
    SET,
    add,
    other_content,
    replace,
    slot_value,
    without_slot,
)

ALPHA = exam("alpha")
PATIENT = ALPHA.patient
SIDE_FILE, KOS, SIGNATURE = (f"{SET}/{name}" for name in ("CR.TXT", "KOS_1_1.DCM", "SIGN_1.XML"))
OTHER = "178055124562817"
UNDESCRIBED = "no entry leads to the file any more"
ASSERTION = '<Assertion xmlns="urn:oasis:names:tc:SAML:2.0:assertion" Version="2.0"/>'
INCLUDE = '<Include xmlns="http://www.w3.org/2004/08/xop/include" href="cid:kos"/>'
END = "</lcm:SubmitObjectsRequest>"
NO_ENTRY = (
    '<?xml version="1.0"?>'
    '<lcm:SubmitObjectsRequest xmlns:lcm="urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0"/>'
)


META = (
    Mutant("metadata-cut", "archive", "XDM-META-05", rewrite=replace(METADATA, END, "")),
    Mutant("metadata-with-document-type", "archive", "XDM-META-05",
           rewrite=replace(METADATA, "<lcm:SubmitObjectsRequest",
                           "<!DOCTYPE lcm:SubmitObjectsRequest>\n<lcm:SubmitObjectsRequest")),
    Mutant("metadata-prefix-undeclared", "archive", "XDM-META-03",
           rewrite=replace(METADATA, "xmlns:lcm=", "xmlns:ns3=")),
    Mutant("metadata-behind-blanks", "archive", "XDM-META-03",
           rewrite=replace(METADATA, "<?xml", "\n <?xml")),
    Mutant("metadata-of-another-namespace", "archive", "XDM-META-01",
           rewrite=replace(METADATA, "xsd:lcm:3.0", "xsd:lcm:2.1")),
    Mutant("metadata-without-entry", "archive", "XDM-META-06",
           rewrite=add(METADATA, NO_ENTRY.encode()),
           also={"XDM-EXTRA-01": UNDESCRIBED}),
    Mutant("assertion-stored", "archive", "XDM-META-02",
           rewrite=replace(METADATA, END, f"{ASSERTION}{END}")),
    Mutant("inclusion-left", "archive", "XDM-META-04",
           rewrite=replace(METADATA, END, f"{INCLUDE}{END}")),
)  # fmt: skip

FILES = (
    Mutant("uri-of-no-file", "archive", "XDM-URI-01", rewrite=slot_value("URI", "KOS_1_2.DCM"),
           also={"XDM-EXTRA-01": UNDESCRIBED}),
    Mutant("uri-absent", "archive", "XDM-URI-01", rewrite=without_slot("URI"),
           also={"XDM-EXTRA-01": UNDESCRIBED}),
    Mutant("uri-above", "archive", "XDM-URI-01",
           rewrite=slot_value("URI", "../SS000001/KOS_1_1.DCM"),
           also={"XDM-EXTRA-01": UNDESCRIBED}),
    Mutant("uri-from-ihe-xdm", "archive", "XDM-URI-01-BASE",
           rewrite=slot_value("URI", "SS000001/KOS_1_1.DCM")),
    Mutant("hash-absent", "archive", "XDM-HASH-02", rewrite=without_slot("hash")),
    Mutant("kos-hash-wrong", "archive", "XDM-HASH-01", rewrite=slot_value("hash", "0" * 40)),
    Mutant("kos-size-wrong", "archive", "XDM-HASH-01", rewrite=slot_value("size", "1")),
    Mutant("signature-hash-wrong", "archive", "XDM-HASH-01-SIGN",
           rewrite=slot_value("hash", "0" * 40, 2)),
    Mutant("signature-size-wrong", "archive", "XDM-HASH-01-SIGN",
           rewrite=slot_value("size", "6102", 2)),
    Mutant("kos-is-a-text", "archive", "XDM-KOS-01", rewrite=other_content(KOS, b"KOS")),
    Mutant("entry-of-another-patient", "archive", "XDM-KOS-02",
           rewrite=replace(METADATA, f'registryObject="DocumentKOS" value="{PATIENT.ins}',
                           f'registryObject="DocumentKOS" value="{OTHER}')),
    Mutant("side-file-of-five-fields", "archive", "XDM-CR-02",
           rewrite=replace(SIDE_FILE, ";;", ";")),
    Mutant("side-file-with-line-end", "archive", "XDM-CR-02",
           rewrite=replace(SIDE_FILE, PATIENT.local_authority, f"{PATIENT.local_authority}\r\n")),
    Mutant("side-file-of-another-patient", "archive", "XDM-CR-03",
           rewrite=replace(SIDE_FILE, PATIENT.ins, OTHER)),
)  # fmt: skip

PAGES = (
    Mutant("index-without-namespace", "archive", "XDM-INDEX-01",
           rewrite=replace("INDEX.HTM", 'xmlns="http://www.w3.org/1999/xhtml" ', "")),
    Mutant("index-not-closed", "archive", "XDM-INDEX-01",
           rewrite=replace("INDEX.HTM", "</body>", "")),
    Mutant("index-link-dead", "archive", "XDM-INDEX-02",
           rewrite=replace("INDEX.HTM", 'href="README.TXT"', 'href="README.HTM"')),
    Mutant("readme-names-another-file", "archive", "XDM-README-01",
           rewrite=replace("README.TXT", "KOS_1_1.DCM", "KOS_11.DCM")),
)  # fmt: skip

MUTANTS = META + FILES + PAGES
