"""``junit.xml``: the verdict, the scenarios and the requirements, as pipelines read test results.

The file follows the common subset of the JUnit format: suites, cases, ``failure``, ``error``,
``skipped``. What was not tested, and what a person must review, is skipped, never passed; the
verdict is a case of its own, so that a run that is not conforming is never all green.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from reports.summary import Cause, causes, say, sentence, untested
from reports.terminal import SHOWN, occurrence_line
from reports.texts import texts
from reports.visible import visible
from validators.model import Outcome, RequirementReport, RunReport, ScenarioReport

TAGS = {
    Outcome.FAIL: "failure",
    Outcome.ERROR: "error",
    Outcome.REVIEW: "skipped",
    Outcome.NOT_TESTED: "skipped",
    Outcome.NOT_APPLICABLE: "skipped",
}
"""What is in a case by what it came to; a case with nothing in it passed."""
DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'
FAILURES = (1, 3)
"""Exit codes of a verdict on the subject; the others but 0 are errors."""


def dumps(report: RunReport, language: str) -> str:
    """The text of ``junit.xml``. Equal reports give equal texts: it holds no time."""
    root = Element("testsuites", name="drimcheck")
    found = causes(report)
    broken = _by_requirement(found)
    why = {one.id: reason for one, reason in untested(report, language)}
    suites = {
        "verdict": [_verdict(report, language)],
        "scenarios": [_scenario(one, found, language) for one in report.scenarios],
        "requirements": [_requirement(one, broken[one.id], why.get(one.id, ""), language)
                         for one in report.requirements],
    }  # fmt: skip
    for name, cases in suites.items():
        suite = SubElement(root, "testsuite", {"name": name, **_counts(cases)})
        suite.extend(cases)
    for key, value in _counts(root.iter("testcase")).items():
        root.set(key, value)
    indent(root, " ")
    return f"{DECLARATION}\n{tostring(root, encoding='unicode')}\n"


def _verdict(report: RunReport, language: str) -> Element:
    code = report.verdict.exit_code
    case = Element("testcase", classname="drimcheck", name="verdict")
    if code:
        said = texts(language)["verdict"][report.verdict.name]
        tag = "failure" if code in FAILURES else "error"
        SubElement(case, tag, message=said).text = sentence(report, language)
    return case


def _scenario(one: ScenarioReport, found: Sequence[Cause], language: str) -> Element:
    title = f"({one.letter}) {say(one.title, language)}" if one.letter else say(one.title, language)
    case = Element("testcase", classname=visible(f"drimcheck.{one.role}"),
                   name=visible(f"{one.id}: {title}"))  # fmt: skip
    mine = [each for each in found if _in(each, one)]
    reason = say(one.reason, language) if one.reason else ""
    asked = [say(question, language) for question in one.reviews]
    lines = [line for each in mine for line in _lines(each, language, one.subjects)]
    _fill(case, one.outcome, [reason, *asked, *lines], language)
    return case


def _in(cause: Cause, one: ScenarioReport) -> bool:
    """Whether a cause is seen in a scenario."""
    names = {name for name, _ in (*cause.defects, *cause.notes)}
    return not names.isdisjoint(one.subjects)


def _requirement(
    one: RequirementReport, found: Sequence[Cause], why: str, language: str
) -> Element:
    case = Element("testcase", classname=f"drimcheck.{one.document}", name=one.id)
    lines = [say(one.statement, language), why]
    lines += [line for each in found for line in _lines(each, language)]
    _fill(case, one.outcome, lines, language)
    return case


def _by_requirement(found: Sequence[Cause]) -> dict[str, list[Cause]]:
    """The causes by the requirements that they break."""
    broken: dict[str, list[Cause]] = defaultdict(list)
    for one in found:
        for name in one.rule.verifies:
            broken[name].append(one)
    return broken


def _lines(cause: Cause, language: str, subjects: Sequence[str] = ()) -> list[str]:
    """The rule of a cause and its first occurrences, those in some subjects or all."""
    lines = [f"{cause.rule.id}: {say(cause.rule.title, language)}"]
    kept = [(name, one) for name, one in cause.defects if not subjects or name in subjects]
    lines += [f"  {occurrence_line(name, one, language)}" for name, one in kept[:SHOWN]]
    noted = [(name, one) for name, one in cause.notes if not subjects or name in subjects]
    lines += [f"  {name}: {one}" for name, one in noted[:SHOWN]]
    if len(kept) > SHOWN:
        lines.append(f"  {texts(language)['word']['more'].format(count=len(kept) - SHOWN)}")
    return lines


def _fill(case: Element, outcome: Outcome, lines: Iterable[str], language: str) -> None:
    """Put into a case what it came to; what passed with a remark keeps it as its output."""
    said = [visible(line) for line in lines if line]
    tag = TAGS.get(outcome)
    if tag:
        first = texts(language)["outcome"][outcome] if tag == "skipped" else (said or [""])[0]
        SubElement(case, tag, message=first).text = "\n".join(said)
    elif outcome in (Outcome.WARN, Outcome.INFO):
        SubElement(case, "system-out").text = "\n".join(said)


def _counts(cases: Iterable[Element]) -> dict[str, str]:
    found = list(cases)
    inside = [child.tag for case in found for child in case]
    counted = {"failures": "failure", "errors": "error", "skipped": "skipped"}
    return {"tests": str(len(found))} | {
        name: str(inside.count(tag)) for name, tag in counted.items()
    }
