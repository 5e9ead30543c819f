"""What the publisher can do wrong: lists that a DRIMbox must refuse, and keep its last one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from simulators.allowlist.publisher import Publication
from simulators.faults import Fault, Rewrite
from testdata.allowlist.signing import Style
from testdata.keys import by, issue
from testdata.mutants.allowlist.changes import valued
from testdata.mutants.allowlist.signature import NAMED
from testdata.mutants.rewriting import EVERY
from testdata.mutants.rewriting import replace as replaced

Adjust = Callable[[Publication], Publication]


def _before(rewrite: Rewrite) -> Adjust:
    return lambda one: replace(one, before=rewrite)


def _after(rewrite: Rewrite) -> Adjust:
    return lambda one: replace(one, after=rewrite)


def _styled(**changes: object) -> Adjust:
    def adjust(one: Publication) -> Publication:
        return replace(one, style=replace(one.style, **changes))  # type: ignore[arg-type]

    return adjust


def _unknown_authority(one: Publication) -> Publication:
    """Signed under a root that nobody was told to trust."""
    return replace(one, style=Style(who=by(issue(subject=NAMED, serial=3)), filtered=False))


_fault = partial(Fault, simulator="allowlist")
_text = partial(replaced, count=EVERY)

FAULTS = (
    _fault("list-unsigned", effect="the list without its signature",
           breaks="G-WL-05", seen_by="G-WL-05", adjust=lambda one: replace(one, signed=False)),
    _fault("list-changed-after-signature", effect="the list changed after it was signed",
           breaks="G-WL-06-DIGEST", seen_by="G-WL-06-DIGEST",
           adjust=_after(_text("</Denomination>", " SA</Denomination>"))),
    _fault("signature-value-cut", effect="a signature that nobody made",
           breaks="G-WL-06-VALUE", seen_by="G-WL-06-VALUE",
           adjust=_styled(damage=valued("ds:SignatureValue", "AAAA"))),
    _fault("signer-not-certified", effect="a signer under an authority that is not to be trusted",
           breaks="G-WL-07-CHAIN", seen_by="G-WL-07-CHAIN", adjust=_unknown_authority),
    _fault("list-cut", effect="half of the list",
           breaks="G-WL-01-XML", seen_by="G-WL-01-XML",
           adjust=_after(lambda raw: raw[: len(raw) // 2])),
    _fault("host-outside-the-zone", effect="a DRIMbox outside mesimagesmedicales.fr",
           breaks="G-WL-04", seen_by="G-WL-04-DB",
           adjust=_before(_text(".mesimagesmedicales.fr", ".example.org"))),
    _fault("list-of-another-version", effect="a version of the list that nobody knows",
           breaks="G-WL-01-VERSION", seen_by="G-WL-01-VERSION",
           adjust=_before(_text('versionFormat="1.0.0"', 'versionFormat="1.1.0"'))),
    _fault("identifier-no-number", effect="an Identifiant that is no number",
           breaks="G-WL-01-ID", seen_by="G-WL-01-ID",
           adjust=_before(_text("<Identifiant>", "<Identifiant>A"))),
)  # fmt: skip
