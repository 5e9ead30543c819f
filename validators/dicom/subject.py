"""What the rules on a Part-10 file look at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Protocol

from validators.model import Defect
from validators.reading.dicom import Element, Item, Part10
from validators.rules import rules_for

rule = rules_for("kos")


class HasFile(Protocol):
    """Any subject that was read from a Part-10 file."""

    @property
    def file(self) -> Part10: ...


def whole_file(subject: HasFile) -> Iterable[Part10]:
    return (subject.file,)


def file_meta(subject: HasFile) -> Iterable[Item]:
    return (subject.file.meta,)


@cache
def elements_of(*vrs: str) -> Callable[[HasFile], Iterable[Element]]:
    """The selector of the elements that have a value and one of these value representations.

    The value representation is that of the data dictionary, or the stored one where the
    dictionary has none or several.
    """

    def select(subject: HasFile) -> Iterable[Element]:
        by_vr = subject.file.by_vr
        return [element for vr in vrs for element in by_vr.get(vr, ()) if element.raw]

    return select


def problems(file: Part10, kind: str) -> Iterator[Defect]:
    """The encoding problems of one kind that reading met."""
    for problem in file.of_kind(kind):
        yield Defect(problem.path, problem.expected, problem.actual, problem.offset)
