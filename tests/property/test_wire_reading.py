"""No bytes make a reader of the wire raise, and no rule on what it read."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.conftest import plan_of
from validators.engine import judge
from validators.kinds import KINDS
from validators.model import Outcome

PIECES = st.sampled_from(
    [b"GET ", b"POST ", b"https://h/studies/1.2/series/3", b"/frames/1,,2", b" HTTP/1.1", b"\r\n",
     b"\n", b"\r", b":", b" ", b"Host: h", b"Accept: ", b'multipart/related; type="', b'"', b";q=",
     b"0.5", b",", b"transfer-syntax=1.2.840.10008.1.2.1", b"Authorization: Bearer ",
     b"Content-Length: ", b"12", b"-1", b"\0", b"\xff", b"%41%", b"?accept=*/*", b"&", b"=",
     b"Patient.identifier.value=", b"IHEInvokeImageDisplay?", b"studyUID=", b"[", b"idCDA=1_2"]
)  # fmt: skip
WIRE = st.lists(PIECES | st.binary(max_size=8), max_size=40).map(b"".join)


@pytest.mark.parametrize("kind", ["request", "call", "iid"])
@given(raw=WIRE)
@example(raw=b"")
@example(raw=b"GET http://[ HTTP/1.1\r\n\r\n")
def test_nothing_raises(kind: str, raw: bytes) -> None:
    found = judge(plan_of("drim-m-lab", kind), KINDS[kind].load(raw))
    assert [one for one in found if one.outcome is Outcome.ERROR] == []
    KINDS[kind].recognises(raw)
