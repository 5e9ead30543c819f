"""Unique ids, hash and size of the documents (ITI TF-3 4.2.3.2)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator

from validators.identifiers import is_oid
from validators.model import Defect
from validators.reading.xml import XmlNode
from validators.xds import schemes
from validators.xds.subject import (
    Entry,
    Submission,
    Whole,
    kos_entries,
    rule,
    signature_entries,
    submitted,
)


def kos_with_content(submission: Submission) -> Iterable[Entry]:
    return [one for one in kos_entries(submission) if one.content is not None]


def signatures_with_content(submission: Submission) -> Iterable[Entry]:
    return [one for one in signature_entries(submission) if one.content is not None]


def _mismatches(entry: Entry) -> Iterator[Defect]:
    """Where hash and size, if there, are not those of the document."""
    content = entry.content or b""
    hashed, size = entry.values("hash"), entry.values("size")
    real = hashlib.sha1(content).hexdigest()  # noqa: S324 - the hash of XDS
    if hashed and hashed[0].text.lower() != real:
        yield hashed[0].defect(expected=real, actual=hashed[0].text)
    if size and size[0].text != str(len(content)):
        yield size[0].defect(expected=len(content), actual=size[0].text)


@rule("XDS-UID-01", over=submitted, verifies=("XDS-UID-01",))
def unique_ids_not_unique(node: Whole) -> Iterator[Defect]:
    """Unique ids are OIDs, and no two of the submission are equal.

    Why: the registry refuses a unique id that it knows for another document.
    Fix: give the submission set and every entry a unique id of its own.
    """
    submission = node.submission
    found: list[XmlNode] = []
    for one in submission.sets:
        external = one.external(schemes.SET_UNIQUE_ID)
        found += [external] if external else []
    for entry in submission.entries:
        external = entry.external(schemes.ENTRY_UNIQUE_ID)
        found += [external] if external else []
    seen: set[str] = set()
    for external in found:
        value = external.get("value")
        if value and not is_oid(value.partition("^")[0]):
            yield external.defect(expected="OID", actual=value, child="@value")
        elif value in seen:
            yield external.defect(expected="1", actual=value, child="@value")
        seen.add(value)


@rule("XDS-HASH-01", over=kos_with_content, verifies=("XDS-HASH-01",), needs=("documents",))
def kos_hash_differs(entry: Entry) -> Iterator[Defect]:
    """Hash and size are the SHA-1 and the length of the KOS that came with the metadata.

    Why: the repository refuses a document that is not the one that was described.
    Fix: hash the bytes that are sent, after the last change.
    """
    yield from _mismatches(entry)


@rule("XDS-HASH-02", over=signatures_with_content, verifies=("XDS-HASH-02",),
      needs=("documents",))  # fmt: skip
def signature_hash_differs(entry: Entry) -> Iterator[Defect]:
    """Hash and size are the SHA-1 and the length of the signature that came with the metadata.

    Why: a signature that was re-indented is no longer the document that was described.
    Fix: hash the bytes that are sent; do not reformat a signature.
    """
    yield from _mismatches(entry)
