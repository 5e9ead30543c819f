"""What an attacker sends: no crash, no traceback, bounded memory, a finding or a refusal."""

from __future__ import annotations

import random
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import pytest

from testdata.kos import drim_m_kos, mado_kos, write
from tests.conftest import failing, results
from validators import kos
from validators.model import Outcome
from validators.reading import limits
from validators.reading.dicom import read

MEMORY = 512 * 1024
"""Kilobytes that a whole process may reach."""
GUARD = 120
"""Seconds after which a test gives up on a process; the bound itself is measured by hand."""

PROGRAM = """
import sys
from drimcheck.cli import main
code = main(sys.argv[1:])
with open("/proc/self/status") as status:
    print(next(line.split()[1] for line in status if line.startswith("VmHWM")))
raise SystemExit(code)
"""
SMALL = write(drim_m_kos(series=1, instances_per_series=2))
EXPLICIT = write(mado_kos(series=1, instances_per_series=1))


def errors(raw: bytes, profile: str = "drim-m-lab") -> list[str]:
    found = results(raw, profile)
    return [f"{one.rule}: {one.note}" for one in found.values() if one.outcome is Outcome.ERROR]


def header(syntax: str) -> bytes:
    """A preamble and group 0002 of a KOS in this transfer syntax."""
    document = drim_m_kos(series=1, instances_per_series=1, explicit=True)
    raw = write(document)
    length = struct.unpack_from("<L", raw, 140)[0]
    old = struct.pack("<2sH", b"UI", 20) + b"1.2.840.10008.1.2.1\0"
    new = struct.pack("<2sH", b"UI", len(syntax)) + syntax.encode()
    meta = raw[132 : 144 + length].replace(old, new)
    return bytes(128) + b"DICM" + meta[:8] + struct.pack("<L", len(meta) - 12) + meta[12:]


@pytest.mark.parametrize("raw", [SMALL, EXPLICIT], ids=["implicit", "explicit"])
def test_a_file_cut_anywhere_is_refused_or_judged(raw: bytes) -> None:
    for length in range(len(raw)):
        found = results(raw[:length], "drim-m-lab")
        assert not [one for one in found.values() if one.outcome is Outcome.ERROR], length
        assert failing(found), length


@pytest.mark.parametrize("raw", [SMALL, EXPLICIT], ids=["implicit", "explicit"])
def test_a_file_with_any_byte_flipped_is_judged(raw: bytes) -> None:
    chosen = random.Random(20261124).sample(range(len(raw)), 500)
    for place in chosen:
        for mask in (0x01, 0x80, 0xFF):
            flipped = bytearray(raw)
            flipped[place] ^= mask
            assert errors(bytes(flipped)) == [], (place, mask)


@pytest.mark.parametrize("length", [0xFFFFFFF0, 0xFFFFFFFE, 0xFFFFFFFF, 0x7FFFFFFF])
def test_a_length_beyond_the_file_is_a_finding(length: int) -> None:
    place = SMALL.index(b"\x10\0\x10\0")
    raw = SMALL[: place + 4] + struct.pack("<L", length) + SMALL[place + 8 :]
    assert "DICOM-FILE-14" in failing(results(raw, "drim-m-lab"))


def nested(depth: int, *, defined: bool) -> bytes:
    """A data set of sequences in one another, in Explicit VR Little Endian."""
    opening = struct.pack("<HH2sHL", 0x0040, 0xA730, b"SQ", 0, 0xFFFFFFFF)
    item = struct.pack("<HHL", 0xFFFE, 0xE000, 0xFFFFFFFF)
    closing = struct.pack("<HHLHHL", 0xFFFE, 0xE00D, 0, 0xFFFE, 0xE0DD, 0)
    return (
        header("1.2.840.10008.1.2.1\0")
        + (opening + item) * depth
        + (closing * depth if defined else b"")
    )


@pytest.mark.parametrize("depth", [64, 65, 198, 1_060, 20_000, 100_000])
@pytest.mark.parametrize("closed", [True, False])
def test_nested_sequences_stop_at_the_limit(depth: int, closed: bool) -> None:
    file = read(nested(depth, defined=closed))
    if depth > limits.MAX_DEPTH:
        assert file.limit.startswith("MAX_DEPTH")
    else:
        assert not file.limit
    assert errors(nested(depth, defined=closed)) == []


def test_beyond_a_limit_nothing_is_judged_and_nothing_passes() -> None:
    found = results(nested(100, defined=True), "drim-m-lab")
    assert {one.outcome for one in found.values()} == {Outcome.NOT_TESTED}


def deflated(raw: bytes) -> bytes:
    deflater = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    body = deflater.compress(raw) + deflater.flush()
    return header("1.2.840.10008.1.2.1.99") + body


def bomb(megabytes: int) -> bytes:
    """A few hundred kilobytes that inflate to very much."""
    head = struct.pack("<HH2sHL", 0x0040, 0xA160, b"UT", 0, megabytes << 20)
    return deflated(head + b" " * (megabytes << 20))


def test_a_long_inflation_stops_at_the_limit() -> None:
    assert read(bomb(65)).limit.startswith("MAX_INFLATED_BYTES")
    assert read(bomb(1)).limit == ""


def test_many_elements_stop_at_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_ELEMENTS", 20)
    assert read(SMALL).limit == "MAX_ELEMENTS 20"
    monkeypatch.undo()
    monkeypatch.setattr(limits, "MAX_ITEMS", 3)
    assert read(SMALL).limit == "MAX_ITEMS 3"
    monkeypatch.undo()
    monkeypatch.setattr(limits, "MAX_FILE_BYTES", 10)
    assert read(SMALL).limit == "MAX_FILE_BYTES 10"


