"""Where the link leads: scheme, host, path, and the form of its query."""

from __future__ import annotations

import re
from collections.abc import Iterator

from validators.identifiers import VIEWER_HOST
from validators.iid.subject import NAMES, Invocation, Parameter, links, parameters, rule, whole
from validators.model import Defect

PATH = "IHEInvokeImageDisplay"
# RFC 3986 appendix A: characters and percent-encoding only.
_ENCODED = re.compile(r"(?:[A-Za-z0-9\-._~:/?@!$'()*+,;=&]|%[0-9A-Fa-f]{2})*")
OPTIONAL = ("viewerType", "diagnosticQuality", "keyImagesOnly", "custodianID")
OF_PATIENT = ("patientID", "patientName", "patientBirthDate", "lowerDateTime", "upperDateTime",
              "mostRecentResults", "modalitiesInStudy")  # fmt: skip


@rule("IID-URL-01", over=whole, verifies=("DRIM-D-CR-01", "IHE-II01"), gate=True)
def link_is_no_url(one: Invocation) -> Iterator[Defect]:
    """The link is an absolute http or https URL.

    Why: a reader opens it from a report, on another machine, years later.
    Fix: write https://, the host of the viewer, the path and the query.
    """
    if one.url is None or re.search(r"\s", one.text):
        yield one.defect(expected="https://", actual=one.text)


@rule("IID-URL-02", over=links, verifies=("DRIM-D-CR-02",))
def host_not_of_a_viewer(one: Invocation) -> Iterator[Defect]:
    """The link is https, and its host is that of a registered viewer.

    Why: browsers of hospitals let through the names of the allow-list, vi<n>.<id>.
    Fix: write the vi name under which the Source is registered.
    """
    url = one.url
    if url and not (url.scheme == "https" and VIEWER_HOST.fullmatch((url.hostname or "").lower())):
        yield one.defect(
            expected="https://vi<n>.<id>.mesimagesmedicales.fr",
            actual=f"{url.scheme}://{url.hostname}",
        )


@rule("IID-URL-03", over=links, verifies=("DRIM-D-CR-01", "IHE-II01"))
def path_not_of_the_transaction(one: Invocation) -> Iterator[Defect]:
    """The path ends with /IHEInvokeImageDisplay, letter for letter.

    Why: a viewer answers 404 to any other path.
    Fix: write <location>/IHEInvokeImageDisplay.
    """
    if one.url and one.url.path.rpartition("/")[2] != PATH:
        yield one.defect(expected=f"/{PATH}", actual=one.url.path)


@rule("IID-URL-04", over=links, verifies=("DRIM-D-CR-01-FORM", "IHE-II05"))
def query_not_encoded(one: Invocation) -> Iterator[Defect]:
    """What a query may not hold is percent-encoded.

    Why: PDF readers cut a link at a blank or a caret; the viewer gets a part of it.
    Fix: percent-encode values in UTF-8.
    """
    if one.url and not _ENCODED.fullmatch(one.url.query):
        yield one.defect(expected="RFC 3986", actual=one.url.query)


@rule("IID-URL-05", over=parameters, verifies=("DRIM-D-CR-01-FORM", "IHE-II05"))
def parameter_twice(node: Parameter) -> Iterator[Defect]:
    """No parameter stands twice.

    Why: one viewer takes the first, another the last: another study is shown.
    Fix: write each parameter once; several values with commas.
    """
    if node.number > 1:
        yield node.defect(expected="1", actual=node.number)


@rule("IID-URL-06", over=parameters, verifies=("DRIM-D-CR-01-KNOWN", "IHE-II04"))
def parameter_unknown(node: Parameter) -> Iterator[Defect]:
    """Each parameter is one that the transaction, or DRIM-M, knows.

    Why: a viewer ignores any other; names are compared letter for letter.
    Fix: write requestType, studyUID, Accessionnumber, idCDA.
    """
    known = {*NAMES, "Accessionnumber", *OPTIONAL, *OF_PATIENT}
    if node.name not in known:
        yield node.defect(expected=" | ".join(sorted(known)), actual=node.name)


@rule("IID-URL-07", over=links, verifies=("DRIM-D-CR-01-FORM", "IHE-II05"))
def link_with_fragment_or_user(one: Invocation) -> Iterator[Defect]:
    """The link has neither a fragment nor a user.

    Why: a fragment never reaches the viewer, and a password never belongs into a report.
    Fix: write scheme, host, path and query alone.
    """
    if one.url and (one.url.fragment or one.url.username is not None):
        yield one.defect(expected="", actual=one.url.fragment or "***")
