"""The sheet for a vendor: where everything is, what to trust, who to be."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

from drimcheck.simulate.peers import manifests_of
from drimcheck.simulate.setting import Setting
from testdata.message import oru
from testdata.report import cda, pdf

SHEET, DATA = "handover.md", "handover.toml"
WORDS = {
    "en": ("Peers of your DRIMbox", "Where", "Certificates", "Pro Santé Connect", "PACS", "Files",
           "trust", "client certificate of your DRIMbox, and its key", "client", "secret",
           "test users", "AE title"),
    "fr": ("Les pairs de votre DRIMbox", "Où", "Certificats", "Pro Santé Connect", "PACS",
           "Fichiers", "à accepter", "certificat client de votre DRIMbox, et sa clé", "client",
           "secret", "utilisateurs de test", "titre d'AE"),
}  # fmt: skip


def hand_over(setting: Setting, places: Mapping[str, str]) -> None:
    """Write the sheet, the same as data, and the files that a vendor needs. Raises OSError."""
    folder: Path = setting.options.handover
    folder.mkdir(parents=True, exist_ok=True)
    client = setting.pki.client("db171.test.mesimagesmedicales.fr", "300000000000029")
    files = {
        "trust.pem": setting.pki.trust.read_bytes(),
        "client.pem": client.path.read_bytes(),
        "client.key": client.key_path.read_bytes(),
        **_documents(setting),
    }
    for one, _ in _clients():
        held = setting.pki.client(one)
        files |= {f"{one}.pem": held.path.read_bytes(), f"{one}.key": held.key_path.read_bytes()}
    for name, raw in files.items():
        (folder / name).write_bytes(raw)
        if name.endswith(".key"):
            (folder / name).chmod(0o600)
    (folder / SHEET).write_text(_sheet(setting, places, files), encoding="utf-8")
    text = _data(setting, places)
    tomllib.loads(text)
    (folder / DATA).write_text(text, encoding="utf-8")


def _documents(setting: Setting) -> dict[str, bytes]:
    """The documents of the exam, as its Source would have them."""
    exam = setting.exam
    manifests = manifests_of(exam)
    found = {f"kos-{number}.dcm": raw for number, raw in enumerate(manifests.values(), start=1)}
    report = cda(exam)
    return {**found, "report.xml": report, "report.pdf": pdf(exam), "oru.hl7": oru(exam, report)}


def _clients() -> list[tuple[str, str]]:
    from simulators.psc import CLIENTS

    return [(one.id, one.secret) for one in CLIENTS]


def _users(setting: Setting) -> list[str]:
    from simulators.psc import cast

    return [one.name for one in cast(setting.exam.seed)]


def _sheet(setting: Setting, places: Mapping[str, str], files: Mapping[str, bytes]) -> str:
    """The sheet as Markdown."""
    (title, where, certificates, psc, pacs, papers, trust, own, client, secret, users, aet) = WORDS[
        setting.options.lang
    ]
    lines = [f"# {title}", "", f"## {where}", "", "| | |", "|---|---|"]
    lines += [f"| {name} | `{place}` |" for name, place in places.items()]
    lines += ["", f"## {certificates}", "", f"- {trust}: `trust.pem`",
              f"- {own}: `client.pem`, `client.key`"]  # fmt: skip
    lines += [f"- {psc}, `{name}`: `{name}.pem`, `{name}.key`" for name, _ in _clients()]
    lines += ["", f"## {psc}", "", f"| {client} | {secret} |", "|---|---|"]
    lines += [f"| `{name}` | `{value}` |" for name, value in _clients()]
    lines += ["", f"{users}: {', '.join(f'`{one}`' for one in _users(setting))}"]
    lines += ["", f"## {pacs}", "", f"{aet}: `{setting.options.ae_title}`"]
    lines += ["", f"## {papers}", ""]
    lines += [
        f"- `{name}`" for name in files if "." in name and not name.endswith((".pem", ".key"))
    ]
    return "\n".join(lines) + "\n"


def _data(setting: Setting, places: Mapping[str, str]) -> str:
    """The same for programs, as TOML."""
    lines = ["[peers]"]
    lines += [f"{name} = {_quoted(place)}" for name, place in places.items()]
    lines += ["", "[certificates]", 'trust = "trust.pem"', 'client = "client.pem"',
              'key = "client.key"', "", "[pacs]",
              f"ae_title = {_quoted(setting.options.ae_title)}", "", "[psc]"]  # fmt: skip
    lines += [f"{name} = {_quoted(value)}" for name, value in _clients()]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
