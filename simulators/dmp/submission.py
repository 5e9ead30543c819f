"""A submission set with its entries and documents, and whether it may be registered (ITI-41)."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import cached_property
from uuid import uuid4

from simulators.dmp import problem
from simulators.dmp.entry import Element, codes, identifier, is_signature, slot
from simulators.dmp.names import (
    CODES,
    ENTRY_PATIENT,
    ENTRY_UNIQUE,
    PREFIXES,
    REPLACES,
    SET_PATIENT,
    SET_SOURCE,
    SET_UNIQUE,
)
from simulators.dmp.problem import Problem, refusal

REFERRING = ("id", "classifiedObject", "registryObject", "sourceObject", "targetObject")
REQUIRED_CODES = tuple(name for name in CODES if name != "EventCodeList")
REQUIRED_SLOTS = ("creationTime", "languageCode", "sourcePatientId")


@dataclass(frozen=True)
class Submission:
    """``request`` is the lcm:SubmitObjectsRequest; ``documents`` are by the id of their entry.

    ``report`` is the id of the report, root and extension with a semicolon between, where what
    the submission came in says it: its metadata do not. The signature of an ``imported`` one may
    have another hash than the metadata say, as in the official archive (F-XDM-04).
    """

    request: Element
    documents: Mapping[str, bytes]
    report: str = ""
    imported: bool = False

    @cached_property
    def package(self) -> Element:
        """The submission set. Raises Refusal where there is not one."""
        found = self.request.findall(".//rim:RegistryPackage", PREFIXES)
        if len(found) != 1:
            raise refusal(problem.METADATA, f"{len(found)} RegistryPackage, expected one")
        return found[0]

    @cached_property
    def entries(self) -> list[Element]:
        return self.request.findall(".//rim:ExtrinsicObject", PREFIXES)

    @cached_property
    def associations(self) -> list[Element]:
        return self.request.findall(".//rim:Association", PREFIXES)

    @property
    def unique_id(self) -> str:
        return identifier(self.package, SET_UNIQUE)

    @property
    def patient(self) -> str:
        return identifier(self.package, SET_PATIENT)

    def content(self, entry: Element) -> bytes:
        return self.documents[entry.get("id", "")]

    @property
    def replaced(self) -> list[str]:
        """The entryUUIDs that it replaces."""
        return [
            one.get("targetObject", "")
            for one in self.associations
            if one.get("associationType") == REPLACES
        ]

    def check(self) -> None:
        """Whether it is whole and agrees with itself. Raises Refusal with all that is wrong."""
        found = [*self._of_set(), *self._of_entries(), *self._of_documents(), *self._of_links()]
        if found:
            raise problem.Refusal(*found)

    def named(self) -> Submission:
        """The same with a UUID for each symbolic id, as the registry gives (ITI TF-3 4.2.1.1)."""
        request = deepcopy(self.request)
        given: dict[str, str] = {}
        for one in request.iter("{*}*"):
            own = one.get("id", "")
            if own and not own.startswith("urn:uuid:"):
                given[own] = f"urn:uuid:{uuid4()}"
        for one in request.iter("{*}*"):
            for name in REFERRING:
                if one.get(name, "") in given:
                    one.set(name, given[one.get(name, "")])
        documents = {given.get(name, name): one for name, one in self.documents.items()}
        return replace(self, request=request, documents=documents)

    def _of_set(self) -> Iterator[Problem]:
        for scheme, name in (
            (SET_UNIQUE, "uniqueId"), (SET_PATIENT, "patientId"), (SET_SOURCE, "sourceId")
        ):  # fmt: skip
            if not identifier(self.package, scheme):
                yield Problem(problem.METADATA, f"SubmissionSet.{name} is missing")
        if not slot(self.package, "submissionTime"):
            yield Problem(problem.METADATA, "SubmissionSet.submissionTime is missing")

    def _of_entries(self) -> Iterator[Problem]:
        if not self.entries:
            yield Problem(problem.METADATA, "no ExtrinsicObject")
        counted = Counter(identifier(one, ENTRY_UNIQUE) for one in self.entries)
        counted[self.unique_id] += 1
        for unique, count in counted.items():
            if unique and count > 1:
                yield Problem(problem.IN_MESSAGE, unique)
        for one in self.entries:
            where = f"DocumentEntry {one.get('id', '')}"
            for name in _absent(one):
                yield Problem(problem.METADATA, f"{where}: {name} is missing")
            patient = identifier(one, ENTRY_PATIENT)
            if patient and patient != self.patient:
                yield Problem(problem.PATIENT_DIFFERS, f"{where}: not that of the set")

    def _of_documents(self) -> Iterator[Problem]:
        known = {one.get("id", "") for one in self.entries}
        for name in self.documents.keys() - known:
            yield Problem(problem.MISSING_METADATA, f"Document {name}")
        for one in self.entries:
            name = one.get("id", "")
            if name not in self.documents:
                yield Problem(problem.MISSING_DOCUMENT, f"DocumentEntry {name}")
                continue
            if self.imported and is_signature(one):
                continue
            content = self.documents[name]
            stated = "".join(slot(one, "hash")[:1]).lower()
            if stated and stated != digest(content):
                yield Problem(problem.REPOSITORY_METADATA, f"DocumentEntry {name}: hash")
            size = "".join(slot(one, "size")[:1])
            if size and size != str(len(content)):
                yield Problem(problem.REPOSITORY_METADATA, f"DocumentEntry {name}: size")

    def _of_links(self) -> Iterator[Problem]:
        own = {one.get("id", "") for one in (self.package, *self.entries)}
        for one in self.associations:
            ends = [one.get("sourceObject", "")]
            # What is replaced is in the registry, which is asked for it later.
            if one.get("associationType") != REPLACES:
                ends.append(one.get("targetObject", ""))
            for end in ends:
                if end not in own:
                    yield Problem(problem.UNRESOLVED, f"Association {one.get('id', '')}: {end}")


def _absent(entry: Element) -> Iterator[str]:
    """What an entry must have and has not (ITI TF-3 4.2.3.2, table 4.3.1.1-3)."""
    for scheme, name in ((ENTRY_UNIQUE, "uniqueId"), (ENTRY_PATIENT, "patientId")):
        if not identifier(entry, scheme):
            yield name
    if not entry.get("mimeType"):
        yield "mimeType"
    for name in REQUIRED_SLOTS:
        if not slot(entry, name):
            yield name
    for name in REQUIRED_CODES:
        if not any(code and coding for code, coding in codes(entry, CODES[name])):
            yield name[0].lower() + name[1:]


def digest(content: bytes) -> str:
    """The hash of a document as XDS has it, SHA-1 (ITI TF-3 4.2.3.2.10)."""
    return hashlib.sha1(content, usedforsecurity=False).hexdigest()
