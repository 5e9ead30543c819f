"""``sut.toml``: the system under test, where it is, what it can do, how it is acted upon."""

from __future__ import annotations

import os
import subprocess
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from drimcheck.declared.product import KEYS, product_of
from drimcheck.harness.tables import Address, Tables
from validators.model import Product

WAYS = ("automatic", "hook", "hand")
ACTS = ("load-kos", "open-call", "retrieve", "show", "export-pacs", "import-xdm", "export-xdm",
        "refresh-allowlist")  # fmt: skip
"""What a scenario asks of a DRIMbox that no protocol of DRIM-M asks for."""
CAPABILITIES = ("viewer", "export-pacs", "psc", "dmp", "xdm", "allowlist")
START = ("empty", "kos-injected")


class BadSut(Exception):
    """The file does not describe a system; ``problems`` are lines of what and where."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = list(problems)


@dataclass(frozen=True, slots=True)
class Source:
    """A Source: the base of WADO-RS, its listeners, what it starts with.

    ``kos`` names the KOS that it has where ``start`` is kos-injected.
    """

    wado: str = ""
    viewer: str = ""
    mllp: Address | None = None
    dicom: Address | None = None
    start: str = "empty"
    kos: Path | None = None


@dataclass(frozen=True, slots=True)
class Conso:
    """A Conso: where its contextual call goes, and the pages of its user."""

    call: str = ""
    base: str = ""


@dataclass(frozen=True, slots=True)
class Network:
    """How we reach it: authorities, client certificate and key (PEM), addresses of names."""

    ca: Path | None = None
    certificate: Path | None = None
    key: Path | None = None
    resolve: Mapping[str, tuple[str, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Peers:
    """Where our peers listen, so that it reaches them."""

    listen: str = "127.0.0.1"
    port: int = 0
    public_name: str = ""
    public_port: int = 0
    tls: bool = False
    pacs_title: str = "PACS"
    redirect_uris: tuple[str, ...] = ()
    """Where the system comes back to after a login at our Pro Santé Connect."""


@dataclass(frozen=True, slots=True)
class Way:
    """How an act is done: by itself, by a command, or by hand with files in a folder.

    ``seconds`` is how long it may take.
    """

    way: str = "automatic"
    command: tuple[str, ...] = ()
    folder: Path | None = None
    seconds: float = 300.0


@dataclass(frozen=True, slots=True)
class Sut:
    """The system under test. A role that it has not is None."""

    product: Product | None = None
    source: Source | None = None
    conso: Conso | None = None
    network: Network = field(default_factory=Network)
    peers: Peers = field(default_factory=Peers)
    acts: Mapping[str, Way] = field(default_factory=dict)
    capabilities: frozenset[str] = frozenset(CAPABILITIES)
    token: Mapping[str, Any] = field(default_factory=dict)
    seconds: float = 60.0
    """How long what follows a message may take: a publication, a retrieval."""

    def access_token(self) -> str:
        """The token of the file, the variable or the command. Raises BadSut."""
        try:
            if "file" in self.token:
                return Path(self.token["file"]).read_text(encoding="utf-8").strip()
            if "env" in self.token:
                return os.environ[self.token["env"]].strip()
            if "command" in self.token:
                ran = subprocess.run(  # noqa: S603 - a command of the user
                    self.token["command"],
                    capture_output=True,
                    text=True,
                    check=True,
                    timeout=self.seconds,
                )
                return ran.stdout.strip()
        except (OSError, KeyError, subprocess.SubprocessError) as problem:
            raise BadSut([f"token: {problem}"]) from None
        return ""


def read(path: Path) -> Sut:
    """Read and check a file. Raises OSError, BadSut."""
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise BadSut([f"{path}: {problem}"]) from None
    reader = Tables(found, path.parent)
    made = _sut(reader)
    if reader.problems:
        raise BadSut([f"{path}: {one}" for one in reader.problems])
    return made


def _sut(reader: Tables) -> Sut:
    known = ("product", "source", "conso", "network", "peers", "acts", "capabilities", "token",
             "seconds")  # fmt: skip
    for name in reader.found:
        if name not in known:
            reader.problems.append(f"{name}: unknown; one of: {', '.join(known)}")
    product = reader.table("product", KEYS) or {}
    source, conso = _source(reader), _conso(reader)
    if source is None and conso is None:
        reader.problems.append("neither [source] nor [conso]: name the role that is tested")
    return Sut(
        product=product_of(product),
        source=source,
        conso=conso,
        network=_network(reader),
        peers=_peers(reader),
        acts=dict(_acts(reader)),
        capabilities=_capabilities(reader),
        token=_token(reader),
        seconds=float(reader.value(reader.found, "", "seconds", Sut().seconds)),
    )


def _source(reader: Tables) -> Source | None:
    table = reader.table("source", ("wado", "viewer", "mllp", "dicom", "start", "kos"))
    if table is None:
        return None
    start = reader.choice("source.start", str(table.get("start", START[0])), START)
    kos = reader.path(table, "source", "kos")
    if start == START[1] and kos is None:
        reader.problems.append("source.kos: start is kos-injected; name the KOS that it has")
    return Source(
        wado=reader.url(table, "source", "wado"),
        viewer=reader.url(table, "source", "viewer"),
        mllp=reader.address(table, "source", "mllp"),
        dicom=reader.address(table, "source", "dicom"),
        start=start,
        kos=kos,
    )


def _conso(reader: Tables) -> Conso | None:
    table = reader.table("conso", ("call", "base"))
    if table is None:
        return None
    return Conso(reader.url(table, "conso", "call"), reader.url(table, "conso", "base"))


def _network(reader: Tables) -> Network:
    table = reader.table("network", ("ca", "certificate", "key", "resolve")) or {}
    resolve: dict[str, tuple[str, int]] = {}
    for name, text in reader.value(table, "network.", "resolve", {}).items():
        found = reader.address({"resolve": text}, "network", "resolve")
        if found is not None:
            resolve[name] = found.place
    return Network(
        reader.path(table, "network", "ca"),
        reader.path(table, "network", "certificate"),
        reader.path(table, "network", "key"),
        resolve,
    )


def _peers(reader: Tables) -> Peers:
    known = ("listen", "port", "public_name", "public_port", "tls", "pacs_title", "redirect_uris")
    table = reader.table("peers", known) or {}
    found = {one.name: reader.value(table, "peers.", one.name, one.default)
             for one in fields(Peers) if one.name != "redirect_uris"}  # fmt: skip
    return Peers(**found, redirect_uris=reader.texts(table, "peers.", "redirect_uris"))


def _token(reader: Tables) -> Mapping[str, Any]:
    table = reader.table("token", ("file", "env", "command")) or {}
    named = {key: reader.value(table, "token.", key, "") for key in ("file", "env") if key in table}
    command = reader.texts(table, "token.", "command")
    return {**named, **({"command": list(command)} if command else {})}


def _acts(reader: Tables) -> Iterator[tuple[str, Way]]:
    for name, row in (reader.table("acts", ACTS) or {}).items():
        if not isinstance(row, dict):
            reader.problems.append(f'acts.{name}: is no table; write {{ way = "hook", ... }}')
            continue
        way = reader.choice(f"acts.{name}.way", str(row.get("way", WAYS[0])), WAYS)
        if way == "hook" and not row.get("command"):
            reader.problems.append(f"acts.{name}.command: a hook is a command; write a list")
        folder = row.get("folder")
        yield (
            name,
            Way(
                way,
                reader.texts(row, f"acts.{name}.", "command"),
                reader.folder / str(folder) if folder else None,
                float(reader.value(row, f"acts.{name}.", "seconds", Way().seconds)),
            ),
        )


def _capabilities(reader: Tables) -> frozenset[str]:
    table = reader.table("capabilities", CAPABILITIES)
    if table is None:
        return frozenset(CAPABILITIES)
    return frozenset(name for name in CAPABILITIES if table.get(name, False))
