"""XDM archives: what a DRIMbox exports put into the store, and back (ITI-32; DRIM-M F.3)."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from io import BytesIO
from pathlib import PurePosixPath

from lxml import etree

from simulators.dmp.documents import Change, delivered
from simulators.dmp.entry import Element, Entry, identifier, is_signature, slot
from simulators.dmp.names import ENTRY_UNIQUE, LCM, PREFIXES, RIM, qualified
from simulators.dmp.problem import Fault
from simulators.dmp.soap import parsed
from simulators.dmp.store import Store
from simulators.dmp.submission import Submission
from testdata.archive.pages import index, readme
from testdata.exams import exam
from testdata.people import Structure

METADATA, SIDE_FILE = "METADATA.XML", "CR.TXT"
ROOT = "IHE_XDM"
DAMAGE = (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError, OSError)
"""What reading a zip that is damaged, encrypted or of an unknown method raises."""
MAX_FILES = 10_000
MAX_BYTES = 1 << 28
WRITTEN = (2026, 11, 24, 10, 15, 0)
"""The date of the files of an archive, which says nothing of their content."""


class Unreadable(Exception):
    """The archive cannot be read; the message says why."""


def load_archive(store: Store, raw: bytes) -> list[Entry]:
    """Register what an archive holds, whose patients get a record.

    Raises Unreadable, and Refusal for the first submission that may not be registered.
    """
    files = _files(raw)
    folders = [name for name in sorted(files) if PurePosixPath(name).name.upper() == METADATA]
    if not folders:
        raise Unreadable(f"no {METADATA}")
    made: list[Entry] = []
    for name in folders:
        request = _request(files[name])
        folder = PurePosixPath(name).parent
        side = files.get(str(folder / SIDE_FILE), b"").decode("latin_1").split(";")
        documents = dict(_documents(request, folder, files))
        sent = Submission(request, documents, ";".join(side[:2]), imported=True)
        store.admit(sent.patient)
        made += store.submit(sent)
    return made


def _files(raw: bytes) -> dict[str, bytes]:
    """The files of a zip by name, within limits. Raises Unreadable."""
    try:
        with zipfile.ZipFile(BytesIO(raw)) as opened:
            infos = [one for one in opened.infolist() if not one.is_dir()]
            size = sum(one.file_size for one in infos)
            if len(infos) > MAX_FILES or size > MAX_BYTES:
                raise Unreadable(f"more than {MAX_FILES} files or {MAX_BYTES} bytes")
            return {one.filename: opened.read(one) for one in infos}
    except (
        zipfile.BadZipFile,
        RuntimeError,
        NotImplementedError,
        EOFError,
        OSError,
        zlib.error,
    ) as problem:
        raise Unreadable(f"no zip that can be read: {problem}") from None


def _request(raw: bytes) -> Element:
    """The SubmitObjectsRequest, the root or in an envelope. Raises Unreadable."""
    try:
        root = parsed(raw)
    except Fault as problem:
        raise Unreadable(problem.reason) from None
    name = qualified(LCM, "SubmitObjectsRequest")
    found = root if root.tag == name else root.find(f".//{name}")
    if found is None:
        raise Unreadable(f"{METADATA} has no SubmitObjectsRequest")
    return found


def _documents(
    request: Element, folder: PurePosixPath, files: Mapping[str, bytes]
) -> Iterator[tuple[str, bytes]]:
    """The files of the entries: their URI is relative to the metadata, or to IHE_XDM (F-XDM-03)."""
    for one in request.iterfind(".//rim:ExtrinsicObject", PREFIXES):
        uri = "".join(slot(one, "URI")[:1])
        for parent in (folder, folder.parent):
            content = files.get(str(parent / uri))
            if uri and content is not None:
                yield one.get("id", ""), content
                break


def archive(store: Store, patient: str, changes: Sequence[Change] = ()) -> bytes:
    """The submissions for a patient, each in a folder of its own.

    A folder has CR.TXT where it is known which report it belongs to. ``changes`` are those of
    faults. Raises KeyError where there is none.
    """
    submissions = store.submissions(patient)
    if not submissions:
        raise KeyError(patient)
    held = {one.unique_id: one for one in store.holdings(patient)}
    made: dict[str, bytes] = {}
    for number, one in enumerate(submissions, start=1):
        made |= _folder(f"{ROOT}/SS{number:06d}", one, held, changes)
    # The two pages show nothing of the exam but its structure.
    sender = replace(exam("alpha"), structure=_sender(list(held.values())))
    names = sorted({"INDEX.HTM", "README.TXT", *made})
    pages = {"INDEX.HTM": index(sender, names), "README.TXT": readme(sender, names)}
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in {**pages, **made}.items():
            opened.writestr(zipfile.ZipInfo(name, WRITTEN), content)
    return stream.getvalue()


def _folder(
    folder: str, sent: Submission, held: Mapping[str, Entry], changes: Sequence[Change]
) -> dict[str, bytes]:
    """The metadata as they were published with the names of the files, and the files."""
    submission = replace(sent, request=deepcopy(sent.request))
    made: dict[str, bytes] = {}
    counts = {"KOS": 0, "SIGN": 0, "DOC": 0}
    for one in submission.entries:
        entry = held[identifier(one, ENTRY_UNIQUE)]
        kind = "KOS" if entry.is_kos else "SIGN" if is_signature(one) else "DOC"
        counts[kind] += 1
        name = {
            "KOS": f"KOS_1_{counts[kind]}.DCM",
            "SIGN": f"SIGN_{counts[kind]}.XML",
            "DOC": f"DOC_{counts[kind]}.XML",
        }[kind]
        _locate(one, name)
        made[f"{folder}/{name}"] = delivered(entry, changes).content
    document = etree.tostring(
        submission.request, xml_declaration=True, encoding="UTF-8", pretty_print=True
    )
    if sent.report:
        made[f"{folder}/{SIDE_FILE}"] = _side_file(submission)
    return {f"{folder}/{METADATA}": document, **made}


def _side_file(sent: Submission) -> bytes:
    """CR.TXT: report, INS and its OID, local id and its OID (F-XDM-02)."""
    local = "".join(slot(sent.entries[0], "sourcePatientId")[:1])
    return ";".join((sent.report, *_cx(sent.patient), *_cx(local))).encode()


def _cx(text: str) -> tuple[str, str]:
    """Identifier and authority of a CX."""
    parts = text.split("^")
    return parts[0], "".join(parts[3:4]).partition("&")[2].partition("&")[0]


def _locate(metadata: Element, name: str) -> None:
    """Give an entry the URI of its file."""
    for one in metadata.findall("rim:Slot[@name='URI']", PREFIXES):
        metadata.remove(one)
    where = etree.Element(qualified(RIM, "Slot"), name="URI")
    values = etree.SubElement(where, qualified(RIM, "ValueList"))
    etree.SubElement(values, qualified(RIM, "Value")).text = name
    metadata.insert(0, where)


def _sender(entries: Sequence[Entry]) -> Structure:
    """The structure of the author of the first entry (XON.1, XON.10)."""
    name, number = next(iter(entries[0].institutions), ("", ""))
    return Structure(name, number, sector="", practice="")
