"""Orthanc 1.10 with its DICOMweb plugin 1.7, judged: each finding is there in its bytes.

Orthanc is a real server that nobody here wrote, but no DRIMbox. What it is blamed for is what it
deviates in: a rule that blames it for more is wrong, and so is one that no longer sees it.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import pytest
from pydicom import dcmread

from drimcheck.capture import Asked, Capture, Limits, Secrets
from drimcheck.cli import main
from drimcheck.exchanges import exchanges
from testdata.exams import exam
from testdata.kos import write
from testdata.kos_drim_m import kos_of
from testdata.wire.response import part
from tests.conftest import failing, plan_of
from tests.orthanc import SECONDS, program, running
from validators import wado
from validators.engine import judge
from validators.wado.response import Response, read_exchange

ALPHA = exam("alpha")
STUDY = ALPHA.study
SERIES = STUDY.series[0]
PROFILE = "drim-m-lab"
TOKEN = "token-of-the-test"

RELATED = 'multipart/related; type="{}"'
INSTANCES = RELATED.format("application/dicom")
SYNTAX = f"{INSTANCES}; transfer-syntax="
OCTETS = RELATED.format("application/octet-stream")
IMPLICIT, EXPLICIT = "1.2.840.10008.1.2", "1.2.840.10008.1.2.1"
RLE, JPEG_LS = "1.2.840.10008.1.2.5", "1.2.840.10008.1.2.4.80"


@pytest.fixture(scope="module")
def files() -> list[bytes]:
    """The images of the study, series by series."""
    return [
        part(ALPHA, STUDY, series, number)
        for series in STUDY.series
        for number in range(1, len(series.instances) + 1)
    ]


@pytest.fixture(scope="module")
def orthanc(
    tool: Callable[[str], str], files: list[bytes], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The URL of an Orthanc that has the images of the study."""
    with running(*program(tool), tmp_path_factory) as server:
        for raw in files:
            server.store(raw)
        yield server.url


def head_of(raw: bytes) -> bytes:
    return raw.partition(b"\r\n\r\n")[0].lower() + b"\r\n"


def lacks(*names: bytes) -> Callable[[bytes], bool]:
    return lambda raw: not any(b"\r\n" + name + b":" in head_of(raw) for name in names)


def of_status(code: int) -> Callable[[bytes], bool]:
    return lambda raw: raw.startswith(b"HTTP/1.1 %d " % code)


def meta(raw: bytes, syntax: str) -> bool:
    """Whether (0002,0010) of an instance is this syntax."""
    return b"\2\0\x10\0UI" + struct.pack("<H", len(syntax) + 1) + syntax.encode() + b"\0" in raw


EVIDENCE: dict[str, Callable[[bytes], bool]] = {
    # 8.4.3: a series is sent as it is read, and its end is the end of the connection.
    "WADO-WR15-NEITHER": lacks(b"content-length", b"transfer-encoding"),
    # Table 8.6.1-1: its parts have Content-Type, Content-Length and MIME-Version.
    "WADO-WP03": lambda raw: b"Content-Location" not in raw,
    # 8.7.9: without the parameter the syntax is Explicit VR Little Endian.
    "WADO-WP07-ABSENT": lambda raw: b"transfer-syntax" not in raw and not meta(raw, EXPLICIT),
    # 8.7.3: Implicit VR is no syntax of DICOMweb, whoever asks for it.
    "WADO-WP06": lambda raw: meta(raw, IMPLICIT),
    # 8.5: what it has no encoder for is not acceptable, and no failure.
    "WADO-WR13-406": of_status(500),
    # RFC 2387 3.1: the parameter is a type and subtype; Orthanc quotes its parameters with them.
    "WADO-WR21": lambda raw: b'; type="application/octet-stream; transfer-' in head_of(raw),
    # F.2: the text is UTF-8, and is said to be Latin 1.
    "WADO-WJ12": lambda raw: b'"ISO_IR 100"' in raw,
    # 8.4.3: the explanation of an error is JSON, which no header says.
    "WADO-WR15-TYPE": lambda raw: lacks(b"content-type")(raw) and b'"HttpError"' in raw,
    # 8.5, 8.7.5: what cannot be served is not acceptable, which is 406.
    "WADO-WR06": of_status(400),
    # 8.7.7: a request without Accept is not acceptable.
    "WADO-WR10": of_status(200),
}

QUIET = frozenset({"pass", "not_applicable", "not_tested"})
STREAMED = {"WADO-WR15-NEITHER", "WADO-WP03"}
REFUSED = {"WADO-WR06", "WADO-WR15-TYPE"}


