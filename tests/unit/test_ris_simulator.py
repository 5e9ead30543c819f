"""The RIS: what it sends conforms, each fault is seen by its rule, and the wire is kept raw."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from drimcheck.simulate.live import Live
from simulators import ris
from simulators.faults import Fault
from simulators.ris import Form, Listener, calls, messages, mllp
from simulators.ris.faults import (
    BESIDE_THE_REPORT,
    FAULTS,
    OF_BLOCKS,
    OF_CALLS,
    OF_LINKS,
    OF_ORDERS,
    OF_REPORTS,
    UNCOMMON,
)
from testdata.exam import Event
from testdata.exams import exam
from testdata.message import acknowledgement
from testdata.report import cda
from tests import peers
from tests.conftest import failing, plan_of, results
from validators.cross import Dossier, facts_of
from validators.engine import judge
from validators.model import Exchange

ALPHA = exam("alpha")
PROFILES = ("drim-m-lab", "drim-m-homologation")
WORSE = ("fail", "warn", "review", "error")
SECONDS = 10.0
BY_NAME = {one.name: one for one in FAULTS}


def report(event: Event = Event.CREATE, form: Form = Form.ORU, *faults: Fault) -> bytes:
    """The block of a report."""
    (block,) = ris.report_message(ALPHA, event, form, "MSG-1", faults=faults)
    return block


def inside(block: bytes) -> bytes:
    assert block.startswith(mllp.START)
    assert block.endswith(mllp.END)
    return block[len(mllp.START) : -len(mllp.END)]


def acknowledged(message: bytes) -> bytes:
    return acknowledgement(ALPHA, message, code="AA")


def test_messages_agree_with_their_report() -> None:
    message = inside(report())
    documents = [facts_of("hl7", "hl7/it", message), facts_of("cda", "cda/it", cda(ALPHA))]
    found = judge(plan_of("drim-m-lab", "cross"), Dossier(documents))
    assert {one.rule for one in found if one.outcome in WORSE} == set()


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("form", Form)
@pytest.mark.parametrize("event", Event)
def test_messages_conform(event: Event, form: Form, profile: str) -> None:
    found = results(inside(report(event, form)), profile, "hl7")
    assert failing(found, *WORSE) == set()


@pytest.mark.parametrize("profile", PROFILES)
def test_the_message_of_a_deleted_exam_conforms(profile: str) -> None:
    (block,) = ris.deleted_message(ALPHA, "MSG-1")
    assert failing(results(inside(block), profile, "hl7"), *WORSE) == set()
    assert b"|MSG-1|" in block


@pytest.mark.parametrize("event", Event)
def test_events_are_of_the_report_that_they_tell_of(event: Event) -> None:
    one = messages.exam_of(ALPHA, event)
    assert one.event is event
    assert one.report.replaces == (ALPHA.report.oid if event is Event.REPLACE else "")
    assert (b"MDM^%s^" % {"create": b"T02", "replace": b"T10", "delete": b"T04"}[event]) in report(
        event, Form.MDM
    )


def test_control_ids_are_new_and_say_for_whom() -> None:
    ids = ris.ControlIds("SC7-", "999999999999")
    assert [ids.next(), ids.next()] == ["SC7-999999999999", "SC7-000000000000"]
    assert len({ris.ControlIds().next() for _ in range(20)}) == 20
    with pytest.raises(ValueError, match="longer"):
        ris.ControlIds("SCENARIO-")


@pytest.mark.parametrize("profile", PROFILES)
def test_calls_and_links_conform(profile: str) -> None:
    request = calls.call_request(ALPHA, "https://conso.example.org:8443/drim/call")
    assert failing(results(request, profile, "call"), *WORSE) == set()
    link = ris.viewer_link(ALPHA, ALPHA.study)
    assert failing(results(link.encode(), profile, "iid"), *WORSE) == set()


def test_a_link_is_opened_elsewhere_under_its_own_parameters() -> None:
    there = ris.viewer_link(ALPHA, ALPHA.study, "http://127.0.0.1:8080/")
    assert there.startswith("http://127.0.0.1:8080/IHEInvokeImageDisplay?requestType=STUDY&")
    assert there.partition("?")[2] == ris.viewer_link(ALPHA, ALPHA.study).partition("?")[2]


@pytest.mark.parametrize("fault", OF_REPORTS, ids=lambda one: one.name)
def test_faults_of_reports_are_seen(fault: Fault) -> None:
    message = inside(report(Event.CREATE, Form.ORU, fault))
    assert message != inside(report())
    assert fault.seen_by in failing(results(message, "drim-m-lab", "hl7"), *WORSE)


@pytest.mark.parametrize("fault", OF_ORDERS, ids=lambda one: one.name)
def test_faults_of_orders_are_seen(fault: Fault) -> None:
    (block,) = ris.deleted_message(ALPHA, "MSG-1", faults=(fault,))
    assert fault.seen_by in failing(results(inside(block), "drim-m-lab", "hl7"), *WORSE)
    assert report(Event.CREATE, Form.ORU, fault) == report()


@pytest.mark.parametrize("fault", OF_CALLS, ids=lambda one: one.name)
def test_faults_of_calls_are_seen(fault: Fault) -> None:
    plain = calls.call_request(ALPHA, "https://conso.example.org/call")
    request = messages.rewritten(plain, (fault,))
    found = failing(results(request, "drim-m-lab", "call"), *WORSE)
    assert found == {fault.seen_by}


@pytest.mark.parametrize("fault", OF_LINKS, ids=lambda one: one.name)
def test_faults_of_links_are_seen(fault: Fault) -> None:
    link = ris.viewer_link(ALPHA, ALPHA.study, faults=(fault,))
    found = failing(results(link.encode(), "drim-m-production", "iid"), *WORSE)
    plain = ris.viewer_link(ALPHA, ALPHA.study)
    before = failing(results(plain.encode(), "drim-m-production", "iid"), *WORSE)
    assert fault.seen_by in found - before


@pytest.mark.parametrize(
    "fault", [*OF_REPORTS, *OF_BLOCKS, *BESIDE_THE_REPORT], ids=lambda one: one.name
)
def test_faults_of_messages_are_seen_as_they_are_sent(fault: Fault, tmp_path: Path) -> None:
    blocks = ris.report_message(ALPHA, Event.CREATE, Form.ORU, "MSG-1", faults=(fault,))
    with peers.judge(tmp_path / "right", "ris") as right:
        right.recorder("ris")(Exchange("mllp://127.0.0.1:1", report(), b""))
    with peers.judge(tmp_path / "wrong", "ris", (fault,)) as wrong:
        for block in blocks:
            wrong.recorder("ris")(Exchange("mllp://127.0.0.1:1", block, b""))
    assert fault.seen_by in seen(wrong) - seen(right)


@pytest.mark.parametrize("fault", OF_BLOCKS, ids=lambda one: one.name)
def test_a_block_that_is_none_is_all_that_is_wrong(fault: Fault, tmp_path: Path) -> None:
    block = report(Event.CREATE, Form.ORU, fault)
    assert inside(report()) in block
    with peers.judge(tmp_path, "ris", (fault,)) as live:
        live.recorder("ris")(Exchange("mllp://127.0.0.1:1", block, b""))
    assert seen(live) == {fault.seen_by}


def seen(live: Live) -> set[str]:
    """The rules that found something grave in what the RIS sent."""
    return {
        result.rule
        for one in live.judged
        if one.ours
        for result in one.report.results
        if result.outcome in WORSE
    }


def test_a_message_that_is_sent_twice_is_uncommon_and_legal() -> None:
    (fault,) = UNCOMMON
    assert (fault.seen_by, fault.breaks) == ("", "")
    blocks = ris.report_message(ALPHA, Event.CREATE, Form.ORU, "MSG-1", faults=(fault,))
    assert blocks == [report(), report()]


@pytest.mark.parametrize("size", [0, 70_000])
def test_several_messages_on_one_connection(size: int) -> None:
    """Also one longer than 64 KiB, where implementations are known to stop."""
    blocks = [report(), mllp.framed(b"MSH|^~\\&|" + b"A" * size), report(Event.DELETE)]
    with Listener(lambda message: b"MSA|AA|" + message[-5:] + b"\r") as listener:
        found = ris.send(blocks, listener.address, seconds=SECONDS)
        assert [one.sent for one in found] == blocks
        assert listener.messages == [inside(block) for block in blocks]
    assert [one.ended for one in found] == ["", "", ""]
    assert found[0].acknowledgement == b"MSA|AA|" + inside(blocks[0])[-5:] + b"\r"
    assert found[0].received == mllp.framed(found[0].acknowledgement)


def test_an_acknowledgement_can_be_judged() -> None:
    with Listener(acknowledged) as listener:
        (one,) = ris.send([report()], listener.address, seconds=SECONDS)
    assert failing(results(one.acknowledgement, "drim-m-lab", "hl7"), *WORSE) == set()


def test_a_message_sent_twice_has_one_control_id() -> None:
    fault = BY_NAME["message-sent-twice"]
    blocks = ris.report_message(ALPHA, Event.CREATE, Form.MDM, "MSG-7", faults=(fault,))
    with Listener(acknowledged) as listener:
        found = ris.send(blocks, listener.address, seconds=SECONDS)
        assert [b"|MSG-7|" in message for message in listener.messages] == [True, True]
    assert len(found) == 2


@contextmanager
def answering(*answers: bytes, hold: bool = False) -> Iterator[tuple[str, int]]:
    """A server that takes one connection after the other and sends raw bytes."""
    done = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            for answer in answers:
                stream, _ = listening.accept()
                with stream:
                    stream.settimeout(SECONDS)
                    stream.recv(1 << 20)
                    stream.sendall(answer)
                    if hold:
                        done.wait(SECONDS)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield listening.getsockname()[:2]
        finally:
            done.set()
            thread.join(SECONDS)


@pytest.mark.parametrize(
    ("answer", "hold", "ended"),
    [
        (b"", False, "connection"),
        (mllp.START + b"MSH|", False, "connection"),
        (mllp.START + b"MSH|", True, "deadline"),
        (b"MSH|", True, "framing"),
        (mllp.START + b"A" * (mllp.LONGEST_ACKNOWLEDGEMENT + 1), True, "cap"),
    ],
)
def test_what_is_no_acknowledgement(answer: bytes, hold: bool, ended: str) -> None:
    seconds = 0.3 if ended == "deadline" else SECONDS
    with answering(answer, hold=hold) as address:
        (one,) = ris.send([report()[:100]], address, seconds=seconds)
    assert one.ended == ended
    assert answer.startswith(one.received)


def test_what_is_no_tls() -> None:
    with answering(b"MSH|") as address:
        (one,) = ris.send([report()], address, seconds=SECONDS, tls=ssl.create_default_context())
    assert (one.sent, one.received, one.ended) == (b"", b"", "tls")


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = free.getsockname()[:2]
    (one,) = ris.send([report()], address, seconds=SECONDS)
    assert (one.sent, one.received, one.ended) == (b"", b"", "connection")


REDIRECTIONS = {
    "303": b"HTTP/1.1 303 See Other\r\nLocation: /ui?uuid=1\r\nContent-Length: 0\r\n\r\n",
    "302": b"HTTP/1.1 302 Found\r\nContent-Location: /ui?uuid=1\r\nContent-Length: 0\r\n\r\n",
}
PAGE = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@pytest.mark.parametrize("status", REDIRECTIONS)
def test_a_call_follows(status: str) -> None:
    with answering(REDIRECTIONS[status], PAGE) as (host, port):
        base = f"http://{host}:{port}"
        first, second = ris.call(ALPHA, f"{base}/call")
    assert first.request == calls.call_request(ALPHA, f"{base}/call")
    assert second.url == f"{base}/ui?uuid=1"
    assert second.request.startswith(b"GET /ui?uuid=1 HTTP/1.1\r\nHost: %s:%d\r\n" % (
        host.encode(), port))  # fmt: skip
    assert bytes(second.response) == PAGE


@pytest.mark.parametrize(
    "head", [b"HTTP/1.1 303 See Other", b"HTTP/1.1 303 See Other\r\nLocation: file:///etc/passwd"]
)
def test_a_redirection_that_leads_nowhere_ends(head: bytes) -> None:
    with answering(head + b"\r\nContent-Length: 0\r\n\r\n") as (host, port):
        assert len(ris.call(ALPHA, f"http://{host}:{port}/call")) == 1


def test_a_loop_of_redirections_ends() -> None:
    answers = [REDIRECTIONS["303"]] * (calls.MOST_FOLLOWED + 1)
    with answering(*answers) as (host, port):
        assert len(ris.call(ALPHA, f"http://{host}:{port}/call")) == calls.MOST_FOLLOWED + 1


def test_a_link_is_opened_at_the_address_of_its_host() -> None:
    link = ris.viewer_link(ALPHA, ALPHA.study, "http://vi1.example.org")
    with answering(PAGE) as address:
        way = ris.Way(seconds=SECONDS, resolve={"vi1.example.org": address})
        (one,) = ris.open_link(link, way=way)
    assert b"\r\nHost: vi1.example.org\r\n" in bytes(one.request)
    assert (bytes(one.response), one.ended) == (PAGE, "")


def test_a_call_with_a_fault_goes_out_with_it() -> None:
    fault = BY_NAME["call-without-consent"]
    with answering(PAGE) as (host, port):
        (one,) = ris.call(ALPHA, f"http://{host}:{port}/call", faults=(fault,))
    assert b"InformationEtConsentement" not in bytes(one.request)


def test_names_of_faults_are_of_their_form() -> None:
    assert len(BY_NAME) == len(FAULTS)
    assert all(name == name.lower() and " " not in name for name in BY_NAME)
