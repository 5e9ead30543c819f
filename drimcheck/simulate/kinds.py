"""What is judged of the exchanges of each peer, and whose it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from drimcheck.conversation_commands import judged_conversation
from drimcheck.exchanges import exchanges
from drimcheck.messages import messages_of, shown_of
from drimcheck.simulate.ledger import Entry, Received
from drimcheck.simulate.live import Judged, Live
from drimcheck.simulate.retrieved import judge_retrieved
from validators.model import Exchange, Message, Result

CONVERSATIONS = {"psc": "psc", "dmp": "dmp"}
"""The peers whose exchanges are judged together, when all of them are there, and as what."""
ELIDED = "cap"
OF_HTTP = frozenset({"request", "response", "call"})
"""The kinds that are messages of HTTP."""
NUMBERED = re.compile(r"#([0-9]+) ")
"""How a finding in a conversation begins: the exchange, the first being 1."""
MOST = 10
"""Exchanges of a conversation that are shown."""
KOS_CLASS = b"1.2.840.10008.5.1.4.1.1.88.59"


def judge_entry(live: Live, entry: Entry | Received) -> Iterator[Judged]:
    """Judge an exchange as its peer says, a file that came as the KOS that it may be."""
    if isinstance(entry, Received):
        return _file(live, entry)
    judge = _JUDGES.get(entry.peer)
    return map(partial(_with_messages, entry.exchange), judge(live, entry)) if judge else iter(())


def _with_messages(exchange: Exchange, one: Judged) -> Judged:
    """What was judged of an HTTP exchange, with its messages where something was found."""
    if one.report.kind not in OF_HTTP:
        return one
    if one.report.kind != "response":
        exchange = replace(exchange, response=b"")
    found = shown_of(exchange, one.report.results)
    return replace(one, report=replace(one.report, messages=found))


def _file(live: Live, entry: Received) -> Iterator[Judged]:
    """A KOS that came: the rejection notes of IOCM, the KOS of a Source."""
    from validators.kinds import KINDS

    raw = entry.path.read_bytes()
    if KOS_CLASS in raw[: 1 << 12]:
        yield live.judge(entry.name, "kos", raw, KINDS["kos"].load(raw), ours=False)


def _wado(live: Live, entry: Entry, *, asks: bool) -> Iterator[Judged]:
    """The request, and its answer where all of it was kept; ``asks`` says that our peer asks."""
    from validators import wado
    from validators.wado.response import read_exchange

    one = entry.exchange
    bare = wado.read(one.request, captured=True)
    kos = live.known.manifests.get(bare.target.study)
    request = wado.read(one.request, manifest=kos, captured=True)
    expected = live.known.expected.get(bytes(one.request), ())
    if len(one.request) and (not asks or bytes(one.request) in live.known.sound):
        name = f"{entry.name} (request)"
        yield live.judge(name, "request", one.request, request, ours=asks)
    if one.ended == ELIDED or unreached(entry):
        return
    answer = read_exchange(
        one.response,
        request=request,
        manifest=kos,
        captured=True,
        ended=one.ended,
        plain=one.url.startswith("http:"),
        expected=expected,
    )
    # Judging lets the answer go.
    pictures = live.gallery.of(answer) if asks else ()
    found = live.judge(f"{entry.name} (response)", "response", one.response, answer, ours=not asks)
    yield replace(found, report=replace(found.report, pictures=pictures))


def unreached(entry: Entry) -> bool:
    """Whether nobody was there to answer."""
    one = entry.exchange
    return one.ended in ("connection", "tls") and not len(one.response)


def _server(live: Live, entry: Entry) -> Iterator[Judged]:
    return _wado(live, entry, asks=False)


def _client(live: Live, entry: Entry) -> Iterator[Judged]:
    return _wado(live, entry, asks=True)


def _list(live: Live, entry: Entry) -> Iterator[Judged]:
    """The list that was served."""
    from validators.kinds import KINDS

    head, _, body = bytes(entry.exchange.response).partition(b"\r\n\r\n")
    bare = live.known.unsigned and b"Signature" not in body
    if b"xml" in head and head[9:12] == b"200" and not bare:
        yield live.judge(entry.name, "allowlist", body, KINDS["allowlist"].load(body), ours=True)


def _message(live: Live, entry: Entry) -> Iterator[Judged]:
    """The message of the RIS with the report inside, and its acknowledgement."""
    from validators import hl7v2
    from validators.kinds import KINDS, with_embedded
    from validators.subjects import judge_document

    one = entry.exchange
    sent, came = bytes(one.request), bytes(one.response)
    if not sent:
        return
    plans = {kind.name: live.plan(kind.name) for kind in with_embedded(["hl7"])}
    if sent not in live.known.broken:
        block = replace(KINDS["hl7"], load=hl7v2.load_block)
        for report in judge_document(f"{entry.name} (message)", sent, block, plans):
            yield Judged(report, ours=True)
        yield from _with_its_report(live, entry.name, sent)
    expected = live.known.acknowledged or (("AE", "AR") if live.faults else ("AA",))
    answer = hl7v2.load_answer(came, sent, expected=expected, ended=one.ended)
    yield live.judge(f"{entry.name} (acknowledgement)", "hl7", came, answer, ours=False)


def _with_its_report(live: Live, name: str, sent: bytes) -> Iterator[Judged]:
    """The message against the reports that it carries."""
    from validators import hl7v2
    from validators.cross import Dossier, facts_of

    message = hl7v2.load_block(sent)
    reports = [one for one in message.embedded if one.kind == "cda"]
    if reports:
        documents = [facts_of("hl7", "message", sent)]
        documents += [facts_of("cda", one.place, one.content, "message") for one in reports]
        whole = Dossier(documents)
        yield live.judge(f"{name} (message and report)", "cross", sent, whole, ours=True)


def _call(live: Live, entry: Entry) -> Iterator[Judged]:
    """The contextual call, which is the first of its exchanges."""
    from validators import call

    raw = bytes(entry.exchange.request)
    if raw.startswith(b"POST "):
        yield live.judge(entry.name, "call", raw, call.load(raw), ours=True)


def _link(live: Live, entry: Entry) -> Iterator[Judged]:
    """The link of the report, which is the first of its exchanges."""
    from validators import iid

    if "IHEInvokeImageDisplay" in entry.exchange.url and entry.number == 1:
        raw = entry.exchange.url.encode()
        yield live.judge(entry.name, "iid", raw, iid.load(raw), ours=True)


_JUDGES: dict[str, Callable[[Live, Entry], Iterator[Judged]]] = {
    "wado-server": _server,
    "wado-client": _client,
    "allowlist": _list,
    "ris": _message,
    "ris-calls": _call,
    "ris-links": _link,
}


def judge_conversations(live: Live) -> Iterator[Judged]:
    """What was recorded of the peers that are judged as a whole, and the documents inside."""
    from validators.kinds import with_embedded

    for peer, kind in CONVERSATIONS.items():
        if peer not in live.ledger.peers:
            continue
        plans = {one.name: live.plan(one.name) for one in with_embedded([kind])}
        with exchanges(live.ledger.of(peer)) as found:
            for report in judged_conversation(peer, kind, found, plans):
                if report.kind != kind:
                    yield Judged(report, ours=" response" in report.name)
                    continue
                for ours in (False, True):
                    results = tuple(one for one in report.results if _ours(one) is ours)
                    shown = tuple(_messages(found, results))
                    made = replace(report, results=results, messages=shown)
                    yield Judged(made, ours=ours)
            if kind == "dmp":
                yield from judge_retrieved(live, found)


def _messages(found: Sequence[Exchange], results: Sequence[Result]) -> Iterator[Message]:
    """The messages of the exchanges that findings name, the first of them."""
    named = {int(number) for one in results for defect in one.defects
             for number in NUMBERED.findall(defect.path)}  # fmt: skip
    for number in sorted(named)[:MOST]:
        if number <= len(found):
            yield from messages_of(found[number - 1])


def _ours(result: Result) -> bool:
    """Whether all that a result found is in answers, which the peers of ours give."""
    places = [one.path.split(" ")[1:2] for one in result.defects]
    return bool(places) and all(place == ["response"] for place in places)
