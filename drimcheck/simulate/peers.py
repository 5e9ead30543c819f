"""The peers that listen: how each is made from the setting of a run."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from starlette.types import ASGIApp

from drimcheck.concluding import Usage
from drimcheck.simulate.setting import Setting
from simulators.serving import Serving
from testdata.exam import Exam
from testdata.kos import write
from testdata.kos_drim_m import kos_of

if TYPE_CHECKING:
    from validators.wado import Manifest


def _serve(setting: Setting, name: str, make: Callable[[str], ASGIApp], path: str = "") -> str:
    """Serve an application until the run stops; the URL of its service."""
    serving = Serving(
        make,
        setting.network(),
        setting.live.recorder(name),
        setting.of(name),
        keep=setting.keep if name == "wado-server" else None,
    )
    setting.stack.enter_context(serving)
    setting.bases[name] = serving.base
    return serving.base + path


def psc(setting: Setting) -> str:
    from simulators.psc import CLIENTS, application, cast

    redirects = tuple(setting.options.redirect_uri)
    clients = [
        replace(
            one,
            redirect_uris=(*one.redirect_uris, *redirects) if one.redirect_uris else (),
            certificate=_subject(setting, one.id) if setting.options.tls else one.certificate,
        )
        for one in CLIENTS
    ]
    return _serve(
        setting,
        "psc",
        lambda base: application(
            base,
            setting.of("psc"),
            clients=clients,
            users=cast(setting.exam.seed),
            automatic=setting.options.automatic_login,
        ),
        "/.well-known/openid-configuration",
    )


def _subject(setting: Setting, client: str) -> str:
    """The subject of the certificate by which a client proves who it is (E-PSC-09)."""
    return setting.pki.client(client).certificate.subject.rfc4514_string()


def allowlist(setting: Setting) -> str:
    from simulators.allowlist import LIST, Publication, application
    from testdata.allowlist import DOMAINS

    publication = Publication.by(setting.pki.signer(), DOMAINS)
    setting.live.known.trust = (setting.pki.trust.read_bytes(),)
    return _serve(
        setting,
        "allowlist",
        lambda base: application(base, publication, setting.of("allowlist")),
        LIST,
    )


def wado_server(setting: Setting) -> str:
    from simulators.wado_server import application, exam_holding, folder_holding
    from simulators.wado_server.application import BASE

    images = setting.folder / "images"
    images.mkdir(parents=True, exist_ok=True)
    options = setting.options
    try:
        holding = (
            folder_holding(options.folder, options.kos)
            if options.folder
            else exam_holding(setting.exam, images)
        )
    except ValueError as problem:
        raise Usage(str(problem)) from None
    check = None if options.without_psc else _check(setting)

    def make(base: str) -> ASGIApp:
        setting.exam = replace(setting.exam, wado_base=base, viewer_base=base)
        return application(base, holding, setting.of("wado-server"), check=check)

    url = _serve(setting, "wado-server", make, BASE)
    _learn_manifests(setting)
    return url


def _check(setting: Setting) -> Callable[[str], bool]:
    """How tokens are checked: by the PSC of the run, by that of the command, or any will do.

    Where nobody can be asked, only the token that our own client calls expired is not active.
    """
    from simulators.psc import CONNECT, SOURCE
    from simulators.wado_client.requests import NO_TOKEN
    from simulators.wado_server import introspection

    options = setting.options
    trust = ssl.create_default_context(cafile=setting.pki.trust) if options.tls else None
    if "psc" in setting.bases:
        url = f"{setting.bases['psc']}{CONNECT}/token/introspect"
        return introspection(url, SOURCE.id, SOURCE.secret, tls=trust)
    if options.introspect:
        secret = options.secret_file.read_text().strip() if options.secret_file else ""
        return introspection(options.introspect, options.client_id, secret, tls=trust)
    return lambda token: token != NO_TOKEN


def manifests_of(exam: Exam) -> Mapping[str, bytes]:
    """The KOS of each study of an exam, as files."""
    return {study.uid: write(kos_of(exam, study)) for study in exam.studies}


def _learn_manifests(setting: Setting) -> None:
    """What the judge compares requests with: the KOS of the exam, or those of the folder."""
    from validators.wado import manifest

    options = setting.options
    if not options.folder:
        setting.live.known.manifests = {
            study: manifest(raw) for study, raw in manifests_of(setting.exam).items()
        }
        return
    found: dict[str, Manifest] = {}
    for path in (*sorted(options.folder.rglob("*")), *options.kos):
        try:
            one = manifest(path.read_bytes()) if path.is_file() else None
        except ValueError:
            continue
        if one is not None:
            found |= {study: one for study, _ in one.urls}
    setting.live.known.manifests = found


def dmp(setting: Setting) -> str:
    from simulators.dmp import SERVICES, Store, application

    store = Store(anyone=True)
    store.preload_exam(setting.exam)
    return _serve(
        setting, "dmp", lambda base: application(base, setting.of("dmp"), store=store), SERVICES
    )


def pacs(setting: Setting) -> str:
    from simulators.pacs import Archive, Pacs, of_exam
    from simulators.pacs.web import application

    options = setting.options
    made = Pacs(
        Archive(options.folder) if options.folder else of_exam(setting.exam),
        replace(setting.network(), tls=None),
        title=options.ae_title,
        peers=dict(map(peer_of, options.peer)),
        received=setting.live.files("pacs"),
        faults=setting.of("pacs"),
    )
    setting.stack.enter_context(made)
    web = _serve(setting, "pacs-web", lambda base: application(made, base), "/studies")
    host = options.public_name or options.listen
    return f"dicom://{options.ae_title}@{host}:{made.network.port} {web}"


def peer_of(text: str) -> tuple[str, tuple[str, int]]:
    """AE@HOST:PORT. Raises Usage."""
    title, _, where = text.partition("@")
    host, _, port = where.rpartition(":")
    if not (title and host and port.isdigit()):
        raise Usage(f"{text!r} is no peer; write it as AE@HOST:PORT")
    return title, (host, int(port))


LISTENING: Mapping[str, Callable[[Setting], str]] = {
    "psc": psc,
    "allowlist": allowlist,
    "wado-server": wado_server,
    "dmp": dmp,
    "pacs": pacs,
}
"""The peers that listen, in the order in which ``all`` starts them: a later one needs earlier
ones."""
