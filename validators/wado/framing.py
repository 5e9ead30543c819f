"""The framing of HTTP/1.1 messages, judged from the raw bytes (RFC 9112)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from validators.model import Defect, Node
from validators.reading.http import HttpProblem
from validators.rules import rules_for

rule = rules_for("request", "response", "call")
of_answers = rules_for("response")


class Framing(Node):
    """The head of a message, and whether its line ends are those of the wire."""

    __slots__ = ("subject",)

    def __init__(self, subject: Any) -> None:
        self.subject = subject

    @property
    def path(self) -> str:
        return ""

    def problems(self, *kinds: str) -> Iterator[Defect]:
        for one in self.subject.head.of_kind(*kinds):
            yield as_defect(one)


def as_defect(one: HttpProblem) -> Defect:
    return Defect(one.path, one.expected, one.actual, one.offset, one.line)


def message(subject: Any) -> Iterable[Framing]:
    return (Framing(subject),)


def wire(subject: Any) -> Iterable[Framing]:
    """The message, where its bytes are those of the wire and not a text somebody saved."""
    return (Framing(subject),) if subject.captured else ()


@rule("HTTP-START-01", over=message, verifies=("HTTP-START-01",), gate=True)
def start_line_unreadable(node: Framing) -> Iterator[Defect]:
    """The start line is that of an HTTP message.

    Why: without it nobody knows what is asked or answered.
    Fix: write METHOD, target and version, or version, status and reason, one blank between them.
    """
    yield from node.problems("start")


@rule("HTTP-FIELD-01", over=message, verifies=("HTTP-FIELD-01",))
def header_line_malformed(node: Framing) -> Iterator[Defect]:
    """Each header line is a name, a colon right after it, and a value.

    Why: what one server takes for a header another takes for the body.
    Fix: write "Name: value", without a blank before the colon.
    """
    yield from node.problems("header", "name")


@rule("HTTP-FIELD-02", over=message, verifies=("HTTP-FIELD-02",))
def header_line_folded(node: Framing) -> Iterator[Defect]:
    """No header goes on in the next line.

    Why: folding is obsolete: servers refuse it, or read two headers.
    Fix: write each header in one line, or several headers of the same name.
    """
    yield from node.problems("fold")


@rule("HTTP-FIELD-03", over=message, verifies=("HTTP-FIELD-03",))
def control_character_in_head(node: Framing) -> Iterator[Defect]:
    """No start line or header holds a control character.

    Why: a lone CR or a NUL splits the message in two for one reader and not for the next.
    Fix: take it out; encode what the value must carry.
    """
    yield from node.problems("control")


@rule("HTTP-LINE-01", over=wire, verifies=("HTTP-LINE-01",))
def line_ended_by_lf_alone(node: Framing) -> Iterator[Defect]:
    """Each line of the head ends with CR LF.

    Why: a strict reader does not see the end of such a line.
    Fix: end lines with CR LF.
    """
    count = node.subject.head.lone_lf
    if count:
        yield node.defect(expected="CR LF", actual=f"{count} x LF")


@rule("HTTP-LINE-02", over=wire, verifies=("HTTP-LINE-02",))
def head_not_ended(node: Framing) -> Iterator[Defect]:
    """An empty line ends the head.

    Why: the reader waits for more headers until it gives up.
    Fix: write CR LF CR LF after the last header.
    """
    yield from node.problems("end")


@of_answers("HTTP-END-01", over=message, verifies=("HTTP-END-01",))
def answer_not_whole(node: Framing) -> Iterator[Defect]:
    """The answer came whole, before the deadline and below the cap of the capture.

    Why: who waits for the images sees none of them, or not all.
    Fix: see what holds the server up; it is asked for one series at a time.
    """
    if node.subject.ended:
        yield node.defect(expected="", actual=node.subject.ended)


@of_answers("HTTP-INTERIM-01", over=message, verifies=("HTTP-INTERIM-01",), gate=True)
def final_answer_missing(node: Framing) -> Iterator[Defect]:
    """A final response follows the interim ones (1xx).

    Why: the client waits for it until it gives up.
    Fix: answer with a final status code.
    """
    yield from node.problems("interim")
