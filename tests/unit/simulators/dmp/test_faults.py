"""The faults of the DMP simulator: each is seen by its rule, and without them none is broken."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from lxml import etree

from drimcheck.cli import main
from simulators import dmp
from simulators.dmp.faults import FAULTS
from simulators.dmp.names import (
    PREFIXES,
    SUCCESS,
)
from simulators.faults import Fault
from testdata.conversation import consultation, login, publication
from testdata.publication import kos_file
from tests.conftest import plan_of, results
from tests.unit.simulators.dmp.conftest import (
    ALPHA,
    FIRST,
    PATIENT,
    PROFILE,
    SEEN,
    Answer,
    Peer,
    serving,
)
from validators.conversation import conversation
from validators.engine import judge
from validators.model import Exchange, Outcome
from validators.rules import RULES

OF_THEIR_DAY = {"F-VI-TIME"}
"""What is wrong with the messages of the test data on any other day than theirs: the assertions
have expired. No rule on answers is among it."""


def whole(peer: Peer) -> list[Exchange]:
    """A login, the publication, the consultation, and the depublication."""
    published, deleted = publication(ALPHA)
    for hop in (published, *consultation(ALPHA), deleted):
        peer.play(hop)
    before = [Exchange(one.url, one.request, one.response) for one in login(ALPHA)]
    return before + peer.kept


def findings(exchanges: list[Exchange]) -> set[str]:
    found = judge(plan_of(PROFILE, "dmp"), conversation(exchanges))
    assert not [one for one in found if one.outcome is Outcome.ERROR]
    return {one.rule for one in found if one.outcome in SEEN} - OF_THEIR_DAY


def crossed(metadata: etree._Element, kos: bytes, folder: Path) -> set[str]:
    """The rules that see a difference between the metadata that were found and a KOS."""
    request = etree.Element(f"{{{PREFIXES['lcm']}}}SubmitObjectsRequest")
    etree.SubElement(request, f"{{{PREFIXES['rim']}}}RegistryObjectList").append(metadata)
    (folder / "entry.xml").write_bytes(etree.tostring(request))
    (folder / "kos.dcm").write_bytes(kos)
    paths = ["--kos", str(folder / "kos.dcm"), "--xds", str(folder / "entry.xml")]
    main(["cross", *paths, "--profile", PROFILE, "--out", str(folder), "--format", "json"])
    report = json.loads((folder / "run.json").read_text())
    return {
        one["rule"]
        for subject in report["subjects"]
        for one in subject["results"]
        if one["outcome"] in ("fail", "warn")
    }


def test_what_it_answers_breaks_no_rule(peer: Peer, tmp_path: Path) -> None:
    exchanges = whole(peer)
    assert findings(exchanges) == set()
    answers = [Answer(one) for one in peer.kept]
    assert [one.status for one in answers if one.status] == [SUCCESS] * 5
    submitted = results(bytes(peer.kept[0].response).partition(b"\r\n\r\n")[2], PROFILE, "xds")
    assert submitted["XDS-RSP-01"].outcome is submitted["XDS-RSP-02"].outcome is Outcome.PASS
    (found,) = answers[2].entries
    ((kind, content),) = answers[4].parts
    assert kind == "application/octet-stream"
    assert content == kos_file(FIRST)
    assert crossed(found, content, tmp_path) == set()


@pytest.mark.parametrize("fault", [one for one in FAULTS if one.seen_by], ids=lambda one: one.name)
def test_a_fault_is_seen_by_its_rule(fault: Fault, tmp_path: Path) -> None:
    assert fault.breaks in RULES[fault.seen_by].verifies
    with serving(fault) as peer:
        exchanges = whole(peer)
        if fault.adjust is None:
            assert findings(exchanges) == {fault.seen_by}
            return
        assert findings(exchanges) == set()
        (found,) = Answer(peer.kept[2]).entries
        ((_, content),) = Answer(peer.kept[4]).parts
        seen = {
            one.rule
            for one in results(content, PROFILE).values()
            if one.outcome in SEEN
        }  # fmt: skip
        if fault.seen_by.startswith("X-"):
            seen |= crossed(found, content, tmp_path)
        assert fault.seen_by in seen
        exported = dmp.archive(peer.store, PATIENT, [fault.adjust])
        assert exported != dmp.archive(peer.store, PATIENT)


def test_a_closed_record_is_said_to_be_closed() -> None:
    (fault,) = (one for one in FAULTS if not one.seen_by)
    with serving(fault) as peer:
        # It is the Conso that breaks the rule: it looks all the same.
        assert findings(whole(peer)) == {"F-TD-01-FORBIDDEN"}
