"""Each fault of the peers of WADO-RS and of the allow-list is seen, live, by its rule."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from simulators.allowlist import LIST, Publication, application
from simulators.allowlist.faults import FAULTS as LIST_FAULTS
from simulators.faults import Fault
from simulators.pki import Pki
from simulators.sending import send
from simulators.serving import Serving
from simulators.wado_client.faults import FAULTS as CLIENT_FAULTS
from simulators.wado_server import Holding
from simulators.wado_server.faults import FAULTS as SERVER_FAULTS
from testdata.images.syntaxes import available
from tests.peers import ALPHA, ask, asked_of, at, holding, judge, known_of, seen, wado_server

DRIPPING = 3.0
"""Seconds after which a client stops waiting for a server that drips."""


@pytest.fixture(scope="module")
def alpha(tmp_path_factory: pytest.TempPathFactory) -> Holding:
    return holding(tmp_path_factory.mktemp("alpha"))


def judged_server(folder: Path, alpha: Holding, *faults: Fault) -> tuple[dict[str, str], ...]:
    """What is seen of the server by a client, and of the client."""
    with judge(folder, "wado-client") as live, wado_server(alpha, faults) as base:
        one = at(base)
        live.known = known_of(one)
        asked = asked_of(one)
        if any(fault.pace for fault in faults):
            ask(live, asked[:1], seconds=DRIPPING)
        else:
            ask(live, asked)
    return seen(live.judged, ours=False), seen(live.judged, ours=True)


def test_without_a_fault_neither_side_breaks_a_rule(tmp_path: Path, alpha: Holding) -> None:
    assert judged_server(tmp_path, alpha) == ({}, {})


@pytest.mark.parametrize("fault", SERVER_FAULTS, ids=lambda one: one.name)
def test_a_fault_of_the_server_is_seen_by_its_rule(
    fault: Fault, tmp_path: Path, alpha: Holding
) -> None:
    if fault.name == "n17-frame-syntax-not-announced":
        if not available():
            pytest.skip("no codec: pip install 'drimcheck[codecs]'")
        alpha = holding(tmp_path, _in_jpeg_ls())
    theirs, ours = judged_server(tmp_path / "exchanges", alpha, fault)
    assert not ours
    assert (fault.seen_by in theirs) if fault.seen_by else not theirs, theirs


def _in_jpeg_ls() -> object:
    series = tuple(replace(one, syntax="1.2.840.10008.1.2.4.80") for one in ALPHA.study.series)
    return replace(ALPHA, studies=(replace(ALPHA.study, series=series),))


@pytest.mark.parametrize("fault", CLIENT_FAULTS, ids=lambda one: one.name)
def test_a_fault_of_the_client_is_seen_by_its_rule(
    fault: Fault, tmp_path: Path, alpha: Holding
) -> None:
    with judge(tmp_path, "wado-server") as live, wado_server(alpha, live=live) as base:
        one = at(base)
        live.known = known_of(one)
        ask(live, asked_of(one)[:12], [fault])
    found = seen(
        [one for one in live.judged if one.report.name.startswith("wado-server")], ours=False
    )
    assert fault.seen_by in found


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    return Pki(tmp_path_factory.mktemp("pki"))


def published(folder: Path, pki: Pki, *faults: Fault) -> dict[str, str]:
    publication = Publication.by(pki.signer())
    with judge(folder, "allowlist") as live:
        live.known.trust = (pki.trust.read_bytes(),)
        with Serving(
            lambda base: application(base, publication, faults),
            record=live.recorder("allowlist"),
            faults=faults,
            keep=None,
        ) as serving:
            raw = f"GET {LIST} HTTP/1.1\r\nHost: {serving.base[7:]}\r\n\r\n".encode()
            assert send(serving.base + LIST, raw).ended == ""
    return seen(live.judged, ours=True)


def test_the_list_is_conforming(tmp_path: Path, pki: Pki) -> None:
    assert published(tmp_path, pki) == {}


@pytest.mark.parametrize("fault", LIST_FAULTS, ids=lambda one: one.name)
def test_a_fault_of_the_publisher_is_seen_by_its_rule(
    fault: Fault, tmp_path: Path, pki: Pki
) -> None:
    assert fault.seen_by in published(tmp_path, pki, fault)
