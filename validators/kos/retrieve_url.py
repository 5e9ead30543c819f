"""Retrieve URL (0008,1190): one attribute, three meanings.

DRIM-M: the WADO-RS resource of the series. MADO and the WADO-RS option of XDS-I.b: the base
URI of the service, to which the reader appends. DICOM: the location of the instances.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from urllib.parse import SplitResult, urlsplit

from validators.identifiers import SOURCE_HOST
from validators.kos import tags
from validators.kos.subject import Kos, Series, rule
from validators.model import Defect, Node
from validators.reading.dicom import Item

_RESOURCE = re.compile(r"/studies/([^/]*)/series/([^/]*)$")


def url(series: Series) -> str:
    return series.item.text(tags.RETRIEVE_URL)


def retrieve_urls(kos: Kos) -> Iterator[Series]:
    """The series that have a Retrieve URL."""
    return (series for series in kos.series if url(series))


def series_resources(kos: Kos) -> Iterator[Series]:
    """The identified series whose Retrieve URL is a WADO-RS series resource."""
    return (
        series
        for series in kos.series
        if series.study and series.uid and _RESOURCE.search(url(series))
    )


def display_uris(kos: Kos) -> Iterator[Node]:
    """The Display URIs of the document and of its studies, the temporary private form included."""
    for item in (kos.root, *kos.studies):
        for tag, element in item.elements.items():
            if element.text and (tag == tags.DISPLAY_URI or _private_display_uri(item, tag)):
                yield element


def both_display_uris(kos: Kos) -> Iterable[Item]:
    """The root, where both it and an evidence study have a Display URI."""
    inside = any(item.text(tags.DISPLAY_URI) for item in kos.studies)
    return (kos.root,) if inside and kos.root.text(tags.DISPLAY_URI) else ()


def _private_display_uri(item: Item, tag: int) -> bool:
    """Whether the tag is (000D,xx01) in a block that IHE_MADO_PRIVATE reserves."""
    if tag >> 16 != 0x000D or tag & 0xFF != 0x01 or tag & 0xFFFF < 0x1000:
        return False
    return item.text(0x000D0000 | (tag & 0xFFFF) >> 8) == "IHE_MADO_PRIVATE"


@lru_cache(maxsize=1024)
def _split(text: str) -> SplitResult | None:
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        return None
    return parts


def _absolute(text: str) -> bool:
    parts = _split(text)
    return bool(
        parts
        and parts.scheme in ("http", "https")
        and parts.hostname
        and parts.username is None
        and not parts.fragment
    )


@lru_cache(maxsize=1024)
def _reachable(host: str) -> bool:
    """Whether a host name can mean the same machine to a reader elsewhere."""
    if host == "localhost" or host.endswith((".localhost", ".local", ".internal")):
        return False
    if host[-1:].isdigit() or ":" in host:
        try:
            return ipaddress.ip_address(host).is_global
        except ValueError:
            return False
    return "." in host


@rule("KOS-URL-01", over=retrieve_urls, verifies=("DCM-X19", "DRIM-A-EVD-04"))
def retrieve_url_not_absolute(series: Series) -> Iterator[Defect]:
    """Retrieve URL is an absolute http or https URL without user or fragment.

    Why: the reader requests it as it stands, from another site.
    Fix: write scheme, host and path; credentials never belong into a document.
    """
    if not _absolute(url(series)):
        yield series.defect(expected="https://", actual=url(series), child="(0008,1190)")


@rule("KOS-URL-02", over=retrieve_urls, verifies=("DRIM-A-EVD-05",))
def retrieve_url_not_of_a_registered_source(series: Series) -> Iterator[Defect]:
    """Retrieve URL is https, and its host is that of a registered DRIMbox Source.

    Why: readers only send requests to hosts of the allow-list, db<n>.<id>.mesimagesmedicales.fr.
    Fix: write the public name under which the Source is registered.
    """
    parts = _split(url(series))
    if parts and not (
        parts.scheme == "https" and SOURCE_HOST.fullmatch((parts.hostname or "").lower())
    ):
        yield series.defect(
            expected="https://db<n>.<id>.mesimagesmedicales.fr",
            actual=f"{parts.scheme}://{parts.netloc}",
            child="(0008,1190)",
        )


@rule("KOS-URL-03", over=retrieve_urls, verifies=("DCM-X19",))
def retrieve_url_only_reachable_on_site(series: Series) -> Iterator[Defect]:
    """Retrieve URL is https and its host is not local or private.

    Why: at the reader, localhost is the reader's own machine.
    Fix: write the public name of the service.
    """
    parts = _split(url(series))
    if parts and parts.hostname and not (parts.scheme == "https" and _reachable(parts.hostname)):
        yield series.defect(
            expected="https://", actual=f"{parts.scheme}://{parts.netloc}", child="(0008,1190)"
        )


@rule("KOS-URL-04", over=retrieve_urls, verifies=("DRIM-A-EVD-04",))
def retrieve_url_is_no_series_resource(series: Series) -> Iterator[Defect]:
    """Retrieve URL is the WADO-RS resource of a series, without query or trailing slash.

    Why: the reader requests it as it stands, and expects the instances of the series.
    Fix: write <base>/studies/<study UID>/series/<series UID> in (0008,1190).
    """
    parts = _split(url(series))
    if parts is None or parts.query or not _RESOURCE.search(parts.path):
        yield series.defect(
            expected=f"<base>/studies/{series.study}/series/{series.uid}",
            actual=url(series),
            child="(0008,1190)",
        )


@rule("KOS-URL-05", over=series_resources, verifies=("DRIM-A-EVD-04",))
def retrieve_url_names_another_series(series: Series) -> Iterator[Defect]:
    """Retrieve URL of a series ends with that series' own study and series UIDs.

    Why: the reader requests this URL as it stands, and would receive another series.
    Fix: write <base>/studies/<study UID>/series/<series UID> in (0008,1190).
    """
    match = _RESOURCE.search(url(series))
    wanted = f"/studies/{series.study}/series/{series.uid}"
    if match and match.group() != wanted:
        yield series.defect(expected=wanted, actual=match.group(), child="(0008,1190)")


@rule("KOS-URL-06", over=retrieve_urls, verifies=("IHE-MA53", "IHE-XI06"))
def retrieve_url_is_no_base_uri(series: Series) -> Iterator[Defect]:
    """Retrieve URL is the base URI of the WADO-RS service, to which the reader appends.

    Why: a reader that appends /studies/ to a URL that has it already requests nothing that exists.
    Fix: cut the URL before /studies/, and write no query.
    """
    parts = _split(url(series))
    if parts is None or parts.query or re.search(r"/studies(/|$)", parts.path):
        base = url(series).partition("/studies")[0].partition("?")[0]
        yield series.defect(expected=base, actual=url(series), child="(0008,1190)")


@rule("KOS-URL-07", over=display_uris, verifies=("IHE-MA51",))
def display_uri_not_absolute(element: Node) -> Iterator[Defect]:
    """Display URI is an absolute http or https URL.

    Why: the reader opens it as it stands to show the study.
    Fix: write scheme, host and path of the viewer.
    """
    found = getattr(element, "text", "")
    if not _absolute(found):
        yield element.defect(expected="https://", actual=found)


@rule("KOS-URL-08", over=both_display_uris, verifies=("DCM-S08", "IHE-MA51"))
def display_uris_differ(root: Item) -> Iterator[Defect]:
    """Display URI of the document and of its study are the same.

    Why: CP-2595 places it at the root and MADO in the study; readers use the one or the other.
    Fix: write the same URI in both places, or in one.
    """
    expected = root.text(tags.DISPLAY_URI)
    for study in root.items(tags.EVIDENCE):
        found = study.text(tags.DISPLAY_URI)
        if found and found != expected:
            yield study.defect(expected=expected, actual=found, child="(0040,E012)")
