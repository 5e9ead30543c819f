"""The encounter during which the acts were performed."""

from __future__ import annotations

from collections.abc import Iterator

from validators.cda.subject import Cda, document, rule
from validators.model import Defect
from validators.reading.xml import XmlNode


def encounter_times(cda: Cda) -> list[XmlNode]:
    return cda.at(document, "h:componentOf/h:encompassingEncounter/h:effectiveTime")


@rule("CDA-ENC-04", over=encounter_times, verifies=("CDA-ENC-04",))
def encounter_without_date(time: XmlNode) -> Iterator[Defect]:
    """The time of the encounter says when it was: a value, or its begin or end.

    Why: for information: an encounter without a date cannot be told from another.
    Fix: write low, and high once the encounter is over.
    """
    if not (time.get("value") or time.value("h:low", "value") or time.value("h:high", "value")):
        yield time.defect(expected="low/@value", child="low/@value")
