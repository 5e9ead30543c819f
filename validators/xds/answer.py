"""The answer to a submission: RegistryResponse (ITI TF-2 3.41; DRIM-M F-RSP-01)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from validators.model import Defect
from validators.reading.xml import XmlNode
from validators.xds.subject import Submission, rule

SUCCESS = "urn:oasis:names:tc:ebxml-regrep:ResponseStatusType:Success"
ACTION = "urn:ihe:iti:2007:ProvideAndRegisterDocumentSet-bResponse"


def responses(submission: Submission) -> Iterable[XmlNode]:
    return (submission.response,) if submission.response else ()


def answering_headers(submission: Submission) -> Iterable[XmlNode]:
    """The SOAP header of an answer."""
    root = submission.file.root
    if root is None or submission.response is None or root.name != "Envelope":
        return ()
    found = root.first("{*}Header")
    return (found,) if found else (root,)


@rule("XDS-RSP-01", over=responses, verifies=("XDS-RSP-01",))
def submission_refused(node: XmlNode) -> Iterator[Defect]:
    """The answer is of status Success.

    Why: anything else means that the documents are not published, whatever the HTTP status.
    Fix: read the errors of the answer; correct the submission and send it again.
    """
    found = node.get("status")
    if found != SUCCESS:
        yield node.defect(expected=SUCCESS, actual=found or None, child="@status")
    for error in node.all(".//{*}RegistryError"):
        text = f"{error.get('errorCode')} {error.get('codeContext')}".strip()
        yield error.defect(expected="", actual=text)


@rule("XDS-RSP-02", over=answering_headers, verifies=("XDS-RSP-02",))
def answer_to_nobody(node: XmlNode) -> Iterator[Defect]:
    """The answer names its action and the message that it answers.

    Why: a sender with several messages under way tells the answers apart by them.
    Fix: write wsa:Action and wsa:RelatesTo.
    """
    found = node.value("{*}Action")
    if found != ACTION:
        yield node.defect(expected=ACTION, actual=found or None, child="Action")
    if not node.value("{*}RelatesTo"):
        yield node.defect(expected="RelatesTo", child="RelatesTo")
