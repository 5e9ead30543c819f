"""The domains: hosts, and the certificate of each operator (DRIM-M G-WL-02 to G-WL-04)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from validators.allowlist.structure import identifiers, named, repeated
from validators.allowlist.subject import AllowList, rule
from validators.model import Defect
from validators.reading.xml import XmlNode

ZONE = "mesimagesmedicales.fr"
TEST = "test"
_HOST = re.compile(r"(db|vi)([1-9][0-9]*)\.([1-9][0-9]*|test)\.mesimagesmedicales\.fr")
_NAME = re.compile(
    r"CN=([^,]+),OU=([0-9]{14,15}),O=((?:[^,\\]|\\.)+),ST=([^,()]+ \([0-9AB]{2,3}\)),C=FR"
)


def hosts(allowlist: AllowList) -> list[XmlNode]:
    return [found for one in allowlist.domains for found in one.all(named("db"))]


def viewers(allowlist: AllowList) -> list[XmlNode]:
    """The viewer hosts that have a value: it may be empty."""
    found = (viewer for one in allowlist.domains for viewer in one.all(named("vi")))
    return [one for one in found if one.text]


def certified(allowlist: AllowList) -> list[XmlNode]:
    """The domains with a host and a name of a certificate."""
    wanted = named("db"), named("DNCertificatOperateur")
    return [one for one in allowlist.domains if all(one.value(path) for path in wanted)]


def certificate_names(allowlist: AllowList) -> Iterator[XmlNode]:
    for one in allowlist.domains:
        yield from one.all(named("DNCertificatOperateur"))


def test_domains(allowlist: AllowList) -> Iterator[XmlNode]:
    """The hosts of the test environment."""
    for name in ("db", "vi"):
        for domain in allowlist.domains:
            for one in domain.all(named(name)):
                found = _HOST.fullmatch(one.text)
                if found and found[3] == TEST:
                    yield one


def every_host(allowlist: AllowList) -> Iterable[XmlNode]:
    return (allowlist.root,) if allowlist.domains else ()


@rule("G-WL-02", over=identifiers, verifies=("G-WL-02",), bulk=True)
def operator_of_several_domains(nodes: Sequence[XmlNode]) -> Iterator[Defect]:
    """Each operator has one domain.

    Why: it may have several; a list that repeats one by mistake looks the same.
    Fix: nothing, where the operator runs several DRIMboxes.
    """
    for one in repeated(nodes):
        yield one.defect(expected="1", actual=one.text)


@rule("G-WL-03-CN", over=certified, verifies=("G-WL-03-CN",))
def certificate_of_another_host(domain: XmlNode) -> Iterator[Defect]:
    """The CN of the certificate is the host db.

    Why: a peer is let in by its certificate: with another CN, someone else is.
    Fix: write the DN of the certificate of that host.
    """
    host = domain.value(named("db"))
    name = domain.value(named("DNCertificatOperateur"))
    found = re.search(r"(?:^|,)\s*CN=([^,]*)", name)
    if found is None or found[1].strip() != host:
        actual = found[1] if found else None
        yield domain.defect(expected=host, actual=actual, child="DNCertificatOperateur")


@rule("G-WL-03-DN", over=certificate_names, verifies=("G-WL-03-DN",))
def certificate_name_malformed(name: XmlNode) -> Iterator[Defect]:
    """The DN of the certificate has CN, OU of 14 or 15 digits, O, ST with its number, C=FR.

    Why: DRIMboxes compare it with the certificate that a peer presents.
    Fix: copy the DN from the certificate, CN first: CN=,OU=,O=,ST=,C=FR.
    """
    if not _NAME.fullmatch(name.text):
        yield name.defect(expected="CN=,OU=[0-9]{14,15},O=,ST= (00),C=FR", actual=name.text or None)


@rule("G-WL-04-DB", over=hosts, verifies=("G-WL-04",), parameters=("test_hosts",))
def host_outside_the_zone(host: XmlNode, test: bool) -> Iterator[Defect]:
    """Db is the name of a DRIMbox in the zone of DRIM-M.

    Why: the URLs in every KOS begin with it, and stay there for ever.
    Fix: write db<n>.<id>.mesimagesmedicales.fr.
    """
    yield from _outside(host, "db", test=test)


@rule("G-WL-04-VI", over=viewers, verifies=("G-WL-04",), parameters=("test_hosts",))
def viewer_outside_the_zone(host: XmlNode, test: bool) -> Iterator[Defect]:
    """Vi, where it has a value, is the name of a viewer in the zone of DRIM-M.

    Why: the links in every report begin with it, and stay there for ever.
    Fix: write vi<n>.<id>.mesimagesmedicales.fr, or leave it empty.
    """
    yield from _outside(host, "vi", test=test)


def _outside(host: XmlNode, kind: str, *, test: bool) -> Iterator[Defect]:
    found = _HOST.fullmatch(host.text)
    if found is None or found[1] != kind or (found[3] == TEST and not test):
        yield host.defect(expected=f"{kind}<n>.<id>.{ZONE}", actual=host.text or None)


@rule("G-WL-04-TEST", over=test_domains, verifies=("G-WL-04-TEST",))
def test_host_of_another_operator(host: XmlNode) -> Iterator[Defect]:
    """In the test environment, the number in the host is the identifier of the operator.

    Why: the tests of one operator would reach the DRIMbox of another.
    Fix: write db<Identifiant>.test.mesimagesmedicales.fr.
    """
    found = _HOST.fullmatch(host.text)
    identifier = host.parent.value(named("Identifiant"))
    if found is not None and found[2] != identifier:
        yield host.defect(expected=f"{found[1]}{identifier}.{TEST}.{ZONE}", actual=host.text)


@rule("G-WL-04-UNIQUE", over=every_host, verifies=("G-WL-04-UNIQUE",))
def host_repeated(root: XmlNode) -> Iterator[Defect]:
    """No host stands in two domains.

    Why: of two certificates for one host, a DRIMbox cannot tell which to expect.
    Fix: keep one domain for the host.
    """
    for name in ("db", "vi"):
        path = f"{named('ListeDomaines')}/{named('Domaine')}/{named(name)}"
        for one in repeated(root.all(path)):
            yield one.defect(expected="1", actual=one.text)
