"""The kinds of document that the judge knows: how each is recognised and read."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from validators import allowlist, call, cda, dmp, hl7v2, iid, kos, psc, wado, xdm, xds
from validators import cross as _cross  # noqa: F401 - registers the rules between documents
from validators.engine import Subject
from validators.kos.subject import recognises
from validators.reading.dicom import Buffer
from validators.wado import response


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of document. ``recognises`` says "" for a document of the kind, else what it is.

    ``embeds`` names the kinds of document that one may hold.
    """

    name: str
    load: Callable[[Buffer], Subject]
    recognises: Callable[[Buffer], str]
    embeds: tuple[str, ...] = ()


KINDS = {
    "kos": Kind("kos", kos.load, recognises),
    "hl7": Kind("hl7", hl7v2.load, hl7v2.recognises, ("cda",)),
    "cda": Kind("cda", cda.load, cda.recognises),
    # A stored archive shows the metadata inside: its own mark is looked for first.
    "xdm": Kind("xdm", xdm.load, xdm.recognises, ("xds", "kos", "cda")),
    "xds": Kind("xds", xds.load, xds.recognises, ("kos", "cda")),
    "allowlist": Kind("allowlist", allowlist.load, allowlist.recognises),
    "request": Kind("request", wado.load, wado.recognises),
    "response": Kind("response", response.load, response.recognises),
    "call": Kind("call", call.load, call.recognises),
    "iid": Kind("iid", iid.load, iid.recognises),
    "psc": Kind("psc", psc.load, psc.recognises),
    "dmp": Kind("dmp", dmp.load, dmp.recognises, ("xds",)),
}


CROSS = "cross"
"""The kind of the rules between documents, which no single file is of."""
JUDGED = (*KINDS, CROSS)
"""All that rules are asked of."""


def with_embedded(names: Iterable[str]) -> list[Kind]:
    """The kinds of these names, then those that their documents may hold, each once."""
    found = dict.fromkeys(names)
    waiting = list(found)
    while waiting:
        for name in KINDS[waiting.pop(0)].embeds:
            if name not in found:
                found[name] = None
                waiting.append(name)
    return [KINDS[name] for name in found]
