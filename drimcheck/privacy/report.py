"""A run report with identities and credentials masked, outcomes as they were."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from drimcheck.privacy.cast import Cast
from drimcheck.privacy.credentials import replaced
from drimcheck.privacy.places import FIELDS, IDENTIFIER, kind_of_value
from drimcheck.privacy.pseudonyms import NUMBER, TOKEN, Pseudonyms, folded, names_nobody
from validators.model import (
    Comparison,
    Defect,
    Message,
    Opinion,
    Result,
    RunReport,
    ScenarioReport,
    SubjectReport,
    Text,
)

SHORTEST = 3
"""Characters from which a masked value is masked wherever else it stands as a word."""
_ANY_NUMBER = re.compile(rf"(?<![0-9A-Za-z.#‹]){NUMBER.pattern}(?![0-9A-Za-z.])")
_CX = re.compile(r"(?<![\w.])([0-9A-Za-z]{4,})(?=\^\^\^[^&^]*&[0-9.]+&ISO(?!\^urn))")
"""An identifier with its authority, as HL7 and XDS write it (HL7 CX, without a type of urn)."""

Persons = Mapping[str, Sequence[tuple[str, str]]]
"""By subject: the values that name a person there, each with its kind."""


def masked(report: RunReport, cast: Cast, persons: Persons | None = None) -> RunReport:
    """The report as it may be shown. ``persons`` are known to stand in the documents."""
    return _Masking(report, cast, persons or {}).report()


class _Masking:
    """One report and the pseudonyms of it."""

    def __init__(self, report: RunReport, cast: Cast, persons: Persons) -> None:
        self.before = report
        self.cast = cast
        self.pseudonyms = Pseudonyms()
        self.played = {
            one.name: cast.plays(_words(one, persons.get(one.name, ()))) for one in report.subjects
        }
        self.anybody = any(self.played.values())
        for subject in report.subjects:
            self._learn(subject, persons.get(subject.name, ()))
        for row in report.comparisons:
            self._learn_row(row)
        self._known = self._pattern()

    def report(self) -> RunReport:
        one = self.before
        return replace(
            one,
            values="masked",
            subjects=tuple(map(self._subject, one.subjects)),
            comparisons=tuple(map(self._comparison, one.comparisons)),
            opinions=tuple(map(self._opinion, one.opinions)),
            scenarios=tuple(map(self._scenario, one.scenarios)),
            skipped=tuple((self.text(name), self.text(why)) for name, why in one.skipped),
            missing=tuple(map(self.text, one.missing)),
            arguments=tuple(map(self.text, one.arguments)),
            derogations=tuple(
                replace(each, subject=self._name(each.subject)) for each in one.derogations
            ),
            attestations=tuple(
                replace(each, subject=self._name(each.subject)) for each in one.attestations
            ),
        )

    def _learn(self, subject: SubjectReport, persons: Sequence[tuple[str, str]]) -> None:
        """Give their pseudonyms to the values of a subject that name a person."""
        played = self.played[subject.name]
        for kind, value in persons:
            self._value(value, kind, played=played)
        for result in subject.results:
            for defect in result.defects:
                kind = kind_of_value(defect.path, defect.actual or "")
                if kind and defect.actual:
                    self._value(defect.actual, kind, played=played)
                if kind and defect.against:
                    self._value(defect.expected, kind, played=played)

    def _learn_row(self, row: Comparison) -> None:
        if row.field in FIELDS:
            for cell in row.cells:
                for value in cell.values:
                    self._value(value, FIELDS[row.field], played=self.anybody)

    def _pattern(self) -> re.Pattern[str] | None:
        self._spellings = {
            each.casefold(): value
            for value in filter(_long, self.pseudonyms.known)
            for each in (value, folded(value))
        }
        known = sorted(self._spellings, key=len, reverse=True)
        if not known:
            return None
        words = "|".join(map(re.escape, known))
        return re.compile(rf"(?i)(?<![^\W_])(?<!‹)(?:{words})(?![^\W_])(?!›)")

    def _value(self, value: str, kind: str, beside: str | None = None, *, played: bool) -> str:
        """A value that names a person, token by token."""
        others = TOKEN.findall(beside) if beside else []
        count = len(TOKEN.findall(value))
        aligned = iter(others if len(others) == count else [None] * count)

        def one(found: re.Match[str]) -> str:
            token, other = found[0], next(aligned)
            if names_nobody(token) or self.cast.knows(token, played=played):
                return token
            return self.pseudonyms.masked(token, kind, other)

        return TOKEN.sub(one, value)

    def text(self, value: str, *, played: bool | None = None) -> str:
        """Any text: credentials, whatever reads as an INS, and what is known to name a person."""
        shown = self.anybody if played is None else played
        number = partial(self._number, played=shown)
        value = replaced(value, self.pseudonyms.masked)
        value = _ANY_NUMBER.sub(number, _CX.sub(number, value))
        if self._known is not None:
            value = self._known.sub(lambda found: self._word(found[0]), value)
        return value

    def _number(self, found: re.Match[str], *, played: bool) -> str:
        if self.cast.knows(found[0], played=played):
            return found[0]
        return self.pseudonyms.masked(found[0], IDENTIFIER)

    def _word(self, said: str) -> str:
        return self.pseudonyms.masked(self._spellings[said.casefold()], "")

    def _name(self, subject: str) -> str:
        """The name of a subject, as it is masked wherever it stands."""
        return self.text(subject, played=self.played.get(subject))

    def _beginning(self, subject: str) -> str:
        """The beginning of the names of subjects, masked as they are."""
        played = [held for name, held in self.played.items() if name.startswith(subject)]
        return self.text(subject, played=played[0] if played else None)

    def _subject(self, one: SubjectReport) -> SubjectReport:
        text = partial(self.text, played=self.played[one.name])
        return replace(
            one,
            name=text(one.name),
            facts={key: text(value) for key, value in one.facts.items()},
            results=tuple(self._result(each, self.played[one.name]) for each in one.results),
            messages=tuple(self._message(each, text) for each in one.messages),
            pictures=tuple(each for each in one.pictures if each.series in self.cast.series),
        )

    def _result(self, one: Result, played: bool) -> Result:
        if not one.defects and not one.note:
            return one
        return one._replace(
            defects=tuple(self._defect(each, played) for each in one.defects),
            note=self.text(one.note, played=played),
        )

    def _defect(self, one: Defect, played: bool) -> Defect:
        kind = kind_of_value(one.path, one.actual or "")
        expected, actual = one.expected, one.actual
        if kind and actual:
            actual = self._value(actual, kind, expected if one.against else None, played=played)
        if kind and one.against:
            expected = self._value(expected, kind, one.actual, played=played)
        return one._replace(
            path=self.text(one.path, played=played),
            expected=self.text(expected, played=played),
            actual=None if actual is None else self.text(actual, played=played),
            against=self.text(one.against, played=played),
        )

    @staticmethod
    def _message(one: Message, text: partial[str]) -> Message:
        return replace(one, url=text(one.url), head=text(one.head))

    def _comparison(self, row: Comparison) -> Comparison:
        def shown(value: str) -> str:
            if row.field in FIELDS:
                value = self._value(value, FIELDS[row.field], played=self.anybody)
            return self.text(value)

        cells = tuple(
            cell._replace(document=self.text(cell.document), values=tuple(map(shown, cell.values)))
            for cell in row.cells
        )
        return row._replace(cells=cells)

    def _opinion(self, one: Opinion) -> Opinion:
        played = self.played.get(one.subject)
        return replace(one, subject=self.text(one.subject), line=self.text(one.line, played=played))

    def _scenario(self, one: ScenarioReport) -> ScenarioReport:
        reason = one.reason and Text(self.text(one.reason.en), self.text(one.reason.fr))
        steps = tuple(
            step._replace(label=self.text(step.label), subject=self._beginning(step.subject))
            for step in one.timeline
        )
        subjects = tuple(map(self._name, one.subjects))
        return replace(one, subjects=subjects, reason=reason, timeline=steps)


def _words(one: SubjectReport, persons: Sequence[tuple[str, str]]) -> Iterable[str]:
    """The tokens of the values of a subject that name a person."""
    for _, value in persons:
        yield from TOKEN.findall(value)
    for result in one.results:
        for defect in result.defects:
            for value in (defect.actual or "", defect.expected):
                if kind_of_value(defect.path, value):
                    yield from TOKEN.findall(value)


def _long(value: str) -> bool:
    return len(value) >= SHORTEST
