"""The Accept of a request to the Source, and the syntaxes that follow from it."""

from __future__ import annotations

import pytest

from reference_drimbox import syntaxes
from reference_drimbox.accept import Malformed, accepted


def test_accept_takes_what_official_clients_send() -> None:
    text = (
        'multipart/related; type="application/dicom";transfer-syntax=1.2.840.10008.1.2.4.70;'
        "q=0.9;boundary=**,transfer-syntax=1.2.840.10008.1.2.1;q=0.4;boundary=**,"
    )
    found = accepted([text])
    assert found.syntaxes == {"1.2.840.10008.1.2.4.70": 0.9, "1.2.840.10008.1.2.1": 0.4}
    assert accepted(["*/*"]).syntaxes == {"1.2.840.10008.1.2.1": 1.0}
    assert accepted(["text/html"]).syntaxes == {}
    none = accepted(
        ["multipart/related; transfer-syntax=*, multipart/related;transfer-syntax=1;q=0"]
    )
    assert none.takes("2")
    assert not none.takes("1")
    for wrong in ("", "x", "a/b;q=2", "a/b;c", "a/b;q=0.1234"):
        with pytest.raises(Malformed):
            accepted([wrong])


def test_an_instance_goes_as_it_is_or_decoded_or_not_at_all() -> None:
    lossless = accepted(["multipart/related; transfer-syntax=1.2.840.10008.1.2.4.70"])
    explicit = accepted(["multipart/related"])
    assert syntaxes.target("1.2.840.10008.1.2.4.70", lossless).endswith(".70")
    assert syntaxes.target("1.2.840.10008.1.2", explicit) == "1.2.840.10008.1.2.1"
    with pytest.raises(syntaxes.NotAcceptable):
        syntaxes.target("1.2.840.10008.1.2.4.102", explicit)
    with pytest.raises(syntaxes.NotAcceptable):
        syntaxes.target("1.2.840.10008.1.2.1", lossless)
