"""The allow-list of the Source: only one that holds is in force."""

from __future__ import annotations

from pathlib import Path

from reference_drimbox import config
from reference_drimbox.allowlist import Allowlist, name_of
from reference_drimbox.http import Client
from simulators.allowlist import LIST, Publication, application
from simulators.faults import faults
from simulators.pki import Pki
from simulators.serving import Serving
from testdata.allowlist import DOMAINS


def test_only_a_list_that_holds_is_in_force(tmp_path: Path) -> None:
    pki = Pki(tmp_path / "pki")
    publication = Publication.by(pki.signer(), DOMAINS)
    client = Client()
    wrong = {"list-unsigned", "list-changed-after-signature", "signature-value-cut",
             "signer-not-certified", "list-cut"}  # fmt: skip
    known = [one for one in faults() if one.simulator == "allowlist" and one.name in wrong]
    assert len(known) == len(wrong)
    file = tmp_path / "list.xml"
    for fault in (None, *known):
        with Serving(
            lambda base, one=fault: application(base, publication, [one] if one else [])  # type: ignore[misc]
        ) as served:
            settings = config.Allowlist(url=served.base + LIST, trust=pki.trust)
            made = Allowlist(settings, file, client)
            made.restore()
            assert made.refresh() is (fault is None)
        assert made.lists_host("DB1.345.mesimagesmedicales.fr")
        assert not made.lists_host("db9.345.mesimagesmedicales.fr")
        assert made.lists_url("https://db1.345.mesimagesmedicales.fr/rs/studies/1")
        assert not made.lists_url("http://db1.345.mesimagesmedicales.fr/rs")
        assert not made.lists_url("https://db1.345.mesimagesmedicales.fr:8443/rs")
        assert not made.lists_url("https://db1.345.mesimagesmedicales.fr@evil.example/rs")
    file.write_bytes(file.read_bytes().replace(b"db1.345", b"db9.345"))
    tampered = Allowlist(settings, file, client)
    tampered.restore()
    assert not tampered.known
    client.close()


def test_a_name_is_the_same_whatever_its_writing() -> None:
    assert name_of("CN=a,OU=1,O=B, C,C=FR") == name_of("C=FR,O=B\\, C,OU=1,CN=a")
    assert name_of("CN=a,OU=1") != name_of("CN=a,OU=2")
