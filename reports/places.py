"""Where a finding is, for forges and editors: the file, the place in it, the artifacts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any
from urllib.parse import quote

from reports.findings import Finding
from reports.visible import visible
from validators.model import RunReport, SubjectReport

OF_FILES = frozenset({
    "allowlist", "cda", "check", "contextual-call", "cross", "hl7", "kos", "wado-request",
    "wado-response", "xdm", "xds",
})  # fmt: skip
"""The commands whose subjects are files that they name."""
NO_FILE = frozenset({"cross", "iid"})
"""Kinds of which a subject is no file: several, or a link."""
STDIN = "-"
REQUESTS = "wado-request"
"""The command whose subjects may be requests inside a file (HAR) that is no subject."""
DESCRIBED = "--sut"
_DRIVE = re.compile(r"[A-Za-z]:/")


class Places:
    """The artifacts of a run, and where each of its findings stands."""

    def __init__(self, report: RunReport) -> None:
        self._command = report.command
        self.subjects = {one.name: one for one in report.subjects}
        crossed = {name for one in report.scenarios for name in one.subjects}
        self._files = {
            one.name
            for one in report.subjects
            if report.command in OF_FILES and one.kind not in NO_FILE
        } - {STDIN, *crossed}
        self._holder = {name: self._held_by(name) for name in self.subjects}
        self._index = {name: index for index, name in enumerate(self.subjects)}
        self._sut = described_by(report.arguments)
        self.artifacts = [self._artifact(one) for one in self.subjects.values()]

    def is_file(self, subject: str) -> bool:
        """Whether a subject is a file by itself: no part of one, nothing that crossed the wire."""
        return subject in self._files and not self._holder[subject]

    def file_of(self, subject: str) -> str:
        """The name of the file that a subject is, or is in; of what is in none, see ``--sut``.

        What crossed the wire is laid to the file that describes the system, "" where there is none.
        """
        if subject not in self._files:
            return self._sut
        return self._holder[subject] or subject

    def of(self, one: Finding) -> dict[str, Any]:
        """The location of a finding, as SARIF writes it (3.28)."""
        path = visible(one.defect.path)
        kind = visible(self.subjects[one.subject].kind)
        logical = [{"fullyQualifiedName": path, "kind": kind}] if path else []
        if not self.is_file(one.subject):
            logical.insert(0, {"fullyQualifiedName": visible(one.subject), "kind": "subject"})
        found: dict[str, Any] = {}
        physical = self._physical(one)
        if physical:
            found["physicalLocation"] = physical
        if logical:
            found["logicalLocations"] = logical
        return found

    def _physical(self, one: Finding) -> dict[str, Any]:
        """The file; the region in it where the subject is the file and the place is known."""
        name = self.file_of(one.subject)
        if not name:
            return {}
        located: dict[str, Any] = {"uri": uri(name)}
        if name in self._index:
            located["index"] = self._index[name]
        found: dict[str, Any] = {"artifactLocation": located}
        region = {"startLine": one.defect.line, "byteOffset": one.defect.offset}
        known = {name: value for name, value in region.items() if value is not None}
        if known and self.is_file(one.subject):
            found["region"] = known
        return found

    def _held_by(self, name: str) -> str:
        """The file that a subject is in, "" where it is in none (``file#place``)."""
        held = next((one for one in _prefixes(name) if one in self._files), "")
        return held or (name.rpartition("#")[0] if self._command == REQUESTS else "")

    def _artifact(self, one: SubjectReport) -> dict[str, Any]:
        """A subject with its length and its SHA-256; no location where it is no file."""
        found: dict[str, Any] = {}
        holder = self._holder[one.name]
        if self.is_file(one.name):
            found["location"] = {"uri": uri(one.name)}
        elif one.name in self._files:
            found["location"] = {"uri": uri(one.name[len(holder) + 1 :])}
            if holder in self._index:
                found["parentIndex"] = self._index[holder]
        else:
            found["description"] = {"text": visible(one.name)}
        found["length"] = one.size
        if one.sha256:
            found["hashes"] = {"sha-256": one.sha256}
        return found


def _prefixes(name: str) -> Iterator[str]:
    """What stands before each ``#`` of a name, the shortest first."""
    for found in re.finditer("#", name):
        yield name[: found.start()]


def described_by(arguments: Sequence[str]) -> str:
    """The file that describes the system under test, as the command named it; "" without one."""
    for one, after in pairwise((*arguments, "")):
        if one == DESCRIBED:
            return after
        if one.startswith(f"{DESCRIBED}="):
            return one.partition("=")[2]
    return ""


def uri(name: str) -> str:
    """The name of a file as a URI reference (RFC 3986), relative unless the name is absolute.

    A byte that is no UTF-8 stays that byte. No name reads as another scheme or another host.
    """
    try:
        raw = name.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        raw = name.encode("utf-8", "surrogatepass")
    if _DRIVE.match(name):
        return f"file:///{name[0]}:{quote(raw[2:])}"
    quoted = quote(raw)
    return f"file:///{quoted.lstrip('/')}" if quoted.startswith("/") else quoted
