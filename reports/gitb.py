"""``gitb.xml``: the run as a Test Assertion Report (TAR) of GITB.

The European Interoperability Test Bed and the EVSClient of Gazelle read this form. It is written
from the examples that the documentation of the Test Bed publishes; its schema could not be had, and
the file was not validated against it. So it holds those elements alone that the examples show: no
``context``, whose content is of the namespace of GITB core.

An information counts as an assertion, as the validators of the Test Bed count. The date is that of
the judgement, at midnight: equal reports give equal files.
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from reports.findings import findings
from reports.summary import say, sentence
from reports.texts import texts
from reports.visible import visible
from reports.wording import message, place, values
from validators.model import Outcome, RunReport

NAMESPACE = "http://www.gitb.com/tr/v1/"
INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'
ITEM = {
    Outcome.FAIL: "error",
    Outcome.REVIEW: "warning",
    Outcome.WARN: "warning",
    Outcome.INFO: "info",
}
"""What a finding is by its outcome. An error of ours is a warning: it is none of the subject's."""


def dumps(report: RunReport, language: str) -> str:
    """The text of the TAR: the verdict, the counters, an item for each finding."""
    items = [*_findings(report, language), *_errors(report, language)]
    root = Element("TestStepReport", {"xmlns": NAMESPACE, "xmlns:xsi": INSTANCE, "xsi:type": "TAR"})
    SubElement(root, "date").text = f"{report.on}T00:00:00Z"
    SubElement(root, "result").text = _result(report, items)
    _overview(root, report, language)
    counters = SubElement(root, "counters")
    tags = [one.tag for one in items]
    for name, tag in (("Assertions", "info"), ("Errors", "error"), ("Warnings", "warning")):
        SubElement(counters, f"nrOf{name}").text = str(tags.count(tag))
    SubElement(root, "reports").extend(items)
    indent(root, " ")
    return f"{DECLARATION}\n{tostring(root, encoding='unicode')}\n"


def _result(report: RunReport, items: list[Element]) -> str:
    if report.verdict.exit_code == 1:
        return "FAILURE"
    if report.verdict.exit_code:
        return "UNDEFINED"
    return "WARNING" if any(one.tag == "warning" for one in items) else "SUCCESS"


def _overview(root: Element, report: RunReport, language: str) -> None:
    words = texts(language)
    made = SubElement(root, "overview")
    SubElement(made, "profileID").text = visible(report.profile)
    SubElement(made, "validationServiceName").text = "drimcheck"
    SubElement(made, "validationServiceVersion").text = visible(report.version)
    colon = words["word"]["colon"]
    SubElement(made, "note").text = " ".join((
        f"{words['verdict'][report.verdict.name]}.", sentence(report, language),
        f"{words['word']['rule_set']}{colon}{visible(report.rule_set)}.",
        words["word"]["no_decision"],
    ))  # fmt: skip


def _findings(report: RunReport, language: str) -> Iterator[Element]:
    for one in findings(report):
        if one.outcome in ITEM:
            _, found = values(one.defect, language)
            yield _item(
                ITEM[one.outcome], message(report, one, language), place(one, language),
                one.rule, found,
            )  # fmt: skip


def _errors(report: RunReport, language: str) -> Iterator[Element]:
    words = texts(language)
    for subject in report.subjects:
        for result in subject.results:
            if result.outcome is Outcome.ERROR:
                title = say(report.rules[result.rule].title, language)
                said = f"{words['outcome']['error']}{words['word']['colon']}{title}"
                yield _item(
                    "warning", said, visible(subject.name), result.rule,
                    visible(result.note),
                )  # fmt: skip


def _item(tag: str, description: str, location: str, test: str, value: str) -> Element:
    """One assertion (BAR), its members in the order of the examples."""
    made = Element(tag, {"xsi:type": "BAR"})
    SubElement(made, "description").text = description
    SubElement(made, "location").text = location
    SubElement(made, "test").text = visible(test)
    SubElement(made, "value").text = value
    return made
