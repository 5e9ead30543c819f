"""A run of scenarios: which may run, what each came to, the report over all of them."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from drimcheck import __version__
from drimcheck.harness.acts import Acts, waiting
from drimcheck.harness.episode import Episode, NotDone
from drimcheck.harness.lab import Lab
from drimcheck.harness.scenario import SCENARIOS, SOURCE, Scenario
from drimcheck.harness.sut import CAPABILITIES, Sut
from drimcheck.harness.timeline import timeline
from drimcheck.harness.told import Told
from drimcheck.judging import plan_of
from validators.model import (
    Attestation,
    Outcome,
    RunReport,
    ScenarioReport,
    SubjectReport,
    Text,
)

UNDECLARED, ATTENDED = "declaration", "person"
GREEN = frozenset({Outcome.PASS, Outcome.REVIEW})


class NotTested(Told):
    """A scenario does not run; it says why, ``cause`` which other one it needed.

    ``wants`` is what alone kept it: a declaration (UNDECLARED), a person (ATTENDED), or "".
    """

    def __init__(self, en: str, fr: str, *, cause: str = "", wants: str = "") -> None:
        super().__init__(en, fr)
        self.cause = cause
        self.wants = wants


@dataclass(slots=True)
class Bench:
    """The scenarios of a run against one system."""

    lab: Lab
    options: argparse.Namespace
    acts: Acts
    results: dict[str, ScenarioReport] = field(default_factory=dict)
    subjects: list[SubjectReport] = field(default_factory=list)
    answers: dict[str, Attestation] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    """Scenarios that were not let run, and what each wanted."""

    @property
    def sut(self) -> Sut:
        return self.lab.sut

    def admit(self, one: Scenario) -> None:
        """Let a scenario run. Raises NotTested."""
        role = self.sut.source if one.role == SOURCE else self.sut.conso
        if role is None:
            raise NotTested(f"[{one.role}] is not declared",
                            f"[{one.role}] n'est pas déclaré", wants=UNDECLARED)  # fmt: skip
        for need in one.needs:
            if need in CAPABILITIES:
                if need not in self.sut.capabilities:
                    raise NotTested(f"capability {need} is not declared",
                                    f"la capacité {need} n'est pas déclarée",
                                    wants=UNDECLARED)  # fmt: skip
            elif not getattr(role, need, None):
                raise NotTested(f"{one.role}.{need} is not given",
                                f"{one.role}.{need} n'est pas donné")  # fmt: skip
        for name in () if self.options.keep_going else one.after:
            before = self.results.get(name)
            if before is not None and before.outcome not in GREEN:
                injected = self.sut.source is not None and self.sut.source.kos is not None
                if not (injected and name == "source-publish"):
                    raise NotTested(f"needed {name}, which was not green",
                                    f"demandait {name}, qui n'a pas réussi", cause=name,
                                    wants=self.refused.get(name, ""))  # fmt: skip
        attended = [act for act in one.acts if waiting(self.sut, act)]
        if attended and (self.options.scope == "auto" or self.options.non_interactive):
            acts = ", ".join(attended)
            raise NotTested(f"{acts}: by hand, which this run does not do",
                            f"{acts} : à la main, ce que cette exécution ne fait pas",
                            wants=ATTENDED)  # fmt: skip

    @contextmanager
    def running(self, one: Scenario) -> Iterator[Episode]:
        """A scenario from its beginning to its verdict, which is kept. Raises NotTested."""
        try:
            self.admit(one)
        except NotTested as why:
            self.refused[one.id] = why.wants
            self._keep(one, Outcome.NOT_TESTED, reason=why.text, cause=why.cause)
            raise
        episode = Episode(self.lab, one.id, one.mark, self.acts)
        try:
            yield episode
        except NotDone as why:
            episode.stopped = why.text
        self._answered(one, episode)
        self._judge(one, episode)

    def _answered(self, one: Scenario, episode: Episode) -> None:
        """Put what a person saw in the place of the question, with who and when."""
        found = self.answers.get(one.id)
        if found is not None and episode.reviews:
            episode.reviews.clear()
            episode.note("display", shown=found.holds, by=found.name, on=found.on,
                         statement=found.statement, evidence=found.evidence)  # fmt: skip

    def _judge(self, one: Scenario, episode: Episode) -> None:
        found: list[SubjectReport] = []
        try:
            found += (replace(each, name=f"{one.id}: {each.name}") for each in episode.judged())
        except Exception as error:  # noqa: BLE001 - the run goes on, and its verdict says so
            episode.crashed = episode.crashed or f"{type(error).__name__}: {error}"
        self.subjects += found
        outcomes = {result.outcome for each in found for result in each.results}
        if episode.crashed or Outcome.ERROR in outcomes:
            outcome = Outcome.ERROR
        elif Outcome.FAIL in outcomes:
            outcome = Outcome.FAIL
        elif episode.stopped:
            outcome = Outcome.NOT_TESTED
        elif episode.reviews or Outcome.REVIEW in outcomes:
            outcome = Outcome.REVIEW
        else:
            outcome = Outcome.PASS
        crashed = Text(episode.crashed, episode.crashed) if episode.crashed else None
        self._keep(one, outcome, reason=crashed or episode.stopped, found=found, episode=episode)

    def _keep(
        self,
        one: Scenario,
        outcome: Outcome,
        *,
        reason: Text | None = None,
        cause: str = "",
        found: list[SubjectReport] | None = None,
        episode: Episode | None = None,
    ) -> None:
        self.results[one.id] = ScenarioReport(
            id=one.id,
            letter=one.subject,
            role=one.role,
            title=one.title,
            outcome=outcome,
            subjects=tuple(each.name for each in found or ()),
            reason=reason,
            cause=cause,
            ways=dict(episode.ways) if episode else {},
            reviews=tuple(episode.reviews) if episode else (),
            timeline=timeline(episode) if episode else (),
        )

    def account(self, one: Scenario) -> None:
        """A scenario that was chosen and left no result is an error of ours."""
        if one.id not in self.results:
            self._keep(
                one,
                Outcome.ERROR,
                reason=Text("it left no result", "il n'a pas laissé de résultat"),
            )

    def failing(self, name: str) -> list[str]:
        """Lines on what failed in a scenario: rule, subject, what was expected and found."""
        lines = []
        for subject in self.subjects:
            if not subject.name.startswith(f"{name}: "):
                continue
            for result in subject.results:
                if result.outcome in (Outcome.FAIL, Outcome.ERROR):
                    first = result.defects[0] if result.defects else None
                    said = (
                        f"{first.path}: expected {first.expected}, found {first.actual}"
                        if (first)
                        else result.note
                    )
                    lines.append(f"{result.rule} in {subject.name}: {said}")
        return lines

    def report(self) -> RunReport:
        """The report of the run. Its verdict is over what the scope declares that must run."""
        from validators.run import report

        reached = any(result.checked for subject in self.subjects for result in subject.results)
        waited = [one for one in self.results.values() if one.reviews]
        asked = set(self.options.subjects or ())
        lost = [
            one
            for one in self.results.values()
            if one.outcome is Outcome.NOT_TESTED and self._due(one, asked)
        ]
        kinds = dict.fromkeys(one.kind for one in self.subjects) or ("scenario",)
        made = report(
            [plan_of(self.options, kind) for kind in kinds],
            self.subjects,
            version=__version__,
            command="run",
            unreachable=not reached and self.results.keys() > self.refused.keys(),
            lost=bool(lost),
            review=bool(waited),
            require_all=self.options.require_all,
            broken=any(one.outcome is Outcome.ERROR for one in self.results.values()),
        )
        ordered = tuple(self.results[name] for name in SCENARIOS if name in self.results)
        return replace(made, scenarios=ordered, scope=self.options.scope, product=self.sut.product)

    def _due(self, one: ScenarioReport, asked: set[str]) -> bool:
        """Whether a scenario that did not run keeps the run from being conclusive."""
        named = bool({one.id, one.letter} & asked)
        role = self.sut.source if one.role == SOURCE else self.sut.conso
        if role is None:
            return named or self.options.role == one.role
        spared = {UNDECLARED, ATTENDED} if self.options.scope == "auto" else {UNDECLARED}
        return named or self.refused.get(one.id) not in spared
