"""What the rules on responses look at: the answer as a whole, its parts, its instances."""

from __future__ import annotations

from collections.abc import Iterable

from validators.model import Node
from validators.reading.http import START
from validators.rules import Selector, rules_for
from validators.wado.response import DICOM, RELATED, MediaType, Payload, Response

rule = rules_for("response")


class Answer(Node):
    """The start line of a response, for what is said of all of it."""

    __slots__ = ("response",)

    def __init__(self, response: Response) -> None:
        self.response = response

    @property
    def path(self) -> str:
        return START

    @property
    def place(self) -> int:
        return self.response.head.offset

    @property
    def line(self) -> int:
        return 1


def answer(response: Response) -> Iterable[Answer]:
    return (Answer(response),)


def retrieved(response: Response) -> Iterable[Answer]:
    """An answer that is a representation."""
    return (Answer(response),) if response.retrieved else ()


def of_status(first: int, last: int = 0) -> Selector:
    """The selector of answers of a status, or of those from one status to another."""

    def select(response: Response) -> Iterable[Answer]:
        return (Answer(response),) if first <= response.status <= (last or first) else ()

    return select


def multiparts(response: Response) -> Iterable[MediaType]:
    """The Content-Type of a multipart that was retrieved."""
    found = response.content_type
    return (found,) if found and response.retrieved and found.name == RELATED else ()


def multipart_answers(response: Response) -> Iterable[Answer]:
    """A multipart that was retrieved, where its parts can be told from each other."""
    found = response.content_type
    if response.retrieved and found and found.name == RELATED and found.get("boundary"):
        return (Answer(response),)
    return ()


def parts(response: Response) -> Iterable[Payload]:
    """The parts of a multipart that was retrieved."""
    return response.parts if response.multipart.parts else ()


def instances(response: Response) -> Iterable[Payload]:
    """The instances that were retrieved."""
    return [one for one in response.parts if one.media_type == DICOM and one.part.length]


def readable_instances(response: Response) -> Iterable[Payload]:
    """Those whose head could be read."""
    return [one for one in instances(response) if one.instance.readable]
