"""The parts of the Conso by themselves: multipart, manifests, archives, cache, gate, sessions."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from starlette.requests import Request
from starlette.responses import Response

from reference_drimbox.conso import manifest, upload
from reference_drimbox.conso.cache import Cache, Full
from reference_drimbox.conso.gate import Gate, Unlisted
from reference_drimbox.conso.manifest import NotManifest
from reference_drimbox.conso.multipart import Broken, parts
from reference_drimbox.sessions import IDLE, Sessions
from testdata.exams import exam
from testdata.kos import write
from testdata.kos_drim_m import kos_of

ALPHA = exam("alpha")
KOS = write(kos_of(ALPHA, ALPHA.study))


def body(*contents: bytes, boundary: str = "b", end: bytes = b"--") -> bytes:
    made = b"".join(
        f"\r\n--{boundary}\r\nContent-Type: application/dicom\r\n\r\n".encode() + one
        for one in contents
    )
    return made + f"\r\n--{boundary}".encode() + end


def read(pieces: Iterable[bytes], boundary: str) -> list[bytes]:
    return [b"".join(one.pieces) for one in parts(pieces, boundary)]


def cut(raw: bytes, size: int) -> Iterator[bytes]:
    return (raw[at : at + size] for at in range(0, len(raw), size))


@given(
    st.lists(
        st.binary(max_size=300).filter(lambda one: b"\r\n--b" not in b"\r\n" + one), max_size=5
    ),
    st.integers(1, 400),
)
def test_parts_whatever_the_pieces(contents: list[bytes], size: int) -> None:
    assert read(cut(body(*contents), size), "b") == contents


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"--b", body(b"x", end=b""), body(b"x")[:-8], b"\r\n--b\r\nContent-Type", b"--c--",
        b"--b\r\nno colon\r\n\r\n--b--", b"--b\r\n" + b"a" * (1 << 15), b"--bx\r\n\r\n--b-",
    ],
)  # fmt: skip
def test_what_is_no_multipart(raw: bytes) -> None:
    with pytest.raises(Broken):
        read(cut(raw, 7), "b")


@pytest.mark.parametrize("size", [1, 2, 3, 100])
def test_a_line_that_only_begins_as_the_delimiter_is_content(size: int) -> None:
    contents = [b"x\r\n--bc\r\ny", b"\r\n--b-", b"\r\n--b \t x\r\n", b"\r\n--b\rx"]
    assert read(cut(body(*contents), size), "b") == contents


def test_what_a_reader_must_bear() -> None:
    raw = b"preamble\r\n--b \t\r\nA: 1\r\n 2\r\nB:3\r\n\r\nx\r\n--b\r\n\r\ny\r\n--b--\r\nepilogue"
    found = list(parts([raw], "b"))
    assert dict(found[0].headers) == {"a": "1 2", "b": "3"}
    assert read([raw], "b") == [b"x", b"y"]
    assert len(list(parts([body(boundary="**")], "**"))) == 0
    with pytest.raises(Broken):
        list(parts([body()], ""))


def test_a_kos_says_where_images_are() -> None:
    found = manifest.read(KOS)
    assert found.study == ALPHA.study.uid
    assert [one.url for one in found.series] == [
        ALPHA.retrieve_url(ALPHA.study, one) for one in ALPHA.study.series
    ]
    assert [tuple(each.uid for each in one.instances) for one in found.series] == [
        one.instances for one in ALPHA.study.series
    ]
    who, portrait = found.patient, ALPHA.patient.portrait
    assert (who.ins, who.ins_oid) == (ALPHA.patient.ins, ALPHA.patient.ins_oid)
    assert who.birth_name == portrait.birth_name
    assert who.given_names == portrait.given_names
    assert (who.used_name, who.used_given_name) == (portrait.used_name, portrait.used_given_name)


def test_real_manifests_are_read(samples: Path) -> None:
    found = 0
    for path in sorted(samples.rglob("drim-m_ko*.dcm")) + sorted(samples.rglob("*kos_OK*.dcm")):
        assert manifest.read(path.read_bytes()).instances > 0, path.name
        found += 1
    assert found >= 2


@example(136, b"\0")
@given(st.integers(0, len(KOS) - 1), st.binary(min_size=1, max_size=4))
def test_a_damaged_kos_is_read_or_refused(at: int, noise: bytes) -> None:
    raw = KOS[:at] + noise + KOS[at + len(noise) :]
    with suppress(NotManifest):
        manifest.read(raw)


def archived(*entries: tuple[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return made.getvalue()


def test_an_archive_brings_its_kos() -> None:
    raw = archived(("INDEX.HTM", b"x"), ("IHE_XDM/SS000001/KOS_1_1.DCM", KOS))
    assert [one.uid for one in upload.read(raw)] == [ALPHA.kos_uid(ALPHA.study)]


@pytest.mark.parametrize("name", ["../x.dcm", "/x.dcm", "a/../../x.dcm", "C:/x.dcm", "..\\x.dcm"])
def test_an_archive_that_names_files_outside_is_refused(name: str) -> None:
    with pytest.raises(NotManifest, match="outside"):
        upload.read(archived((name, KOS), ("IHE_XDM/SS000001/KOS.DCM", KOS)))


def test_an_archive_that_swells_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upload, "MOST_BYTES", 1 << 16)
    swollen = bytes(128) + b"DICM" + bytes(1 << 17)
    with pytest.raises(NotManifest, match="too large"):
        upload.read(archived(("a.dcm", swollen)))
    monkeypatch.setattr(upload, "MOST_ENTRIES", 1)
    with pytest.raises(NotManifest, match="too many"):
        upload.read(archived(("a", b""), ("b", b"")))


def test_the_cache_is_bounded_and_drops_what_was_unused_for_longest(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache", 100)
    shelves = [cache.shelf("visit", name) for name in "abc"]

    def write(number: int, size: int) -> None:
        with (shelves[number].path / "x").open("ab") as file:
            cache.write(shelves[number], file, bytes(size))

    write(0, 40)
    write(1, 40)
    cache.used(shelves[0])
    write(2, 40)
    assert [one.gone for one in shelves] == [False, True, False]
    assert not shelves[1].path.exists()
    with cache.busy(shelves[0]), cache.busy(shelves[2]), pytest.raises(Full):
        write(2, 40)
    cache.remove("visit")
    assert not (tmp_path / "cache" / "visit").exists()
    with pytest.raises(Full):
        cache.write(shelves[2], io.BytesIO(), b"x")
    cache.write(cache.shelf("other"), io.BytesIO(), bytes(100))


STUDY, SERIES = "1.2.3", "1.2.3.4"
LISTED = f"https://db1.test/rs/studies/{STUDY}/series/{SERIES}"


@pytest.mark.parametrize(
    "url",
    [
        LISTED.replace("https", "http"), LISTED.replace("db1", "db2"), f"{LISTED}?x=1",
        f"{LISTED}#x", f"{LISTED}/", LISTED.replace("db1.test", "db1.test@evil.test"),
        LISTED.replace(SERIES, "1.2.3.5"), LISTED.replace("/rs/", "/../"), "", "https://[",
        LISTED.replace("https", "file"), LISTED.replace("db1.test", "db1.test.evil.test"),
        LISTED.replace("db1.", "dbé."),
    ],
)  # fmt: skip
def test_only_listed_sources_are_asked(url: str) -> None:
    gate = Gate(listed=lambda one: one.split("/")[2] == "db1.test")
    assert gate.checked(LISTED, STUDY, SERIES) == LISTED
    with pytest.raises(Unlisted):
        gate.checked(url, STUDY, SERIES)


def test_trusted_hosts_are_those_of_a_laboratory() -> None:
    url = f"http://127.0.0.1:8402/studies/{STUDY}/series/{SERIES}"
    for trusted in ("127.0.0.1", "127.0.0.1:8402"):
        assert Gate([trusted]).checked(url, STUDY, SERIES) == url
    with pytest.raises(Unlisted):
        Gate(["127.0.0.1:8403"]).checked(url, STUDY, SERIES)


def asked(cookie: str = "") -> Request:
    headers = [(b"cookie", cookie.encode())] if cookie else []
    return Request({"type": "http", "headers": headers, "method": "GET", "path": "/"})


def begun(sessions: Sessions[str], value: str, cookie: str = "") -> str:
    response = Response()
    sessions.begin(response, value, asked(cookie))
    return response.headers["set-cookie"].partition(";")[0]


def test_sessions_are_bounded_and_end() -> None:
    ended: list[str] = []
    now = [0.0]
    sessions = Sessions(ended.append, most=2, clock=lambda: now[0])
    first, second = begun(sessions, "a"), begun(sessions, "b")
    now[0] = 1
    assert sessions.of(asked(first)) == "a"
    third = begun(sessions, "c")
    assert ended == ["b"]
    assert sessions.of(asked(second)) is None
    renewed = begun(sessions, "a", first)
    assert sessions.of(asked(first)) is None
    assert sessions.of(asked(renewed)) == "a"
    now[0] += IDLE + 1
    assert sessions.of(asked(third)) is None
    assert sorted(ended) == ["a", "b", "c"]
    assert sessions.of(asked("drimbox=made-up")) is None


def test_a_cookie_over_tls_is_of_its_host_alone() -> None:
    response = Response()
    Sessions[str](secure=True).begin(response, "a")
    assert response.headers["set-cookie"].startswith("__Host-drimbox=")
    assert "Secure" in response.headers["set-cookie"]
