"""What is judged of the exchanges of each peer, and whose it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from drimcheck.conversation_commands import judged_conversation
from drimcheck.exchanges import exchanges
from drimcheck.simulate.ledger import Entry
from drimcheck.simulate.live import Judged, Live
from validators.model import Result

CONVERSATIONS = {"psc": "psc", "dmp": "dmp"}
"""The peers whose exchanges are judged together, when all of them are there, and as what."""
ELIDED = "cap"


def judge_entry(live: Live, entry: Entry) -> Iterator[Judged]:
    """Judge an exchange as its peer says."""
    judge = _JUDGES.get(entry.peer)
    return judge(live, entry) if judge else iter(())


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
    if one.ended == ELIDED:
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
    yield live.judge(f"{entry.name} (response)", "response", one.response, answer, ours=not asks)


def _server(live: Live, entry: Entry) -> Iterator[Judged]:
    return _wado(live, entry, asks=False)


def _client(live: Live, entry: Entry) -> Iterator[Judged]:
    return _wado(live, entry, asks=True)


def _list(live: Live, entry: Entry) -> Iterator[Judged]:
    """The list that was served."""
    from validators.kinds import KINDS

    head, _, body = bytes(entry.exchange.response).partition(b"\r\n\r\n")
    if b"xml" in head and head[9:12] == b"200":
        yield live.judge(entry.name, "allowlist", body, KINDS["allowlist"].load(body), ours=True)


_JUDGES: dict[str, Callable[[Live, Entry], Iterator[Judged]]] = {
    "wado-server": _server,
    "wado-client": _client,
    "allowlist": _list,
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
                theirs = tuple(one for one in report.results if not _ours(one))
                ours = tuple(one for one in report.results if _ours(one))
                yield Judged(replace(report, results=theirs), ours=False)
                yield Judged(replace(report, results=ours), ours=True)


def _ours(result: Result) -> bool:
    """Whether all that a result found is in answers, which the peers of ours give."""
    places = [one.path.split(" ")[1:2] for one in result.defects]
    return bool(places) and all(place == ["response"] for place in places)
