"""Times of a submission: DTM in UTC (ITI TF-3 4.2.3.1.7)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from validators.identifiers import moment
from validators.model import Defect
from validators.reading.xml import XmlNode
from validators.xds.subject import Entry, Submission, kos_entries, rule

TIMES = ("creationTime", "serviceStartTime", "serviceStopTime")


def times(submission: Submission) -> list[XmlNode]:
    """Every time of the set and of the entries."""
    found = [one for entry in submission.entries for name in TIMES for one in entry.values(name)]
    return found + [one for part in submission.sets for one in part.values("submissionTime")]


def existing_times(submission: Submission) -> Iterable[XmlNode]:
    return [one for one in times(submission) if moment(one.text)]


@rule("XDS-DTM-02", over=times, verifies=("XDS-DTM-02",))
def time_impossible(node: XmlNode) -> Iterator[Defect]:
    """Every time exists.

    Why: the registry refuses a time that it cannot parse.
    Fix: write YYYYMMDDHHMMSS in UTC.
    """
    if moment(node.text) is None:
        yield node.defect(expected="YYYYMMDDHHMMSS", actual=node.text)


@rule("XDS-DTM-01", over=existing_times, verifies=("XDS-DTM-01",))
def time_with_a_zone(node: XmlNode) -> Iterator[Defect]:
    """Every time is in UTC, without zone.

    Why: the registry takes the digits for UTC: the exam moves by the offset.
    Fix: convert to UTC and leave the zone out.
    """
    if not node.text.isdigit():
        yield node.defect(expected="YYYYMMDDHHMMSS", actual=node.text)


@rule("XDS-SVC-01", over=kos_entries, verifies=("XDS-SVC-01",))
def act_ends_before_it_starts(entry: Entry) -> Iterator[Defect]:
    """Service start time is not after service stop time.

    Why: the exam is listed under a day on which it was not made.
    Fix: write the start and the end of the act as the report has them.
    """
    start, stop = entry.text_of("serviceStartTime"), entry.text_of("serviceStopTime")
    if start and stop and start[:14] > stop[:14]:
        yield entry.defect(expected=f"<= {stop}", actual=start, child="Slot[serviceStartTime]")
