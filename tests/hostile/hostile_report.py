"""A report in which every text that comes from outside is hostile."""

from __future__ import annotations

from dataclasses import fields, replace

from tests.golden.rich import rich
from validators.model import (
    Attestation,
    Defect,
    Derogation,
    Outcome,
    OwnRequirement,
    Product,
    Result,
    RunReport,
    ScenarioReport,
    SubjectReport,
    Text,
)

VALUES = (
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<!-- x", "]]>", "&amp;&#60;",
    "\x1b[31mred\x1b[0m", "\x1b]8;;https://evil.example\x07x\x1b]8;;\x07", "\x9b31m",
    "=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", " =1", '"=1', "＝1", "x;=1", "x,=1", 'x;"=1',
    "::error::x", "  ::warning file=a::x", "::ERROR title=a::x", "x\n::error::x", "##[error]x",
    "##vso[task.complete]x", "####vso[x]",
    "\u202ex", "x\u2066y", "\u200bx", "\ufeffx", "\u2028x", "\ud800x", "x\udcff", "a\x00b",
    "a\nb", "a\r\nb.dcm", "javascript:alert(1)", "data:text/html,x", "//evil.example/x",
    "https://evil.example/x", "www.evil.example", "[x](javascript:alert(1))",
    "![x](https://evil.example/x.png)", "[x]: https://evil.example", "`a` ``b``", "`", "``", " ` ",
    "|a|b|", "\\|a", "@everyone", "a@evil.example", "#1 !1 ~x %x", "**x** _x_ ~~x~~ $x$", "{0} {x}",
    "- x\n# y", "\u00a0", "", "{{", "\\", "../../etc/passwd", "C:/x", "#", "x#y#z",
)  # fmt: skip


def hostile(value: str) -> RunReport:
    """The rich report with the value in the place of each text that no catalogue holds."""
    one = rich()
    names = {subject.name: f"{value}{number}" for number, subject in enumerate(one.subjects)}
    said = Text(value, value)
    return replace(
        one,
        arguments=("run", "--sut", value),
        subjects=tuple(_subject(each, names[each.name], value) for each in one.subjects),
        scenarios=tuple(_scenario(each, names, said) for each in one.scenarios),
        skipped=((value, value), (value, "")),
        missing=(value,),
        hosts=(value,),
        product=Product(*(value for _ in fields(Product))),
        derogations=tuple(_derogation(each, names, value) for each in one.derogations),
        attestations=tuple(_attestation(each, names, value) for each in one.attestations),
        own=tuple(OwnRequirement(value, value, each.ours) for each in one.own),
        opinions=(),
        comparisons=(),
    )


def _subject(one: SubjectReport, name: str, value: str) -> SubjectReport:
    results = tuple(_result(each, value) for each in one.results)
    return replace(one, name=name, results=results, messages=(), unread=one.unread and value)


def _result(one: Result, value: str) -> Result:
    defects = tuple(
        Defect(value, value, each.actual and value, each.offset, each.line, each.against and value)
        for each in one.defects
    )
    # The note of an error holds what Python says of a value; that of any other is ours.
    note = value if one.outcome is Outcome.ERROR else one.note
    return one._replace(defects=defects, note=note)


def _scenario(one: ScenarioReport, names: dict[str, str], said: Text) -> ScenarioReport:
    subjects = tuple(names.get(name, name) for name in one.subjects)
    return replace(one, subjects=subjects, reason=said, reviews=(said,), timeline=())


def _derogation(one: Derogation, names: dict[str, str], value: str) -> Derogation:
    subject = names.get(one.subject, "")
    return replace(one, reason=value, author=value, approver=value, subject=subject)


def _attestation(one: Attestation, names: dict[str, str], value: str) -> Attestation:
    subject = names.get(one.subject, "")
    return replace(one, name=value, statement=value, evidence=value, subject=subject)
