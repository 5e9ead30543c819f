"""What answers at the addresses of ``sut.toml``: names, TCP, TLS, HTTP, C-ECHO, MLLP, the clock."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from drimcheck.harness.certificates import refused, validity
from drimcheck.harness.finding import Finding, note, ok, problem
from drimcheck.harness.sut import Network
from drimcheck.harness.tables import Address
from drimcheck.harness.tls import context
from validators.model import Text

SECONDS = 5.0
SKEW = 60.0
"""Seconds that two clocks may differ: tokens of Pro Santé Connect and VIHF are short-lived."""
HEALTHY = (200, 204)
HEAD = 1 << 16
WHO = Text(
    "where it asks for a client certificate, set network.certificate and network.key",
    "s'il demande un certificat client, donner network.certificate et network.key",
)
LOG = Text("see its log", "voir son journal")
Place = tuple[str, int]


def resolved(what: str, host: str) -> Finding | None:
    """What is wrong with a name; None where it has an address."""
    found: list[str] = []

    def ask() -> None:
        try:
            found.extend(str(one[4][0]) for one in socket.getaddrinfo(host, None))
        except OSError as error:
            found.append(f"!{error.strerror or error}")

    # The resolver has no deadline of its own that Python could set.
    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(SECONDS)
    reason = "no answer" if not found else found[0][1:] if found[0][:1] == "!" else ""
    if not reason:
        return None
    fix = Text(
        f'give it an address: network.resolve = {{ "{host}" = "ADDRESS:PORT" }}',
        f'lui donner une adresse : network.resolve = {{ "{host}" = "ADRESSE:PORT" }}',
    )
    return problem(what, Text(f"{host}: {reason}", f"{host} : {reason}"), fix)


def closed(what: str, place: Place, error: OSError) -> Finding:
    """An address at which nothing can be reached."""
    reason = "timed out" if isinstance(error, TimeoutError) else error.strerror or str(error)
    said = "{}:{}: {}".format(*place, reason)
    fix = Text("start it, or open the way to it", "le démarrer, ou ouvrir l'accès")
    return problem(what, Text(said, said), fix)


def listening(what: str, place: Place) -> Iterator[Finding]:
    """A connection to a listener, at which nothing is said: MLLP knows no empty message."""
    wrong = resolved(what, place[0])
    if wrong:
        yield wrong
        return
    try:
        socket.create_connection(place, SECONDS).close()
    except OSError as error:
        yield closed(what, place, error)
        return
    yield ok(what, "{}:{} accepts connections".format(*place), "{}:{} répond".format(*place))


def echo(what: str, where: Address, calling: str) -> Iterator[Finding]:
    """A C-ECHO (PS3.7 9.1.5) after a connection."""
    found = list(listening(what, where.place))
    if found[0].level != "ok":
        yield from found
        return
    from pynetdicom import AE

    entity = AE(ae_title=calling)
    entity.acse_timeout = entity.dimse_timeout = entity.network_timeout = SECONDS
    entity.connection_timeout = SECONDS
    entity.add_requested_context("1.2.840.10008.1.1")
    association = entity.associate(where.host, where.port, ae_title=where.title)
    if not association.is_established:
        said = Text(
            f"{where} refuses an association of {calling}",
            f"{where} refuse une association de {calling}",
        )
        yield problem(
            what,
            said,
            Text(
                f"declare {calling} there, and check the AE title",
                f"y déclarer {calling}, et vérifier l'AE title",
            ),
        )
        return
    try:
        status = getattr(association.send_c_echo(), "Status", None)
    finally:
        association.release()
    if status == 0:
        yield ok(what, f"{where} answers a C-ECHO", f"{where} répond au C-ECHO")
        return
    code = "no status" if status is None else f"0x{status:04X}"
    yield problem(
        what,
        Text(f"{where}: C-ECHO: {code}", f"{where} : C-ECHO : {code}"),
        LOG,
    )


def web(what: str, url: str, network: Network, *, health: bool = False) -> Iterator[Finding]:
    """What there is at a URL: its name, its port, its certificate, its answer, its clock.

    With ``health`` the answer is that of a health check.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    place = network.resolve.get(host) or (host, parts.port or _usual(parts.scheme))
    wrong = resolved(what, place[0])
    if wrong:
        yield wrong
        return
    try:
        with _connected(url, place, network) as stream:
            if isinstance(stream, ssl.SSLSocket):
                yield validity(f"{what} TLS", stream.getpeercert(binary_form=True) or b"")
            head = _asked(stream, url)
    except ssl.SSLError as error:
        yield refused(f"{what} TLS", error, host, place)
        return
    except (OSError, ValueError) as error:
        yield closed(what, place, error if isinstance(error, OSError) else OSError(str(error)))
        return
    if head:
        yield from answered(what, url, head, health=health)
        return
    unknown = url.startswith("https:") and not network.certificate
    said = Text(f"{url}: ended without an answer", f"{url} : fermé sans réponse")
    yield problem(what, said, WHO if unknown else LOG)


