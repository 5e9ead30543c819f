"""What must have come of a scenario (DRIM-M H; A.10, C, D.3, F.1, G)."""

from __future__ import annotations

from collections.abc import Iterator

from validators.model import Defect
from validators.scenario.trace import (
    DELETION,
    DISPLAY,
    PAGE,
    PUBLICATION,
    REQUEST,
    RETRIEVAL,
    STORED,
    Expected,
    Step,
    expecting,
    happened,
    rule,
)


def _last(one: Expected) -> Step | None:
    """The last publication of a study."""
    found = one.trace.steps(PUBLICATION, study=one.uid)
    return found[-1] if found else None


@rule("SCN-PUB", over=expecting("published"), verifies=("DRIM-SC-PUB",))
def study_not_published_once(one: Expected) -> Iterator[Defect]:
    """A study whose report is validated has one KOS in the DMP, and one alone.

    Why: without it nobody finds the images; with two nobody knows which to follow.
    Fix: publish a KOS for each study of the report, and replace it when it changes.
    """
    found = one.trace.steps(PUBLICATION, study=one.uid)
    replaced = {each.get("replaces") for each in found}
    current = [each for each in found if each.get("entry") not in replaced]
    if len(current) != 1:
        yield one.defect(expected="1", actual=len(current))


@rule("SCN-NOPUB", over=expecting("unpublished"), verifies=("DRIM-SC-NOPUB",))
def study_published_all_the_same(one: Expected) -> Iterator[Defect]:
    """What must not be published is not: no study that the PACS lacks, none of another patient.

    Why: images would be found in the record of a patient whose images they are not.
    Fix: compare accession number and patient with the PACS before building the KOS.
    """
    for each in one.trace.steps(PUBLICATION, study=one.uid):
        yield each.defect(expected="", actual=each.get("unique_id"))


@rule("SCN-RPLC", over=expecting("replaced"), verifies=("DRIM-SC-RPLC",))
def kos_not_replaced(one: Expected) -> Iterator[Defect]:
    """A new generation of the KOS replaces the one before it in the DMP.

    Why: the old one is still found, and leads to images that were taken back.
    Fix: publish with an RPLC association to the entry of the KOS that is replaced (TD2.1b).
    """
    found = one.trace.steps(PUBLICATION, study=one.uid)
    if len(found) < 2:
        yield one.defect(expected="RPLC", actual=f"{len(found)}")
    elif found[-1].get("replaces") != found[-2].get("entry"):
        yield found[-1].defect(
            expected=found[-2].get("entry"), actual=found[-1].get("replaces") or None
        )


@rule("SCN-DEL", over=expecting("depublished"), verifies=("DRIM-SC-DEL",))
def kos_not_depublished(one: Expected) -> Iterator[Defect]:
    """The KOS of a report that was deleted, or of images that are all gone, is depublished.

    Why: the record still promises images that nobody may see any more.
    Fix: set the status Deleted on its entry (TD3.3c), and keep it in the local archive.
    """
    last = _last(one)
    if last is None:
        yield one.defect(expected=PUBLICATION)
    elif not one.trace.steps(DELETION, entry=last.get("entry")):
        yield one.defect(expected=last.get("entry"))


@rule("SCN-WITHOUT", over=expecting("without"), verifies=("DRIM-SC-WITHOUT",))
def instance_still_listed(one: Expected) -> Iterator[Defect]:
    """An instance that the PACS rejected is in no KOS that is published after that.

    Why: an image that was taken for another patient, or is no image, is shown.
    Fix: query the PACS again when its note comes, and replace the KOS.
    """
    last = one.trace.steps(PUBLICATION)[-1:]
    if not last:
        yield one.defect(expected=PUBLICATION)
    elif one.uid in last[0].all("instances"):
        yield last[0].defect(expected="", actual=one.uid)


@rule("SCN-OPEN", over=happened(PAGE, purpose="open"), verifies=("DRIM-SC-OPEN",))
def link_not_opened(one: Step) -> Iterator[Defect]:
    """The link of a report leads to a page: the viewer, or the login before it.

    Why: the reader of the report does not see the images.
    Fix: answer IHEInvokeImageDisplay with the viewer, or lead to Pro Santé Connect.
    """
    if one.get("status") != "200" or "text/html" not in one.get("type"):
        yield one.defect(expected="200 text/html", actual=f"{one.get('status')} {one.get('type')}")


@rule("SCN-REFUSE", over=happened(PAGE, purpose="refuse"), verifies=("DRIM-SC-REFUSE",))
def wrong_link_opened(one: Step) -> Iterator[Defect]:
    """A link whose study, accession number and report do not belong together is refused.

    Why: who changes one of them sees the images of another exam.
    Fix: compare the three with the local archive; answer 406, or 404.
    """
    if not one.get("status").startswith("4"):
        yield one.defect(expected="4xx", actual=one.get("status") or None)


@rule("SCN-RETR", over=expecting("retrieved"), verifies=("DRIM-SC-RETR",))
def series_not_retrieved(one: Expected) -> Iterator[Defect]:
    """Each series of the KOS is retrieved from the Source that it names.

    Why: the exam is read without some of its images.
    Fix: request the Retrieve URL of each Referenced Series.
    """
    found = one.trace.steps(RETRIEVAL, series=one.uid)
    if not any(each.get("status") in ("200", "206") for each in found):
        yield one.defect(expected="200", actual=found[-1].get("status") if found else None)


@rule("SCN-STORED", over=expecting("stored"), verifies=("DRIM-SC-STORED",))
def instance_not_exported(one: Expected) -> Iterator[Defect]:
    """Each instance of the KOS is in the local PACS, or the folder, after an export.

    Why: the exam is compared without some of its images.
    Fix: store every instance, and say which could not be.
    """
    if not any(one.uid in each.all("instances") for each in one.trace.steps(STORED)):
        yield one.defect(expected=one.uid)


@rule("SCN-HOST", over=happened(REQUEST), verifies=("DRIM-SC-HOST",))
def unlisted_host_asked(one: Step) -> Iterator[Defect]:
    """No host outside the allow-list in force is asked for anything.

    Why: a KOS that was forged sends the token of a professional to whoever forged it.
    Fix: look the host of each Retrieve URL up before any request.
    """
    if one.get("purpose") == "unlisted":
        yield one.defect(expected="", actual=one.get("url"))


@rule("SCN-SHOWN", over=happened(DISPLAY), verifies=("DRIM-SC-SHOWN",), needs=("display",))
def images_not_shown(one: Step) -> Iterator[Defect]:
    """The viewer shows the images of the exam.

    Why: what was retrieved and is not seen helps nobody.
    Fix: open the picture of the screen that the report has, and see what is missing.
    """
    if one.get("shown") != "True":
        yield one.defect(expected="True", actual=one.get("shown"))
