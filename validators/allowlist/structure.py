"""The elements of the list, their order, and the form of their values (DRIM-M G-WL-01)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime

from validators.allowlist.subject import (
    NAMESPACE,
    ROOT,
    SIGNATURE,
    AllowList,
    domains,
    rule,
    whole_list,
)
from validators.model import Defect
from validators.reading.xml import XmlFile, XmlNode

VERSION = "1.0.0"
FIELDS = (
    "Identifiant",
    "db",
    "vi",
    "Denomination",
    "DNCertificatOperateur",
    "SupportContact",
    "DateMAJ",
)
_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?Z")


class WholeFile(XmlNode):
    """The file itself, which may be no XML."""

    __slots__ = ("file",)

    def __init__(self, file: XmlFile) -> None:
        self.file = file

    @property
    def path(self) -> str:
        return ""

    @property
    def line(self) -> int | None:
        return None


def named(name: str) -> str:
    """An element of the namespace of the list."""
    return f"{{{NAMESPACE}}}{name}"


def whole_file(allowlist: AllowList) -> Iterable[WholeFile]:
    return (WholeFile(allowlist.file),)


def dates(allowlist: AllowList) -> Iterator[XmlNode]:
    yield from allowlist.root.all(named("DateDeGeneration"))
    for one in allowlist.domains:
        yield from one.all(named("DateMAJ"))


def identifiers(allowlist: AllowList) -> Iterator[XmlNode]:
    for one in allowlist.domains:
        yield from one.all(named("Identifiant"))


def texts(allowlist: AllowList) -> Iterator[XmlNode]:
    for one in allowlist.domains:
        for name in ("Denomination", "SupportContact"):
            yield from one.all(named(name))


@rule("G-WL-01-XML", over=whole_file, verifies=("G-WL-01-XML",), gate=True)
def list_unreadable(whole: WholeFile) -> Iterator[Defect]:
    """The list is well-formed XML without a document type.

    Why: nothing can be taken from a list that is cut or corrupted.
    Fix: download it again; publish it as an XML library writes it, without <!DOCTYPE.
    """
    for one in whole.file.problems:
        yield Defect("", one.expected, one.actual, None, one.line)


@rule("G-WL-01-ROOT", over=whole_list, verifies=("G-WL-01-ROOT",), gate=True)
def root_of_another_document(root: XmlNode) -> Iterator[Defect]:
    """The root is ListeBlancheDRIM-M in the namespace of the list.

    Why: a DRIMbox that finds another element there has another document.
    Fix: write ListeBlancheDRIM-M with xmlns="https://github.com/ansforge/DRIM-M_DATA".
    """
    if root.element.tag != named(ROOT):
        yield root.defect(expected=named(ROOT), actual=str(root.element.tag))


@rule("G-WL-01-VERSION", over=whole_list, verifies=("G-WL-01-VERSION",))
def version_unknown(root: XmlNode) -> Iterator[Defect]:
    """The version of the format is 1.0.0.

    Why: a DRIMbox reads the list by that format, and knows no other.
    Fix: write versionFormat="1.0.0".
    """
    if root.get("versionFormat") != VERSION:
        actual = root.get("versionFormat") or None
        yield root.defect(expected=VERSION, actual=actual, child="@versionFormat")


@rule("G-WL-01-LIST", over=whole_list, verifies=("G-WL-01-LIST",))
def list_of_other_elements(root: XmlNode) -> Iterator[Defect]:
    """The list is its date, its domains and its signature, and has nothing else.

    Why: a DRIMbox looks for each in its place; anything else may be taken for a domain.
    Fix: write DateDeGeneration, then ListeDomaines with Domaine elements alone.
    """
    children = [str(one.tag) for one in root.element if one.tag != SIGNATURE]
    expected = [named("DateDeGeneration"), named("ListeDomaines")]
    if children != expected:
        yield root.defect(expected=_shown(expected), actual=_shown(children))
    for one in root.all(f"{named('ListeDomaines')}/*"):
        if one.element.tag != named("Domaine"):
            yield one.defect(expected="Domaine", actual=one.name)


@rule("G-WL-01-DOMAIN", over=domains, verifies=("G-WL-01-DOMAIN",))
def domain_of_other_elements(domain: XmlNode) -> Iterator[Defect]:
    """A domain has its seven elements, each once, in their order.

    Why: a DRIMbox that misses one can neither reach the peer nor know its certificate.
    Fix: write Identifiant, db, vi, Denomination, DNCertificatOperateur, SupportContact, DateMAJ.
    """
    children = [str(one.tag) for one in domain.element]
    expected = [named(one) for one in FIELDS]
    if children != expected:
        yield domain.defect(expected=_shown(expected), actual=_shown(children))


def _shown(tags: list[str]) -> str:
    return " ".join(one.removeprefix(f"{{{NAMESPACE}}}") for one in tags)


@rule("G-WL-01-DATE", over=dates, verifies=("G-WL-01-DATE",))
def date_impossible(date: XmlNode) -> Iterator[Defect]:
    """Dates are those of xs:dateTime, in UTC, and exist.

    Why: a DRIMbox tells by them which of two lists is the newer one.
    Fix: write 2026-06-19T18:06:52Z.
    """
    if not is_utc_time(date.text):
        yield date.defect(expected="YYYY-MM-DDThh:mm:ssZ", actual=date.text or None)


def is_utc_time(text: str) -> bool:
    """Whether the text is an xs:dateTime in UTC that exists."""
    found = _TIME.fullmatch(text)
    if found is None or not text.isascii():
        return False
    try:
        datetime.fromisoformat(found[1])
    except ValueError:
        return False
    return True


@rule("G-WL-01-ID", over=identifiers, verifies=("G-WL-01-ID",))
def identifier_no_number(identifier: XmlNode) -> Iterator[Defect]:
    """The identifier of an operator is a number.

    Why: it is part of the host names of the operator.
    Fix: write the number that ANS gave.
    """
    if not re.fullmatch(r"[1-9][0-9]*", identifier.text):
        yield identifier.defect(expected="[1-9][0-9]*", actual=identifier.text or None)


@rule("G-WL-01-VALUE", over=texts, verifies=("G-WL-01-VALUE",))
def text_empty(text: XmlNode) -> Iterator[Defect]:
    """Every domain says who runs it, and whom to ask.

    Why: when images cannot be reached, nobody else knows whom to call.
    Fix: write Denomination and SupportContact.
    """
    if not text.text:
        yield text.defect(expected=">= 1", actual="")


def repeated(nodes: Iterable[XmlNode]) -> Iterator[XmlNode]:
    """The nodes whose text another one before them has, empty ones left out."""
    seen: Counter[str] = Counter()
    for one in nodes:
        text = one.text.lower()
        if text and seen[text]:
            yield one
        seen[text] += 1
