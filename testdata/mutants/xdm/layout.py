"""Mutants of the archive: the zip, its names, what lies where."""

from __future__ import annotations

from testdata.mutants.catalogue import Mutant
from testdata.mutants.xdm.changes import (
    SET,
    add,
    both_headers,
    files,
    in_directory,
    in_names,
    named,
    one_byte_changed,
    overlapping,
    without,
)

INDEX_DEAD = "INDEX.HTM still links to it"


def _enclosed(found: dict[str, bytes]) -> None:
    inside = {f"KA202611/{name}": content for name, content in found.items()}
    found.clear()
    found.update(inside)


ZIP = (
    Mutant("zip-cut", "archive", "XDM-ZIP-05", rewrite=lambda raw: raw[:-4]),
    Mutant("zip-behind-something", "archive", "XDM-ZIP-05", rewrite=lambda raw: b"MZ" + raw),
    Mutant("zip-overlapping", "archive", "XDM-ZIP-05", rewrite=overlapping),
    Mutant("zip-encrypted", "archive", "XDM-ZIP-05",
           rewrite=both_headers(f"{SET}/CR.TXT", 8, 6, 1)),
    Mutant("zip-of-another-method", "archive", "XDM-ZIP-05",
           rewrite=both_headers("INDEX.HTM", 10, 8, 14)),
    Mutant("zip-headers-disagree", "archive", "XDM-ZIP-05",
           rewrite=in_directory(f"{SET}/CR.TXT", 24, "<L", 12)),
    Mutant("zip-file-damaged", "archive", "XDM-ZIP-05", rewrite=one_byte_changed),
    Mutant("name-above", "archive", "XDM-ZIP-04",
           rewrite=in_names(b"IHE_XDM/SS000001/CR.TXT", b"../_XDM/SS000001/CR.TXT")),
    Mutant("name-absolute", "archive", "XDM-ZIP-04", rewrite=in_names(b"INDEX.HTM", b"/NDEX.HTM")),
    Mutant("name-with-backslash", "archive", "XDM-ZIP-04",
           rewrite=in_names(b"SS000001/CR.TXT", b"SS000001\\CR.TXT")),
    Mutant("name-repeated", "archive", "XDM-ZIP-04",
           rewrite=add("index.htm", b"<html/>")),
    Mutant("link-in-archive", "archive", "XDM-ZIP-04",
           rewrite=in_directory(f"{SET}/CR.TXT", 38, "<L", 0o120777 << 16)),
)  # fmt: skip

LAYOUT = (
    Mutant("readme-absent", "archive", "XDM-ZIP-01", rewrite=without("README.TXT"),
           also={"XDM-INDEX-02": INDEX_DEAD}),
    Mutant("in-a-folder", "archive", "XDM-ZIP-01-FOLDER", rewrite=files(_enclosed)),
    Mutant("set-without-metadata", "archive", "XDM-ZIP-02",
           rewrite=add("IHE_XDM/SS000002/CR.TXT",
                       b"1.2.3;;178055124562817;1.2.250.1.213.1.4.10;;")),
    Mutant("name-too-long", "archive", "XDM-ZIP-03", rewrite=add("README_BIS.TXT", b"")),
    Mutant("name-with-two-dots", "archive", "XDM-ZIP-03", rewrite=add("A.B.TXT", b"")),
    Mutant("folders-too-deep", "archive", "XDM-ZIP-03",
           rewrite=add("A/B/C/D/E/F/G/H/I.TXT", b"")),
    Mutant("name-in-lower-case", "archive", "XDM-ZIP-03-CASE", rewrite=add("NOTE.txt", b"")),
    Mutant("set-of-another-name", "archive", "XDM-NAME-01", rewrite=named("SS000001", "EXAM0001")),
    Mutant("kos-of-another-name", "archive", "XDM-NAME-01", rewrite=named("KOS_1_1", "MANIFEST")),
    Mutant("file-not-described", "archive", "XDM-EXTRA-01",
           rewrite=add(f"{SET}/NOTES.TXT", b"notes")),
    Mutant("side-file-absent", "archive", "XDM-CR-01", rewrite=without(f"{SET}/CR.TXT"),
           also={"XDM-INDEX-02": INDEX_DEAD,
                 "XDM-README-01": "README.TXT still lists it"}),
)  # fmt: skip

MUTANTS = ZIP + LAYOUT
