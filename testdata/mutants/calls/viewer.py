"""Mutants of viewer links."""

from __future__ import annotations

from testdata.mutants.calls.bases import ACCESSION, ALPHA, LOCATION, ORDER, REPORT, STUDY
from testdata.mutants.catalogue import Mutant
from testdata.mutants.rewriting import replace

LOCATION_OF_TWO = "https://vi1."


MUTANTS = (
    Mutant("relative-link", "viewer-link", "IID-URL-01",
           rewrite=replace(LOCATION, "/IHEInvokeImageDisplay")),
    Mutant("blank-in-link", "viewer-link", "IID-URL-01", rewrite=replace("&idCDA", "& idCDA")),
    Mutant("link-by-http", "viewer-link", "IID-URL-02", rewrite=replace("https://", "http://")),
    Mutant("link-to-the-source", "viewer-link", "IID-URL-02",
           rewrite=replace(LOCATION_OF_TWO, "https://db1.")),
    Mutant("path-in-lower-case", "viewer-link", "IID-URL-03",
           rewrite=replace("IHEInvokeImageDisplay", "iheinvokeimagedisplay")),
    Mutant("caret-not-encoded", "viewer-link-patient", "IID-URL-04",
           rewrite=replace("%5E%5E%5E", "^^^")),
    Mutant("study-twice", "viewer-link", "IID-URL-05",
           rewrite=replace(STUDY, f"{STUDY}&{STUDY}")),
    Mutant("unknown-parameter", "viewer-link", "IID-URL-06",
           rewrite=replace(REPORT, f"{REPORT}&patient=1")),
    Mutant("fragment", "viewer-link", "IID-URL-07", rewrite=replace(REPORT, f"{REPORT}#images")),
    Mutant("request-type-missing", "viewer-link", "IID-TYPE-01",
           rewrite=replace("requestType=STUDY&", "")),
    Mutant("request-type-in-lower-case", "viewer-link", "IID-TYPE-02",
           rewrite=replace("STUDY", "study")),
    Mutant("request-of-a-patient", "viewer-link", "IID-TYPE-03",
           rewrite=replace("requestType=STUDY", "requestType=PATIENT&patientID=1")),
    Mutant("patient-missing", "viewer-link-patient", "IID-TYPE-04",
           rewrite=replace("&patientID=1%5E%5E%5EA", "")),
    Mutant("study-missing", "viewer-link", "IID-STUDY-01", rewrite=replace(f"{STUDY}&", "")),
    Mutant("study-malformed", "viewer-link", "IID-STUDY-02",
           rewrite=replace(ALPHA.study.uid, f"{ALPHA.study.uid}.01")),
    Mutant("n30-list-with-semicolon", "viewer-link", "IID-STUDY-02",
           rewrite=replace(STUDY, f"{STUDY};{ALPHA.study.uid}")),
    Mutant("study-and-accession", "viewer-link-ihe", "IID-STUDY-03",
           rewrite=replace(STUDY, f"{STUDY}&accessionNumber=1")),
    Mutant("accession-missing", "viewer-link", "IID-ACC-01",
           rewrite=replace(f"{ACCESSION}&", "")),
    Mutant("accession-without-authority", "viewer-link", "IID-ACC-02",
           rewrite=replace(f"{ORDER.accession_oid}.{ORDER.accession}", ORDER.accession)),
    Mutant("report-missing", "viewer-link", "IID-CDA-01", rewrite=replace(f"&{REPORT}", "")),
    Mutant("report-malformed", "viewer-link", "IID-CDA-02",
           rewrite=replace(REPORT, "idCDA=CR-IMG-0001")),
)  # fmt: skip
