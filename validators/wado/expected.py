"""The status that a request was made to get: a scenario knows why it asked (DRIM-M C.3)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from validators.model import Defect
from validators.rules import Selector
from validators.wado.answer import Answer, rule
from validators.wado.response import Response


def expecting(status: int) -> Selector:
    """The selector of answers that should have this status."""

    def select(response: Response) -> Iterable[Answer]:
        return (Answer(response),) if response.expected[:1] == (status,) else ()

    return select


def _otherwise(one: Answer) -> Iterator[Defect]:
    wanted = one.response.expected
    if one.response.status not in wanted:
        yield one.defect(expected=" ".join(map(str, wanted)), actual=one.response.status or None)


@rule("WADO-ERR-200", over=expecting(200), verifies=("DRIM-C-RES-01",), needs=("expected",))
def images_not_given(one: Answer) -> Iterator[Defect]:
    """A sound request for what exists is answered with it.

    Why: the reader of the report does not see the images.
    Fix: answer 200; the explanation of the error says what went wrong.
    """
    yield from _otherwise(one)


@rule("WADO-ERR-400", over=expecting(400), verifies=("DRIM-C-ERR-400",), needs=("expected",))
def malformed_request_served(one: Answer) -> Iterator[Defect]:
    """A request that is malformed is answered 400.

    Why: the server guesses what was meant, and another guesses otherwise.
    Fix: check UIDs, Accept and KOS-SOPInstanceUID before anything else.
    """
    yield from _otherwise(one)


@rule("WADO-ERR-401", over=expecting(401), verifies=("DRIM-C-ERR-401",), needs=("expected",))
def bad_token_served(one: Answer) -> Iterator[Defect]:
    """A request without an active token is answered 401.

    Why: whoever finds a Retrieve URL sees the images of a patient.
    Fix: introspect each token; answer 401 with its challenge where it is not active.
    """
    yield from _otherwise(one)


@rule("WADO-ERR-403", over=expecting(403), verifies=("DRIM-C-ERR-403",), needs=("expected",))
def unlisted_client_served(one: Answer) -> Iterator[Defect]:
    """A client that the allow-list does not have is refused.

    Why: only the DRIMboxes of the network may ask for images.
    Fix: check the certificate of the client against the allow-list; answer 403, or refuse TLS.
    """
    yield from _otherwise(one)


@rule("WADO-ERR-404", over=expecting(404), verifies=("DRIM-C-ERR-404",), needs=("expected",))
def unknown_resource_served(one: Answer) -> Iterator[Defect]:
    """What is not known, and what another KOS lists, is answered 404.

    Why: images that were taken back, or belong to nobody, would be shown.
    Fix: look the study up, and compare KOS-SOPInstanceUID with the KOS in force.
    """
    yield from _otherwise(one)


@rule("WADO-ERR-405", over=expecting(405), verifies=("PS3.18-WR09",), needs=("expected",))
def method_served(one: Answer) -> Iterator[Defect]:
    """A method that the resource does not have is answered 405.

    Why: a client could change what it may only read.
    Fix: answer 405 with Allow: GET, OPTIONS.
    """
    yield from _otherwise(one)


@rule("WADO-ERR-406", over=expecting(406), verifies=("DRIM-C-ERR-406",), needs=("expected",))
def unacceptable_answered_otherwise(one: Answer) -> Iterator[Defect]:
    """A request that accepts nothing the server has is answered 406.

    Why: the client cannot tell a server that fails from a type that it must not ask for.
    Fix: answer 406, with the types that are available.
    """
    yield from _otherwise(one)