def _usual(scheme: str) -> int:
    return 443 if scheme == "https" else 80


@contextmanager
def _connected(url: str, place: Place, network: Network) -> Iterator[socket.socket]:
    with socket.create_connection(place, SECONDS) as plain:
        if not url.startswith("https:"):
            yield plain
            return
        made = context(network) or ssl.create_default_context()
        with made.wrap_socket(plain, server_hostname=urlsplit(url).hostname) as stream:
            yield stream


def _asked(stream: socket.socket, url: str) -> bytes:
    """The head of the answer to a GET; a server that wants a client certificate says so here."""
    parts = urlsplit(url)
    lines = [
        f"GET {parts.path or '/'} HTTP/1.1",
        f"Host: {parts.netloc}",
        "Accept: application/json, */*;q=0.1",
        "User-Agent: drimcheck/doctor",
        "Connection: close",
        "",
        "",
    ]
    stream.sendall("\r\n".join(lines).encode())
    got = b""
    while b"\r\n\r\n" not in got and len(got) < HEAD:
        data = stream.recv(HEAD)
        if not data:
            break
        got += data
    return got.partition(b"\r\n\r\n")[0]


def answered(what: str, url: str, head: bytes, *, health: bool) -> Iterator[Finding]:
    """What the head of an answer says: its status, and the clock of the server."""
    start, *lines = head.decode("latin_1").split("\r\n")
    version, _, rest = start.partition(" ")
    status = rest[:3]
    if not (version.startswith("HTTP/") and status.isdigit()):
        yield problem(
            what,
            Text(f"{url}: no HTTP", f"{url} : pas de HTTP"),
            Text("check the scheme and the port", "vérifier le schéma et le port"),
        )
        return
    said = Text(f"{url}: {status}", f"{url} : {status}")
    if status.startswith("5"):
        yield problem(what, said, LOG)
    elif health and int(status) not in HEALTHY:
        yield note(
            what,
            said,
            Text(
                "a health check is answered with 200 or 204", "un contrôle de santé rend 200 ou 204"
            ),
        )
    else:
        yield ok(what, said.en, said.fr)
    headers = dict(line.partition(":")[::2] for line in lines)
    dated = {name.lower(): value.strip() for name, value in headers.items()}.get("date", "")
    yield clock(f"{what} clock", dated, datetime.now(UTC))


def clock(what: str, dated: str, now: datetime) -> Finding:
    """The Date of an answer (RFC 9110 6.6.1) against our clock."""
    try:
        theirs = parsedate_to_datetime(dated)
    except ValueError:
        return note(what, Text("the answer has no Date", "la réponse n'a pas de Date"))
    if theirs.tzinfo is None:
        theirs = theirs.replace(tzinfo=UTC)
    apart = (theirs - now).total_seconds()
    said = Text(f"{apart:+.0f} s from ours", f"{apart:+.0f} s de la nôtre")
    if abs(apart) > SKEW:
        fix = Text(
            "set both by NTP: tokens and VIHF would be refused",
            "régler les deux par NTP : jetons et VIHF seraient refusés",
        )
        return problem(what, said, fix)
    return ok(what, said.en, said.fr)
