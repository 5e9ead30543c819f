"""Mutants of the list: its elements, its domains, their hosts and certificates."""

from __future__ import annotations

from testdata.mutants.allowlist.changes import content, damaged
from testdata.mutants.catalogue import Mutant

ZONE = "mesimagesmedicales.fr"

STRUCTURE = (
    Mutant("list-cut", "list", "G-WL-01-XML", rewrite=lambda raw: raw[: len(raw) // 2]),
    Mutant("list-with-document-type", "list", "G-WL-01-XML",
           rewrite=damaged("<ListeBlancheDRIM-M ",
                           "<!DOCTYPE ListeBlancheDRIM-M>\n<ListeBlancheDRIM-M ")),
    Mutant("list-of-another-namespace", "list", "G-WL-01-ROOT",
           rewrite=content("ansforge/DRIM-M_DATA", "ansforge/DRIM-M")),
    Mutant("list-of-another-version", "list", "G-WL-01-VERSION",
           rewrite=content('versionFormat="1.0.0"', 'versionFormat="1.1.0"')),
    Mutant("list-without-date", "list", "G-WL-01-LIST",
           rewrite=content("<DateDeGeneration>2026-11-02T08:00:00Z</DateDeGeneration>", "")),
    Mutant("list-with-another-element", "list", "G-WL-01-LIST",
           rewrite=content("</ListeDomaines>", "<Domaines/></ListeDomaines>")),
    Mutant("domain-without-date", "list", "G-WL-01-DOMAIN",
           rewrite=content(
               "<SupportContact>support@345.example.org</SupportContact>\n"
               "      <DateMAJ>2026-10-01T12:00:00Z</DateMAJ>",
               "<SupportContact>support@345.example.org</SupportContact>")),
    Mutant("date-impossible", "list", "G-WL-01-DATE",
           rewrite=content("2026-11-02T08:00:00Z", "2026-11-31T08:00:00Z")),
    Mutant("date-of-no-zone", "list", "G-WL-01-DATE",
           rewrite=content("2026-11-02T08:00:00Z", "2026-11-02T08:00:00")),
    Mutant("identifier-no-number", "list", "G-WL-01-ID",
           rewrite=content("<Identifiant>345<", "<Identifiant>A345<")),
    Mutant("name-empty", "list", "G-WL-01-VALUE",
           rewrite=content("<Denomination>HOPITAL DELTA<", "<Denomination><")),
)  # fmt: skip

DOMAINS = (
    Mutant("operator-of-two-domains", "list", "G-WL-02",
           rewrite=content("<Identifiant>346<", "<Identifiant>345<")),
    Mutant("certificate-of-another-host", "list", "G-WL-03-CN",
           rewrite=content(f"CN=db1.345.{ZONE}", f"CN=db2.345.{ZONE}")),
    Mutant("certificate-without-department", "list", "G-WL-03-DN",
           rewrite=content("ST=Corse-du-Sud (2A)", "ST=Corse-du-Sud")),
    Mutant("certificate-of-a-siren", "list", "G-WL-03-DN",
           rewrite=content("OU=300000000000037", "OU=300000000")),
    Mutant("host-outside-the-zone", "list", "G-WL-04-DB",
           rewrite=content(f"db1.345.{ZONE}", "db1.345.example.org")),
    Mutant("host-of-a-longer-zone", "list", "G-WL-04-DB",
           rewrite=content(f"db1.345.{ZONE}", f"db1.345.{ZONE}.example.org")),
    Mutant("viewer-outside-the-zone", "list", "G-WL-04-VI",
           rewrite=content(f"vi1.345.{ZONE}", f"db1.347.{ZONE}")),
    Mutant("test-host-of-another", "list", "G-WL-04-TEST",
           rewrite=content("db171.test", "db172.test")),
    Mutant("host-repeated", "list", "G-WL-04-UNIQUE",
           rewrite=content(f"db1.346.{ZONE}", f"db1.345.{ZONE}")),
    Mutant("viewer-repeated", "list", "G-WL-04-UNIQUE",
           rewrite=content(f"vi1.346.{ZONE}", f"vi1.345.{ZONE}")),
)  # fmt: skip

MUTANTS = STRUCTURE + DOMAINS
