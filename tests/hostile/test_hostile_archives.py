"""What an attacker sends as an archive or as an allow-list: a finding or a refusal, no crash."""

from __future__ import annotations

import io
import random
import struct
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import pytest

from testdata.allowlist import signed
from testdata.mutants import base
from tests.conftest import failing, results
from tests.hostile.test_hostile import GUARD, MEMORY, PROGRAM
from validators.kinds import KINDS
from validators.model import Outcome
from validators.reading import limits
from validators.reading.archive import read

ARCHIVE = base("archive")
METADATA = "IHE_XDM/SS000001/METADATA.XML"


def errors(raw: bytes, kind: str = "xdm") -> list[str]:
    found = results(raw, "drim-m-lab", kind)
    return [f"{one.rule}: {one.note}" for one in found.values() if one.outcome is Outcome.ERROR]


def refused(raw: bytes, kind: str = "xdm") -> bool:
    """Whether the document is not judged, or fails."""
    return bool(KINDS[kind].load(raw).unread or failing(results(raw, "drim-m-lab", kind)))


def zipped(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


def media(metadata: bytes, **more: bytes) -> bytes:
    return zipped({"INDEX.HTM": b"<html/>", "README.TXT": b"-", METADATA: metadata, **more})


def by_hand(
    name: bytes,
    data: bytes,
    *,
    size: int,
    crc: int = 0,
    method: int = 8,
    flags: int = 0,
    mode: int = 0,
) -> tuple[bytes, bytes]:
    """Local header with data, and directory record without its offset, of one entry."""
    common = struct.pack("<4H3L", flags, method, 0, 0x5B78, crc, len(data), size)
    local = b"PK\x03\x04\x14\0" + common + struct.pack("<2H", len(name), 0) + name + data
    record = b"PK\x01\x02\x14\x03\x14\0" + common
    return local, record + struct.pack("<5HL", len(name), 0, 0, 0, 0, mode << 16) + b"%b" + name


def assembled(*entries: tuple[bytes, bytes], count: int | None = None) -> bytes:
    body, directory = b"", b""
    for local, record in entries:
        directory += record.replace(b"%b", struct.pack("<L", len(body)), 1)
        body += local
    number = len(entries) if count is None else count
    end = struct.pack("<4H2LH", 0, 0, number, number, len(directory), len(body), 0)
    return body + directory + b"PK\x05\x06" + end


def deflated(content: bytes) -> bytes:
    deflater = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return deflater.compress(content) + deflater.flush()


def zeros(megabytes: int) -> bytes:
    """Deflated zeros, a thousandth of their length."""
    deflater = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    block = bytes(1 << 20)
    return b"".join(deflater.compress(block) for _ in range(megabytes)) + deflater.flush()


def one_file(name: bytes, **changes: int) -> bytes:
    content = b"content"
    known = {"size": len(content), "crc": zlib.crc32(content)} | changes
    return assembled(by_hand(name, deflated(content), **known))


def bomb(megabytes: int, *, told: bool) -> bytes:
    """A file that inflates to very much, and says so or says that it is of ten bytes."""
    size = megabytes << 20 if told else 10
    return assembled(by_hand(b"IHE_XDM/A.TXT", zeros(megabytes), size=size))


def quoted_overlap(files: int) -> bytes:
    """Files that share the data of the last one, each quoting the headers that follow it."""
    records: list[tuple[int, bytes]] = []
    body, head, size = b"", b"", 0
    for number in reversed(range(files)):
        name = b"IHE_XDM/%06d.TXT" % number
        # A stored block of DEFLATE holds the header of the next file, whose data come after.
        quote = struct.pack("<BHH", 0, len(head), len(head) ^ 0xFFFF) if head else zeros(16)
        size += len(head) if head else 16 << 20
        local, record = by_hand(name, quote + body, size=size)
        head, body = local[: 30 + len(name)], local
        records.append((len(local), record))
    directory = b"".join(
        record.replace(b"%b", struct.pack("<L", len(body) - length), 1)
        for length, record in reversed(records)
    )
    end = struct.pack("<4H2LH", 0, 0, files, files, len(directory), len(body), 0)
    return body + directory + b"PK\x05\x06" + end


def nested(levels: int) -> bytes:
    """Sixteen archives in each archive, as in 42.zip."""
    content = zipped({"0.DLL": bytes(4 << 20)})
    for _ in range(levels):
        content = zipped({f"LIB{number:02d}.ZIP": content for number in range(16)})
    return media(b"<a/>", **{"IHE_XDM/SS000001/LIB.ZIP": content})


def many(count: int, content: bytes = b"") -> bytes:
    name = "IHE_XDM/SS{:06d}/METADATA.XML" if content else "IHE_XDM/{:06d}.TXT"
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for number in range(count):
            archive.writestr(zipfile.ZipInfo(name.format(number)), content)
    return stream.getvalue()


def test_an_archive_cut_anywhere_is_refused() -> None:
    for length in range(0, len(ARCHIVE), 7):
        assert not errors(ARCHIVE[:length]), length
        assert refused(ARCHIVE[:length]), length


def test_an_archive_with_any_byte_flipped_is_judged() -> None:
    chosen = random.Random(20261124).sample(range(len(ARCHIVE)), 150)
    for place in chosen:
        flipped = bytearray(ARCHIVE)
        flipped[place] ^= 0xFF
        assert errors(bytes(flipped)) == [], place


@pytest.mark.parametrize(
    "name",
    [
        b"../IHE_XDM/A.TXT", b"IHE_XDM/../../A.TXT", b"/IHE_XDM/A.TXT", b"C:/IHE_XDM/A.TXT",
        b"c:IHE_XDM/A.TXT", b"IHE_XDM\\A.TXT", b"..\\A.TXT", b"IHE_XDM/A\0.TXT",
        b"IHE_XDM/A\n.TXT", b"IHE_XDM//A.TXT", b"IHE_XDM/./A.TXT", b"", b"\x1b[31mA.TXT",
    ],
)  # fmt: skip
def test_a_name_that_leads_elsewhere_is_a_finding(name: bytes) -> None:
    assert "XDM-ZIP-04" in failing(results(one_file(name), "drim-m-lab", "xdm"))


@pytest.mark.parametrize("mode", [0o120777, 0o060660, 0o020660, 0o010644, 0o140755])
def test_links_and_devices_are_findings(mode: int) -> None:
    raw = one_file(b"IHE_XDM/A.TXT", mode=mode)
    assert "XDM-ZIP-04" in failing(results(raw, "drim-m-lab", "xdm"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (b"A.TXT", b"A.TXT"), (b"A.TXT", b"a.txt"), (b"A", b"A/B.TXT"),
        ("é.TXT".encode(), "e\u0301.TXT".encode()),
    ],
)  # fmt: skip
def test_names_that_collide_are_findings(one: bytes, other: bytes) -> None:
    entries = [by_hand(name, b"", size=0, method=0, flags=0x800) for name in (one, other)]
    assert "XDM-ZIP-04" in failing(results(assembled(*entries), "drim-m-lab", "xdm"))


@pytest.mark.parametrize(
    "changes",
    [
        {"flags": 1}, {"flags": 0x40}, {"flags": 0x2000}, {"method": 9}, {"method": 12},
        {"method": 99}, {"crc": 1}, {"size": 6}, {"size": 8}, {"method": 0},
    ],
)  # fmt: skip
def test_what_cannot_be_read_as_it_says_is_a_finding(changes: dict[str, int]) -> None:
    raw = one_file(b"IHE_XDM/A.TXT", **changes)
    assert failing(results(raw, "drim-m-lab", "xdm")) == {"XDM-ZIP-05"}


def test_a_file_that_the_directory_does_not_name_is_a_finding() -> None:
    hidden, shown = (by_hand(name, b"", size=0, method=0) for name in (b"A.TXT", b"B.TXT"))
    raw = assembled((hidden[0] + shown[0], shown[1]))
    at = len(hidden[0])
    raw = raw.replace(struct.pack("<L", 0) + b"B.TXT", struct.pack("<L", at) + b"B.TXT")
    assert failing(results(raw, "drim-m-lab", "xdm")) == {"XDM-ZIP-05"}


@pytest.mark.parametrize(
    ("before", "after"), [(b"MZ", b""), (b"", b"\0"), (b"PK\x03\x04" + bytes(26), b"")]
)
def test_bytes_around_an_archive_are_findings(before: bytes, after: bytes) -> None:
    raw = before + ARCHIVE + after
    assert failing(results(raw, "drim-m-lab", "xdm")) == {"XDM-ZIP-05"}


def test_an_archive_with_two_ends_is_a_finding() -> None:
    inner = b"PK\x05\x06" + bytes(18)
    raw = ARCHIVE[:-2] + struct.pack("<H", len(inner)) + inner
    assert failing(results(raw, "drim-m-lab", "xdm")) == {"XDM-ZIP-05"}


def test_an_archive_streamed_with_descriptors_is_read() -> None:
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def tell(self) -> int:
            raise OSError

        def seek(self, *_: int) -> int:
            raise OSError

    stream = Pipe()
    with (
        zipfile.ZipFile(io.BytesIO(ARCHIVE)) as original,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for name in original.namelist():
            archive.writestr(name, original.read(name))
    found = read(stream.getvalue())
    assert (found.problems, found.limit) == ([], "")
    assert failing(results(stream.getvalue(), "drim-m-lab", "xdm")) == set()


def test_the_limits_stop_before_anything_is_inflated(monkeypatch: pytest.MonkeyPatch) -> None:
    changes = {
        "MAX_FILE_BYTES": 10, "MAX_ARCHIVE_ENTRIES": 3, "MAX_ARCHIVE_NAME": 10,
        "MAX_ARCHIVE_DEPTH": 1, "MAX_ARCHIVE_FILE_BYTES": 1_000, "MAX_ARCHIVE_BYTES": 5_000,
    }  # fmt: skip
    for name, value in changes.items():
        with monkeypatch.context() as changed:
            changed.setattr(limits, name, value)
            found = read(ARCHIVE)
            assert (found.limit, found.files) == (f"{name} {value}", {})
    monkeypatch.setattr(limits, "MIN_RATIO_BYTES", 100)
    monkeypatch.setattr(limits, "MAX_RATIO", 2)
    assert read(zipped({"IHE_XDM/A.TXT": bytes(1_000)})).limit == "MAX_RATIO 2"
    monkeypatch.undo()
    monkeypatch.setattr(limits, "MAX_METADATA_BYTES", 100)
    assert KINDS["xdm"].load(ARCHIVE).unread == "MAX_METADATA_BYTES 100"


LAUGHS = b"<!DOCTYPE a [" + b"".join(
    b'<!ENTITY a%d "%b">' % (n, b"&a%d;" % (n - 1) * 10 if n else b"ha") for n in range(30)
) + b"]><a>&a29;</a>"  # fmt: skip


@pytest.mark.parametrize(
    ("metadata", "rule"),
    [
        (LAUGHS, "XDM-META-05"),
        (b'<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a"><a/>', "XDM-META-05"),
        (b"", "XDM-META-05"),
        (b"\0" * 100, "XDM-META-05"),
        (b"<a/>", "XDM-META-06"),
    ],
)
def test_metadata_that_are_a_bomb_or_nothing_are_findings(metadata: bytes, rule: str) -> None:
    found = results(media(metadata), "drim-m-lab", "xdm")
    assert rule in failing(found)
    assert errors(media(metadata)) == []


def rows(megabytes: float) -> bytes:
    """Metadata that do not compress: entries with random values."""
    noise = random.Random(1)
    row = "<ExtrinsicObject id='{:x}'><Slot name='URI'/></ExtrinsicObject>"
    count = int(megabytes * (1 << 20)) // 90
    text = "".join(row.format(noise.getrandbits(128)) for _ in range(count))
    return f"<SubmitObjectsRequest>{text}</SubmitObjectsRequest>".encode()


def certificates(count: int) -> bytes:
    """A signature that carries many certificates of one name, each of which signs the others."""
    raw = signed()
    start, end = raw.index(b"<ds:X509Certificate>"), raw.index(b"</ds:X509Data>")
    return raw[:start] + raw[start:end] * count + raw[end:]


HEAVY: dict[str, tuple[str, Callable[[], bytes]]] = {
    "zip-bomb-told": ("xdm", lambda: bomb(1024, told=True)),
    "zip-bomb-untold": ("xdm", lambda: bomb(1024, told=False)),
    "zip-bomb-nested": ("xdm", lambda: nested(5)),
    "zip-bomb-overlapping": ("xdm", lambda: quoted_overlap(250)),
    "zip-of-100000-files": ("xdm", lambda: many(100_000)),
    "zip-of-20000-files": ("xdm", lambda: many(20_000)),
    "zip-of-5000-sets": ("xdm", lambda: many(5_000, b"<a/>")),
    "garbage": ("xdm", lambda: b"PK\x03\x04" + random.Random(2).randbytes(1 << 20)),
    "metadata-100000-deep": ("xdm", lambda: media(b"<a>" * 100_000)),
    "metadata-laughs": ("xdm", lambda: media(LAUGHS)),
    "metadata-of-half-a-megabyte": ("xdm", lambda: media(rows(0.45))),
    "metadata-of-3-megabytes": ("xdm", lambda: media(rows(3))),
    "metadata-of-60-megabytes": ("xdm", lambda: media(rows(60))),
    "list-100000-deep": ("allowlist", lambda: b"<ListeBlancheDRIM-M>" + b"<a>" * 100_000),
    "list-laughs": ("allowlist", lambda: LAUGHS.replace(b"<a>", b"<ListeBlancheDRIM-M>")),
    "list-of-20-megabytes": ("allowlist", lambda: b"<ListeBlancheDRIM-M>" + b" " * (20 << 20)),
    "list-of-10000-certificates": ("allowlist", lambda: certificates(4_000)),
    "list-of-400000-elements": (
        "allowlist",
        lambda: signed().replace(b"</ListeDomaines>", b"<a Id='b'/>" * 400_000
                                 + b"</ListeDomaines>"),
    ),
}  # fmt: skip


@pytest.mark.skipif(sys.platform != "linux", reason="reads the peak memory as Linux tells it")
@pytest.mark.parametrize("name", HEAVY)
def test_memory_is_bounded(name: str, tmp_path: Path) -> None:
    kind, make = HEAVY[name]
    path = tmp_path / "hostile"
    path.write_bytes(make())
    start = perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, kind, "--profile", "drim-m-lab", str(path)],
        capture_output=True,
        text=True,
        timeout=GUARD,
        check=False,
    )
    print(f"{name}: {perf_counter() - start:.1f} s, {done.stdout.split()[-1]} kB")
    assert done.returncode in (1, 3), done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert int(done.stdout.split()[-1]) <= MEMORY


def test_a_list_cut_or_changed_anywhere_is_refused() -> None:
    raw = signed()
    for length in range(0, len(raw), 97):
        assert errors(raw[:length], "allowlist") == [], length
        assert refused(raw[:length], "allowlist"), length
    for place in random.Random(3).sample(range(60, len(raw)), 150):
        flipped = bytearray(raw)
        flipped[place] ^= 0x01
        assert errors(bytes(flipped), "allowlist") == [], place
        assert refused(bytes(flipped), "allowlist"), place
