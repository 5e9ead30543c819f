"""The XDM archive of a KOS: the medium that the local archive imports and exports (DRIM-M F.3)."""

from __future__ import annotations

import zipfile
from io import BytesIO

from testdata.archive.pages import index, readme
from testdata.exam import Exam
from testdata.metadata import Lot, submit_objects_request

ROOT = "IHE_XDM"


def files(lots: list[Lot]) -> dict[str, bytes]:
    """The files of the archive by name, one submission set for each lot.

    The URIs of a lot are those of the names here: ``KOS_1_1.DCM`` and ``SIGN_1.XML``.
    """
    made: dict[str, bytes] = {}
    for number, lot in enumerate(lots, start=1):
        folder = f"{ROOT}/SS{number:06d}"
        kos, signature = lot.uris
        made[f"{folder}/METADATA.XML"] = submit_objects_request(lot)
        made[f"{folder}/{kos}"] = lot.kos
        made[f"{folder}/{signature}"] = lot.signature
        made[f"{folder}/CR.TXT"] = _side_file(lot.exam)
    exam = lots[0].exam
    names = sorted({"INDEX.HTM", "README.TXT", *made})
    return {"INDEX.HTM": index(exam, names), "README.TXT": readme(exam, names), **made}


def archive(lots: list[Lot]) -> bytes:
    """The archive as a zip; equal lots give equal bytes."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in files(lots).items():
            opened.writestr(zipfile.ZipInfo(name, (2026, 11, 24, 10, 15, 0)), content)
    return stream.getvalue()


def _side_file(exam: Exam) -> bytes:
    """CR.TXT: report id (root; extension), INS and its OID, local id and its OID (F-XDM-02)."""
    patient = exam.patient
    fields = (
        exam.report.oid,
        "",
        patient.ins,
        patient.ins_oid,
        patient.local_id,
        patient.local_authority,
    )
    return ";".join(fields).encode()
