"""The rule registry: what is judged (``over``) apart from the judgement."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from validators.model import Defect, Node

Selector = Callable[[Any], Iterable[Node]]
Check = Callable[..., Iterable[Defect]]


class Undecided(Exception):
    """Raised by a check that cannot conclude from what was given; the message names the input.

    A rule whose ``needs`` were not given is not asked. One that raises this was asked, and its
    answer decides: the run is inconclusive without it.
    """


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: a check over the nodes that a selector finds in a subject.

    ``parameters`` name the values of the run that the check takes after the node. ``needs``
    names what must have been given for the rule to be tested: a document, a value of the run.
    The check of a ``bulk`` rule takes all nodes at once: for what is asked of every element.
    When a ``gate`` finds a defect, the rules after it are not tested. ``doc`` is the English
    text: first line, ``Why:``, ``Fix:``; a rule made from a row of a table has a
    ``template`` instead, the key of a text with the values that fill it.
    """

    id: str
    name: str
    kinds: tuple[str, ...]
    over: Selector
    check: Check
    verifies: tuple[str, ...]
    parameters: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    gate: bool = False
    bulk: bool = False
    doc: str = ""
    template: str = ""
    fill: Mapping[str, str] = field(default_factory=dict)


class Decorator(Protocol):
    def __call__(
        self,
        id: str,
        *,
        over: Selector,
        verifies: Sequence[str],
        parameters: Sequence[str] = (),
        needs: Sequence[str] = (),
        gate: bool = False,
        bulk: bool = False,
    ) -> Callable[[Check], Check]: ...


RULES: dict[str, Rule] = {}
"""Every rule by id."""


def register(rule: Rule) -> None:
    """Add a rule; raises ValueError when its id is taken."""
    if rule.id in RULES:
        raise ValueError(f"rule id {rule.id} is taken by {RULES[rule.id].name}")
    RULES[rule.id] = rule


def register_row(
    id: str,
    template: str,
    *,
    kind: str,
    over: Selector,
    check: Check,
    verifies: Sequence[str],
    fill: Mapping[str, str],
    needs: Sequence[str] = (),
    bulk: bool = False,
) -> None:
    """Add the rule of a row of a table: ``template`` is its name, and the key of its text.

    Raises ValueError when its id is taken.
    """
    register(
        Rule(
            id=id,
            name=template,
            kinds=(kind,),
            over=over,
            check=check,
            verifies=tuple(verifies),
            needs=tuple(needs),
            bulk=bulk,
            template=template,
            fill=fill,
        )
    )


def rules_for(*kinds: str) -> Decorator:
    """The decorator that registers the rules of one kind of document, or of several."""

    def rule(
        id: str,
        *,
        over: Selector,
        verifies: Sequence[str],
        parameters: Sequence[str] = (),
        needs: Sequence[str] = (),
        gate: bool = False,
        bulk: bool = False,
    ) -> Callable[[Check], Check]:
        def add(check: Check) -> Check:
            register(
                Rule(
                    id=id,
                    name=check.__name__.replace("_", "-"),
                    kinds=kinds,
                    over=over,
                    check=check,
                    verifies=tuple(verifies),
                    parameters=tuple(parameters),
                    needs=tuple(needs),
                    gate=gate,
                    bulk=bulk,
                    doc=check.__doc__ or "",
                )
            )
            return check

        return add

    return rule
