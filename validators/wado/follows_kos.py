"""Whether a request is what the KOS says to request (DRIM-M C-REQ-02, C-REQ-05; PS3.18 10.4)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from validators.model import Defect
from validators.wado.request import Beside, Request, Step, retrieves, rule
from validators.wado.request_headers import kos_uids

NEEDS = ("kos",)


def kos_uid(request: Request) -> Iterable[Beside]:
    return [Beside(request, one) for one in kos_uids(request)]


def resources(request: Request) -> Iterable[Step]:
    return retrieves(request) if request.target.level else ()


def series_resources(request: Request) -> Iterable[Step]:
    """The target, where it names a series of the KOS."""
    found, kos = request.target, request.manifest
    if kos is None or not kos.urls.get((found.study, found.series)):
        return ()
    return retrieves(request)


@rule("WADO-REQ-05-KOS", over=kos_uid, verifies=("DRIM-C-REQ-05",), needs=NEEDS)
def kos_uid_of_another_kos(node: Beside) -> Iterator[Defect]:
    """KOS-SOPInstanceUID is the SOP Instance UID of the KOS.

    Why: the Source answers 404 for a KOS that it did not publish, or that it replaced.
    Fix: write the SOP Instance UID (0008,0018) of the KOS whose Retrieve URL is requested.
    """
    kos = node.request.manifest
    if kos is not None and node.header.value != kos.uid:
        yield node.defect(expected=kos.uid, actual=node.header.value)


@rule("WADO-WQ15", over=resources, verifies=("DRIM-C-REQ-02-KOS", "PS3.18-WQ15"), needs=NEEDS)
def resource_not_in_kos(node: Step) -> Iterator[Defect]:
    """Study, series and instance of the path stand together in the KOS.

    Why: the Source answers 404 for what its KOS does not list.
    Fix: take the UIDs from one item of the evidence of the KOS.
    """
    found, kos = node.request.target, node.request.manifest
    if kos is None:
        return
    if found.study not in kos.studies:
        yield node.defect(expected=" | ".join(kos.studies), actual=found.study)
    elif found.series and (found.study, found.series) not in kos.series:
        yield node.defect(expected=_some(s for _, s in kos.series), actual=found.series)
    elif found.instance and found.instance not in kos.instances(found.study, found.series):
        known = kos.instances(found.study, found.series)
        yield node.defect(expected=_some(known), actual=found.instance)


def _some(known: Iterable[str], shown: int = 5) -> str:
    """The first of the values that were possible."""
    found = list(known)
    more = f" | … ({len(found)})" if len(found) > shown else ""
    return " | ".join(found[:shown]) + more


@rule("WADO-REQ-02-URL", over=series_resources, verifies=("DRIM-C-REQ-02-KOS",), needs=NEEDS)
def url_not_the_retrieve_url(node: Step) -> Iterator[Defect]:
    """The request is for the Retrieve URL of the series, or for what lies below it.

    Why: the Source answers at the address of its KOS, and maybe at no other.
    Fix: take the Retrieve URL (0008,1190) as it stands; append /instances/{instance} alone.
    """
    found, kos = node.request.target, node.request.manifest
    if kos is None:
        return
    url = kos.urls[found.study, found.series]
    relative = not (found.url and found.url.netloc)
    wanted = "/" + url.partition("://")[2].partition("/")[2] if relative else url
    if found.text != wanted and not found.text.startswith(f"{wanted.rstrip('/')}/"):
        yield node.defect(expected=wanted, actual=found.text)
