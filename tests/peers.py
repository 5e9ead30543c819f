"""Peers on loopback for tests: started, driven, judged as ``drimcheck simulate`` does."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from drimcheck.cli import parser
from drimcheck.simulate.ledger import Ledger
from drimcheck.simulate.live import Judged, Known, Live
from simulators.faults import Fault
from simulators.sending import send
from simulators.serving import Serving
from simulators.wado_client import Tokens, requests
from simulators.wado_client.kos import kos_of
from simulators.wado_client.requests import NO_TOKEN, Asked
from simulators.wado_server import Holding, application, exam_holding
from testdata.exam import Exam
from testdata.exams import exam
from testdata.kos import write
from testdata.kos_drim_m import kos_of as document_of
from validators import wado

ALPHA = exam("alpha")
ON = "2026-11-24"
TOKENS = Tokens("a.good.token")


def options(simulator: str, *more: str) -> argparse.Namespace:
    """The options of a run of a simulator."""
    return parser().parse_args(
        ["simulate", simulator, "--on", ON, "--profile", "drim-m-lab", *more]
    )


@contextmanager
def judge(
    folder: Path, simulator: str, faults: Sequence[Fault] = (), known: Known | None = None
) -> Iterator[Live]:
    """A live judge that says nothing."""
    live = Live(options(simulator), Ledger(folder), known or Known(), faults, say=lambda _: None)
    with live:
        yield live


@contextmanager
def wado_server(
    holding: Holding, faults: Sequence[Fault] = (), live: Live | None = None
) -> Iterator[str]:
    """The WADO-RS server of a holding; its scheme, host and port."""
    record = live.recorder("wado-server") if live else lambda _: None
    with Serving(
        lambda base: application(base, holding, faults, check=lambda one: one != NO_TOKEN),
        record=record,
        faults=faults,
        keep=None,
    ) as serving:
        yield serving.base


def holding(folder: Path, one: Exam = ALPHA) -> Holding:
    return exam_holding(one, folder)


def at(base: str, one: Exam = ALPHA) -> Exam:
    """The exam with its Source at this base."""
    return replace(one, wado_base=base, viewer_base=base)


def known_of(one: Exam) -> Known:
    """What the judge knows of an exam: its manifests."""
    found = {study.uid: wado.manifest(write(document_of(one, study))) for study in one.studies}
    return Known(manifests=found)


def asked_of(one: Exam) -> list[Asked]:
    """Every request of our client that follows the KOS of an exam."""
    return list(requests(kos_of(one, one.study), TOKENS))


def ask(
    live: Live, asked: Sequence[Asked], faults: Sequence[Fault] = (), seconds: float = 20
) -> None:
    """Send requests as the client simulator does, with its faults."""
    record = live.recorder("wado-client")
    for one in asked:
        raw = one.raw
        for fault in faults:
            if fault.rewrite is not None and fault.at(raw):
                raw = fault.rewrite(raw)
        live.known.expected[raw] = one.expected
        if one.sound:
            live.known.sound.add(raw)
        record(send(one.url, raw, seconds=seconds))


def seen(judged: Sequence[Judged], *, ours: bool) -> dict[str, str]:
    """The rules that found something in what one side made, with where they first did."""
    return {
        result.rule: one.report.name for one in judged if one.ours is ours for result in one.found
    }
