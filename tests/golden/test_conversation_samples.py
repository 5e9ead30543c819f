"""The official example of a publication, as it would have gone over the wire."""

from __future__ import annotations

from pathlib import Path

from tests.conftest import failing, plan_of
from validators.conversation import conversation
from validators.engine import judge
from validators.model import Exchange, Outcome

URL = "https://dev9.lps2.dmp.gouv.fr/si-dmp-server/v2/services/repository"
BOUNDARIES = ("MIMEBoundary_Bound", "uuid:ac95cc6e-f93f-413d-950c-4bf9dc273d8a")


def _message(start: str, boundary: str, body: bytes) -> bytes:
    head = (
        f"{start}\r\nDate: Tue, 14 Nov 2023 13:45:00 GMT\r\n"
        f'Content-Type: multipart/related; boundary="{boundary}"; type="application/xop+xml"\r\n'
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def test_the_publication_fails_by_what_was_blacked_out_alone(samples: Path) -> None:
    sent = (samples / "xds/publication_2024.xml").read_bytes()
    came = (samples / "xds/response_2024.xml").read_bytes()
    one = Exchange(
        URL,
        _message("POST /si-dmp-server/v2/services/repository HTTP/1.1", BOUNDARIES[0], sent),
        _message("HTTP/1.1 200 OK", BOUNDARIES[1], came),
    )
    found = {
        one.rule: one for one in judge(plan_of("drim-m-homologation", "dmp"), conversation([one]))
    }
    # The certificate is XXXXXXX in the example, and so are attributes under the digest.
    assert failing(found, Outcome.FAIL) == {"F-VI-SIGN-CERTIFICATE", "F-VI-SIGN-DIGEST"}
    assert failing(found, Outcome.WARN) == {"F-VI-08"}
    assert failing(found, Outcome.ERROR, Outcome.REVIEW) == set()
    assert found["F-RSP-01"].outcome is Outcome.PASS
