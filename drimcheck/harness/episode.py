"""A scenario as it happens: what is sent, waited for, handed over to the judge."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace

from drimcheck.harness.asking import Asking
from drimcheck.harness.guest import Guest
from drimcheck.harness.happening import NotDone
from drimcheck.harness.relay import changed
from drimcheck.harness.telling import Telling
from drimcheck.simulate.ledger import Ledger
from drimcheck.simulate.live import Judged, Live, mistaken
from testdata.report import cda
from validators.cross import Dossier, facts_of, image_facts
from validators.kinds import KINDS, with_embedded
from validators.model import Exchange, SubjectReport
from validators.scenario import load as load_trace
from validators.subjects import judge_document

__all__ = ["Episode", "NotDone"]


class Episode(Telling, Asking, Guest):
    """One scenario of a run, from its first message to its verdict."""

    def judged(self) -> Iterator[SubjectReport]:
        """The subjects of the scenario: what the system sent, and errors of ours."""
        ledger = Ledger(self.folder / "exchanges")
        options = self.lab.options
        live = Live(options, ledger, self.known, say=lambda _line: None)
        with live:
            for name, every in self._crossed():
                for one in every:
                    live.recorder(name)(one)
        yield from _of(live.conclude())
        yield from self._compared(live)
        for path in self.archives:
            changes = [one.rewrite for one in self.lab.breaks if one.peer == "files"]
            raw = changed(path.read_bytes(), changes)
            plans = {one.name: live.plan(one.name) for one in with_embedded(["xdm"])}
            yield from judge_document(path.name, raw, KINDS["xdm"], plans)
        raw = self._written()
        # What did not happen because the scenario stopped is no finding.
        if (self.expected or self.steps) and not (self.stopped or self.crashed):
            trace = live.judge(f"{self.name} trace.json", "scenario", raw, load_trace(raw),
                               ours=False)  # fmt: skip
            yield replace(trace.report, facts=self.facts)

    def _crossed(self) -> Iterator[tuple[str, list[Exchange]]]:
        yield from self.sent.items()
        for name, peer in self.lab.peers.items():
            yield name, peer.exchanges[self._since[name] :]

    def _written(self) -> bytes:
        """The trace, in its file."""
        found = {"scenario": self.name, "expected": self.expected, "steps": self.steps}
        raw = (json.dumps(found, indent=1, ensure_ascii=False) + "\n").encode()
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "trace.json").write_bytes(raw)
        return raw

    def _compared(self, live: Live) -> Iterator[SubjectReport]:
        for exam, message in self.dossiers:
            for entry in self.publications(exam)[-1:]:
                name = f"{self.name} {entry.unique_id}"
                documents = [
                    facts_of("kos", f"{name}.dcm", entry.content),
                    facts_of("cda", "report.xml", cda(exam)),
                    facts_of("hl7", "message.hl7", message.strip(b"\x0b\x1c\r") + b"\r"),
                ]
                images = [image_facts(one.uid, one.file()) for one in self.lab.pacs.archive
                          if one.study in {study.uid for study in exam.studies}]  # fmt: skip
                dossier = Dossier(documents, images)
                yield live.judge(name, "cross", entry.content, dossier, ours=False).report


def _of(judged: Sequence[Judged]) -> Iterator[SubjectReport]:
    """What the system sent, and what is wrong in what we sent."""
    for one in judged:
        if not one.ours:
            yield one.report
        elif one.found:
            yield mistaken(one.report)
