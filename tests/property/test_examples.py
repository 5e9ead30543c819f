"""Examples hold for any two documents: short, inert, and none where nothing differs."""

from __future__ import annotations

import base64
import json
import tomllib

from hypothesis import given
from hypothesis import strategies as st

from drimcheck.examples import Example, as_toml, example_of
from drimcheck.examples.lines import plain
from drimcheck.examples.packed import opened
from drimcheck.examples.snippet import MOST, snippets
from testdata.mutants import mutants

TEXTS = st.lists(st.text(max_size=30), max_size=40).map("\n".join)


def _sides(before: bytes, after: bytes) -> tuple[str, str]:
    left, right = opened(before), opened(after)
    assert left is not None
    assert right is not None
    found = snippets(left, right)
    assert found is not None
    return found


@given(TEXTS, TEXTS)
def test_two_texts_give_two_short_snippets_or_none(before: str, after: str) -> None:
    left, right = plain(before), plain(after)
    found = snippets(left, right)
    if [one.text for one in left] == [one.text for one in right]:
        assert found is None
    else:
        assert found is not None
        assert all(text.count("\n") <= MOST for text in found)


@given(st.binary(max_size=300))
def test_any_bytes_are_opened_or_refused(raw: bytes) -> None:
    lines = opened(raw)
    assert lines is None or all("\n" not in one.text for one in lines)


@given(st.text(st.characters(exclude_categories=["C"]), min_size=1), st.text(min_size=1))
def test_what_is_written_is_read_again(good: str, bad: str) -> None:
    lines = [one.text for one in plain(bad)]
    one = Example(0, good, "\n".join(lines))
    row = tomllib.loads(as_toml({"X-1": one}))["X-1"]
    assert (row["good"], row["bad"]) == (one.good, one.bad)


@given(st.integers(0), st.integers(0))
def test_a_token_is_compared_by_its_claims(before: int, after: int) -> None:
    def token(expires: int) -> bytes:
        parts = ({"alg": "RS256"}, {"exp": expires})
        coded = (base64.urlsafe_b64encode(json.dumps(part).encode()) for part in parts)
        return b"Bearer " + b".".join(part.rstrip(b"=") for part in coded) + b".c2ln"

    if before != after:
        good, bad = _sides(token(before), token(after))
        assert f'"exp": {before}' in good
        assert f'"exp": {after}' in bad


@given(st.from_regex(r"[a-z]{1,40}", fullmatch=True))
def test_a_chunked_body_is_read_through_its_chunks(word: str) -> None:
    def answer(tag: str) -> bytes:
        inner = f"{tag}</a>".encode()
        head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n<a>\r\n"
        return head + b"%x\r\n%s\r\n0\r\n\r\n" % (len(inner), inner)

    _, bad = _sides(answer("0"), answer(word))
    assert bad.endswith(f"<a>{word}</a>")


def test_the_order_of_attributes_is_no_difference() -> None:
    left, right = opened(b'<a x="1" y="2"/>'), opened(b"<a y='2' x='1'/>")
    assert left is not None
    assert right is not None
    assert snippets(left, right) is None


def test_an_element_that_is_gone_is_named_as_absent() -> None:
    found = example_of(next(one for one in mutants() if one.kills == "KOS-SOP-02A"))
    assert found is not None
    assert found.good.startswith("(0008,0018) UI SOPInstanceUID: 2.25.")
    assert found.bad == "(0008,0018) absent"