def test_the_series_of_a_kos(orthanc: str, tmp_path: Path) -> None:
    (tmp_path / "kos.dcm").write_bytes(write(kos_of(ALPHA, STUDY)))
    (tmp_path / "token").write_text(TOKEN)
    code = main(["wado", "--kos", str(tmp_path / "kos.dcm"), "--base", f"{orthanc}/dicom-web",
                 "--token-file", str(tmp_path / "token"), "--profile", PROFILE, "--lang", "en",
                 "--out", str(tmp_path / "out")])  # fmt: skip
    subjects = json.loads((tmp_path / "out/run.json").read_text())["subjects"]
    assert [one["kind"] for one in subjects] == ["request", "response"] * len(STUDY.series)
    with exchanges(tmp_path / "out/exchanges") as saved:
        answers = [bytes(one.response) for one in saved]
    for number, subject in enumerate(subjects):
        found = {one["rule"]: one["outcome"] for one in subject["results"]}
        said = {
            rule: one
            for rule, one in found.items()
            if one in ("fail", "warn", "info", "review", "error")
        }
        if subject["kind"] == "request":
            assert said == {}
        else:
            assert said == dict.fromkeys(STREAMED, "warn")
            assert all(EVIDENCE[rule](answers[number // 2]) for rule in said)
    assert code == 0


class Case(NamedTuple):
    """A resource under the study, an Accept, and what Orthanc is blamed for."""

    resource: str
    accept: str
    status: int
    blamed: set[str]


OF_SERIES = f"/series/{SERIES.uid}"
OF_INSTANCE = f"{OF_SERIES}/instances/{SERIES.instances[0]}"
JSON = "application/dicom+json"
CASES = {
    "metadata": Case(f"{OF_SERIES}/metadata", JSON, 200, {"WADO-WJ12"}),
    "metadata-xml": Case(
        f"{OF_SERIES}/metadata", RELATED.format("application/dicom+xml"), 200, STREAMED
    ),
    "frame": Case(f"{OF_INSTANCE}/frames/1", OCTETS, 200, {"WADO-WR21"}),
    "rendered": Case(f"{OF_INSTANCE}/rendered", "image/jpeg", 200, set()),
    "rendered-png": Case(f"{OF_INSTANCE}/rendered", "image/png", 200, set()),
    "instance": Case(OF_INSTANCE, f"{SYNTAX}*", 200, {"WADO-WP03"}),
    "series": Case(OF_SERIES, f"{SYNTAX}*", 200, STREAMED),
    "study": Case("", f"{SYNTAX}*", 200, STREAMED),
    "anything": Case(OF_SERIES, "*/*", 200, STREAMED),
    "compressed": Case(OF_SERIES, SYNTAX + JPEG_LS, 200, STREAMED | {"WADO-WP07-ABSENT"}),
    "implicit": Case(
        OF_SERIES, SYNTAX + IMPLICIT, 200, STREAMED | {"WADO-WP06", "WADO-WP07-ABSENT"}
    ),
    "no-encoder": Case(OF_SERIES, SYNTAX + RLE, 500, {"WADO-WR13-406", "WADO-WR15-TYPE"}),
    "no-accept": Case(OF_SERIES, "", 200, STREAMED | {"WADO-WR10"}),
    "unknown-study": Case("0", INSTANCES, 404, {"WADO-WR15-TYPE"}),
    "unknown-series": Case("/series/1.2.3", INSTANCES, 404, {"WADO-WR15-TYPE"}),
    "unknown-syntax": Case(OF_SERIES, f"{SYNTAX}1.2.840.10008.1.2.4.201", 400, REFUSED),
    "not-acceptable": Case(OF_SERIES, "image/gif", 400, REFUSED),
    "one-file": Case(OF_INSTANCE, "application/dicom", 400, REFUSED),
    "either-type": Case(OF_INSTANCE, f"{INSTANCES}, {OCTETS}", 400, REFUSED),
}


def taken(orthanc: str, case: Case, folder: Path) -> tuple[bytes, Response]:
    """The bytes of the answer, and the answer as the rules look at it."""
    manifest = wado.manifest(write(kos_of(ALPHA, STUDY)))
    headers = [("Accept", case.accept)] if case.accept else []
    headers.append(("KOS-SOPInstanceUID", manifest.uid))
    url = f"{orthanc}/dicom-web/studies/{STUDY.uid}{case.resource}"
    capture = Capture(folder)
    ended = capture.take(Asked(url, headers), Limits(SECONDS), frozenset({"127.0.0.1"}), Secrets())
    capture.close()
    with exchanges(folder) as (saved,):
        request, raw = bytes(saved.request), bytes(saved.response)
    asked = wado.read(request, manifest=manifest, captured=True)
    return raw, read_exchange(
        raw, request=asked, manifest=manifest, captured=True, ended=ended, plain=True
    )


@pytest.mark.parametrize("name", CASES)
def test_a_resource(name: str, orthanc: str, tmp_path: Path) -> None:
    case = CASES[name]
    raw, answer = taken(orthanc, case, tmp_path / "exchange")
    assert answer.status == case.status
    found = {one.rule: one for one in judge(plan_of(PROFILE, "response"), answer)}
    blamed = failing(found, "fail", "warn", "error")
    assert blamed == case.blamed
    assert all(EVIDENCE[rule](raw) for rule in blamed)
    if "WADO-WR21" in blamed:
        (defect,) = found["WADO-WR21"].defects
        assert (defect.path, defect.expected) == ("Content-Type", "application/octet-stream")


def test_what_is_read_is_what_was_stored(orthanc: str, files: list[bytes], tmp_path: Path) -> None:
    _, study = taken(orthanc, CASES["study"], tmp_path / "study")
    read = [bytes(one.part.read(0, one.part.length)) for one in study.parts]
    assert sorted(read) == sorted(files)
    _, frame = taken(orthanc, CASES["frame"], tmp_path / "frame")
    (only,) = frame.parts
    assert bytes(only.part.read(0, only.part.length)) == dcmread(BytesIO(files[0])).PixelData
