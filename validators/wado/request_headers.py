"""Who asks, for which KOS: Host, Authorization, KOS-SOPInstanceUID (DRIM-M C.1)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from validators.identifiers import is_uid
from validators.model import Defect
from validators.reading.http import Header, HttpHead
from validators.wado.request import Beside, Request, health_checks, rule, whole, whole_retrievals

KOS_UID = "KOS-SOPInstanceUID"
HIDDEN = "***"
"""Stands for a credential: no finding repeats one."""
BEARER_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]+=*")
"""A token as it follows Bearer (RFC 6750 2.1)."""


def authorizations(request: Request) -> Iterable[Header]:
    return request.head.all("Authorization") if request.retrieves else ()


def kos_uids(request: Request) -> Iterable[Header]:
    return request.head.all(KOS_UID) if request.retrieves else ()


def hosts(request: Request) -> Iterable[Beside]:
    """The Host header beside a target that names a host too."""
    url, found = request.target.url, request.head.first("Host")
    return (Beside(request, found),) if found and url and url.netloc else ()


@rule("WADO-WQ02-ABSENT", over=whole, verifies=("PS3.18-WQ02-HOST",))
def host_absent(head: HttpHead) -> Iterator[Defect]:
    """The Host header is there.

    Why: a server of several names does not know which is meant, and answers 400 (RFC 9112 3.2).
    Fix: write Host with the name and port of the Retrieve URL.
    """
    if not head.all("Host"):
        yield head.defect(expected="Host", child="Host")


@rule("WADO-WQ02-SEVERAL", over=whole, verifies=("PS3.18-WQ02-ONE-HOST",))
def several_hosts(head: HttpHead) -> Iterator[Defect]:
    """The Host header is there once.

    Why: a proxy goes by one of them and the server by the other: a way around access rules.
    Fix: keep one.
    """
    found = head.all("Host")
    if len(found) > 1:
        yield found[1].defect(expected="1", actual=len(found))


@rule("WADO-WQ02-OTHER", over=hosts, verifies=("PS3.18-WQ02-SAME-HOST",))
def host_not_of_the_target(node: Beside) -> Iterator[Defect]:
    """The Host header is the host of the target, where the target names one.

    Why: servers go by either; which one answers is left to chance.
    Fix: write the host and port of the URL.
    """
    url = node.request.target.url
    if url is not None and node.header.value.lower() != url.netloc.lower():
        yield node.defect(expected=url.netloc, actual=node.header.value)


@rule("WADO-REQ-04-ABSENT", over=whole_retrievals, verifies=("DRIM-C-REQ-04",))
def token_absent(head: HttpHead) -> Iterator[Defect]:
    """The request has one Authorization header.

    Why: the Source answers 401: it shows images to authenticated professionals alone.
    Fix: write Authorization: Bearer and the access token of Pro Santé Connect.
    """
    found = len(head.all("Authorization"))
    if found != 1:
        yield head.defect(expected="1", actual=found or None, child="Authorization")


@rule("WADO-REQ-04-TOKEN", over=authorizations, verifies=("DRIM-C-REQ-04",))
def token_malformed(header: Header) -> Iterator[Defect]:
    """Authorization is Bearer and a token.

    Why: the Source takes the token from it to ask Pro Santé Connect whether it is active.
    Fix: write "Bearer", one blank, and the access token as it was issued (RFC 6750 2.1).
    """
    scheme, _, token = header.value.partition(" ")
    if scheme.lower() != "bearer" or not BEARER_TOKEN.fullmatch(token):
        shown = f"{scheme} {HIDDEN}" if token else scheme
        yield header.defect(expected=f"Bearer {HIDDEN}", actual=shown)


@rule("WADO-REQ-05-ABSENT", over=whole_retrievals, verifies=("DRIM-C-REQ-05",))
def kos_uid_absent(head: HttpHead) -> Iterator[Defect]:
    """The request names its KOS, once, in KOS-SOPInstanceUID.

    Why: the Source answers only for the KOS that it published last for the study.
    Fix: write the SOP Instance UID of the KOS from which the Retrieve URL was taken.
    """
    found = head.all(KOS_UID)
    if len(found) != 1:
        yield head.defect(expected="1", actual=len(found) or None, child=KOS_UID)


@rule("WADO-REQ-05-UID", over=kos_uids, verifies=("DRIM-C-REQ-05",))
def kos_uid_malformed(header: Header) -> Iterator[Defect]:
    """KOS-SOPInstanceUID is a DICOM UID.

    Why: a Source that compares it with its archive finds no such KOS, and answers 404.
    Fix: write the SOP Instance UID alone, without quotes or padding.
    """
    if not is_uid(header.value):
        yield header.defect(expected="PS3.5 9.1", actual=header.value or None)


@rule("WADO-HLT-01", over=health_checks, verifies=("DRIM-C-HLT-01",))
def token_in_a_health_check(head: HttpHead) -> Iterator[Defect]:
    """A health check carries no token.

    Why: the probe of a supervisor has none; a service that needs one looks out of order.
    Fix: leave Authorization out.
    """
    for one in head.all("Authorization"):
        yield one.defect(expected="", actual=HIDDEN)
