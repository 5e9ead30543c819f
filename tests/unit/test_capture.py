"""What a capture keeps: the bytes of the wire, without a credential."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path

import pytest

from drimcheck.capture.masks import mask, masked
from drimcheck.capture.writing import Masked
from drimcheck.cli import main
from drimcheck.exchanges import exchanges

HEAD = (
    b"GET / HTTP/1.1\r\nAuthorization: Bearer abc.def\r\nCookie: a=secret; b\r\n"
    b"X: Authorization: Bearer kept\r\n\r\n"
)


def test_credentials_are_masked_and_stay_equal() -> None:
    found = masked(HEAD)
    assert b"abc.def" not in found
    assert b"a=secret" not in found
    assert b"Authorization: Bearer " + mask(b"abc.def") in found
    assert b"X: Authorization: Bearer kept" in found
    assert mask(b"abc.def") == mask(b"abc.def ") != mask(b"abc.deg")


def test_a_cookie_that_is_set_keeps_its_attributes() -> None:
    found = masked(b"HTTP/1.1 200 OK\r\nSet-Cookie: id=secret; Path=/; HttpOnly\r\n\r\n")
    assert b"secret" not in found
    assert b"; Path=/; HttpOnly" in found


@pytest.mark.parametrize("size", [1, 3, 7, 1_000])
def test_the_body_is_left_as_it_is(size: int) -> None:
    body = b"Authorization: Bearer of-the-body\r\n\r\n" * 3
    interim = b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
    raw = interim + b"HTTP/1.1 200 OK\r\nSet-Cookie: a=secret\r\n\r\n" + body
    stream = BytesIO()
    side = Masked(stream)
    for start in range(0, len(raw), size):
        side.write(raw[start : start + size])
    side.flush()
    written = stream.getvalue()
    assert written.startswith(interim)
    assert written.endswith(body)
    assert b"secret" not in written


@pytest.mark.parametrize("index", ["", "[]", '{"exchanges": [{}]}', '{"exchanges": 1}'])
def test_an_index_that_is_none(index: str, tmp_path: Path) -> None:
    (tmp_path / "exchanges.json").write_text(index)
    with pytest.raises(ValueError, match="no index of exchanges"), exchanges(tmp_path):
        pass


def test_a_file_outside_the_capture_is_not_read(tmp_path: Path) -> None:
    row = {"url": "http://h/", "request": "../secret", "response": "x", "ended": ""}
    (tmp_path / "exchanges.json").write_text(json.dumps({"exchanges": [row]}))
    with pytest.raises(ValueError, match="no file of the folder"), exchanges(tmp_path):
        pass


def test_what_a_capture_needs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["capture", "--out", str(tmp_path / "new")]) == 2
    assert "needs a URL" in capsys.readouterr().err
    assert main(["capture", "ftp://h/", "--out", str(tmp_path / "new")]) == 2
    assert "only http and https" in capsys.readouterr().err
    assert not (tmp_path / "new").exists()
    (tmp_path / "token").write_text("two words")
    assert main(["capture", "http://127.0.0.1:1/", "--token-file", str(tmp_path / "token"),
                 "--out", str(tmp_path / "new")]) == 2  # fmt: skip
    assert "holds no access token" in capsys.readouterr().err
    (tmp_path / "exchanges.json").write_text("{}")
    assert main(["capture", "http://127.0.0.1:1/", "--out", str(tmp_path)]) == 2
    assert "holds a capture already" in capsys.readouterr().err