@pytest.mark.parametrize("uid", ["1.02", "1..2", "../../etc/passwd", "1.２", " 1.2", "2.25.-1"])
def test_a_bad_uid_is_a_finding(uid: str) -> None:
    document = drim_m_kos()
    series = document.CurrentRequestedProcedureEvidenceSequence[0].ReferencedSeriesSequence[0]
    place = write(document)
    old = str(series.ReferencedSOPSequence[0].ReferencedSOPInstanceUID).encode()
    new = uid.encode().ljust(len(old), b"\0")[: len(old)]
    found = results(place.replace(old, new), "drim-m-lab")
    assert "DICOM-VR-02" in failing(found)


def test_a_uid_of_65_characters_is_a_finding() -> None:
    document = drim_m_kos()
    raw = write(document)
    old = str(document.StudyInstanceUID).encode()
    place = raw.index(b"\x20\0\x0d\0")
    length = struct.unpack_from("<L", raw, place + 4)[0]
    new = (old + b".1" * 40)[:66]
    raw = raw[: place + 4] + struct.pack("<L", 66) + new + raw[place + 8 + length :]
    assert "DICOM-VR-02" in failing(results(raw, "drim-m-lab"))


@pytest.mark.parametrize(
    "charset", ["ISO_IR 999", "\\\\\\", "ISO 2022 IR 87\\ISO 2022 IR 159", "é"]
)
def test_an_odd_character_set_is_judged(charset: str) -> None:
    raw = SMALL.replace(b"ISO_IR 100", charset.encode("latin-1").ljust(10)[:10])
    assert errors(raw) == []


def test_a_document_that_refers_to_itself_is_judged() -> None:
    document = drim_m_kos()
    for item in document.ContentSequence[:-1]:
        item.ReferencedSOPSequence[0].ReferencedSOPInstanceUID = document.SOPInstanceUID
    assert errors(write(document)) == []


@pytest.mark.parametrize("raw", [b"", b"D", bytes(128), bytes(128) + b"DICM", b"MZ" * 200])
def test_what_is_no_dicom_is_refused(raw: bytes) -> None:
    assert failing(results(raw, "drim-m-lab")) or kos.load(raw).unread


def description(text: bytes) -> bytes:
    """A data set with this Key Object Description, in Explicit VR Little Endian."""

    def element(group: int, number: int, vr: bytes, value: bytes) -> bytes:
        if vr in (b"SQ", b"UT"):
            return struct.pack("<HH2sHL", group, number, vr, 0, len(value)) + value
        return struct.pack("<HH2sH", group, number, vr, len(value)) + value

    def one_item(value: bytes) -> bytes:
        return struct.pack("<HHL", 0xFFFE, 0xE000, len(value)) + value

    name = (
        element(0x0008, 0x0100, b"SH", b"113012")
        + element(0x0008, 0x0102, b"SH", b"DCM ")
        + element(0x0008, 0x0104, b"LO", b"Key Object Description")
    )
    content = (
        element(0x0040, 0xA010, b"CS", b"CONTAINS")
        + element(0x0040, 0xA040, b"CS", b"TEXT")
        + element(0x0040, 0xA043, b"SQ", one_item(name))
        + element(0x0040, 0xA160, b"UT", text)
    )
    return (
        element(0x0008, 0x0005, b"CS", b"ISO_IR 100")
        + element(0x0008, 0x0016, b"UI", b"1.2.840.10008.5.1.4.1.1.88.59\0")
        + element(0x0040, 0xA730, b"SQ", one_item(content))
    )


HEAVY = {
    "nested-100000": lambda: nested(100_000, defined=False),
    "deflated-650-megabytes": lambda: bomb(650),
    "deflated-many-elements": lambda: deflated(
        b"".join(struct.pack("<HH2sH", 0x0009 + 2 * (n >> 16), n & 0xFFFF, b"LO", 0)
                 for n in range(2_000_000))
    ),
    "one-item-of-a-million": lambda: header("1.2.840.10008.1.2.1\0")
    + struct.pack("<HH2sHL", 0x0040, 0xA730, b"SQ", 0, 0xFFFFFFFF)
    + struct.pack("<HHL", 0xFFFE, 0xE000, 0) * 2_000_000,
    "a-text-of-64-megabytes": lambda: header("1.2.840.10008.1.2.1\0")
    + struct.pack("<HH2sHL", 0x0040, 0xA160, b"UT", 0, 64 << 20) + b"A\n" * (32 << 20),
    "a-description-of-30-million-lines": lambda: deflated(description(b"\xe9\n" * (30 << 20))),
    "a-description-of-60-megabytes-in-a-line": lambda: deflated(description(b"\xe9" * (60 << 20))),
    "a-name-of-ten-thousand-components": lambda: SMALL.replace(
        b"\x10\0\x20\0", b"\x10\0\x10\0" + struct.pack("<L", 20_000) + b"^=" * 10_000
        + b"\x10\0\x20\0", 1),
}  # fmt: skip


@pytest.mark.skipif(sys.platform != "linux", reason="reads the peak memory as Linux tells it")
@pytest.mark.parametrize("name", HEAVY)
def test_memory_is_bounded(name: str, tmp_path: Path) -> None:
    path = tmp_path / "hostile.dcm"
    path.write_bytes(HEAVY[name]())
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, "kos", "--profile", "drim-m-lab", str(path)],
        capture_output=True,
        text=True,
        timeout=GUARD,
        check=False,
    )
    assert done.returncode in (1, 3), done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert int(done.stdout.split()[-1]) <= MEMORY
