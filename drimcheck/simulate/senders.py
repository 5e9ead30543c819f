"""The peers that send: the client of WADO-RS, the RIS, and the notes of the PACS, once each."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from drimcheck.concluding import Usage
from drimcheck.simulate.setting import Setting
from simulators.sending import send
from simulators.wado_client import Kos, Tokens, read_kos, requests
from simulators.wado_client.kos import kos_of
from simulators.wado_client.requests import NO_TOKEN
from testdata.exam import Event
from validators.model import Exchange

WITHOUT_PSC = "drimcheck.test.token"


def wado_client(setting: Setting) -> None:
    """Send every request that follows the KOS, one after the other."""
    from validators.wado import manifest

    options = setting.options
    kos, raw = _kos(setting)
    if options.base:
        kos = kos.at(options.base.rstrip("/"))
    found = manifest(raw)
    for one in kos.series:
        found.urls[one.study, one.uid] = one.url
    setting.live.known.manifests = {one.study: found for one in kos.series}
    record = setting.live.recorder("wado-client")
    tls = _tls(setting)
    for asked in requests(kos, _tokens(options), agent="drimcheck"):
        sent = asked.raw
        for fault in setting.of("wado-client"):
            if fault.rewrite is not None and fault.at(sent):
                sent = fault.rewrite(sent)
        setting.live.known.expected[sent] = asked.expected
        if asked.sound:
            setting.live.known.sound.add(sent)
        record(send(asked.url, sent, seconds=options.deadline, tls=tls))


def _kos(setting: Setting) -> tuple[Kos, bytes]:
    """The KOS of the command, or that of the exam. Raises Usage, OSError."""
    from testdata.kos import write
    from testdata.kos_drim_m import kos_of as document_of

    if not setting.options.kos:
        study = setting.exam.study
        return kos_of(setting.exam, study), write(document_of(setting.exam, study))
    (path, *more) = setting.options.kos
    if more:
        raise Usage("wado-client follows one KOS")
    raw = Path(path).read_bytes()
    try:
        return read_kos(raw), raw
    except ValueError as problem:
        raise Usage(f"{path}: {problem}") from None


def _tokens(options: object) -> Tokens:
    """The tokens of the command: none are sent with --without-psc."""

    def read(path: Path | None, otherwise: str) -> str:
        return path.read_text(errors="replace").strip() if path else otherwise

    if getattr(options, "without_psc", False):
        return Tokens()
    good = read(getattr(options, "token_file", None), WITHOUT_PSC)
    return Tokens(good, read(getattr(options, "expired_token_file", None), NO_TOKEN))


def _tls(setting: Setting) -> ssl.SSLContext | None:
    """The trust and the certificate of a client; None for those of the machine."""
    options = setting.options
    if not (options.ca or options.cert):
        return None
    context = ssl.create_default_context(cafile=options.ca)
    if options.cert:
        context.load_cert_chain(options.cert, options.key)
    return context


def ris(setting: Setting) -> None:
    """Send a message, call, open a link: what the command asks for. Raises Usage."""
    options = setting.options
    if not (options.to or options.call or options.viewer is not None):
        raise Usage("ris needs --to HOST:PORT, --call URL or --viewer URL")
    if options.to:
        _messages(setting)
    if options.call:
        _calls(setting)
    if options.viewer is not None:
        _links(setting)


def _messages(setting: Setting) -> None:
    from simulators.ris import ControlIds, Form, deleted_message, report_message
    from simulators.ris import send as send_blocks

    options = setting.options
    where = _address(options.to)
    control = ControlIds(options.control_id_prefix).next()
    faults = setting.of("ris")
    if options.event == "exam-deleted":
        blocks = deleted_message(setting.exam, control, faults=faults)
    else:
        event, form = Event(options.event), Form(options.form)
        blocks = report_message(
            setting.exam, event, form, control, level=options.level, faults=faults
        )
    record = setting.live.recorder("ris")
    for one in send_blocks(blocks, where, seconds=options.deadline, tls=_tls(setting)):
        record(Exchange(f"mllp://{options.to}", one.sent, one.received, one.ended))


def _calls(setting: Setting) -> None:
    from simulators.ris import Way, call

    options = setting.options
    way = Way(options.deadline, _tls(setting))
    record = setting.live.recorder("ris-calls")
    for one in call(setting.exam, options.call, faults=setting.of("ris"), way=way):
        record(one)


def _links(setting: Setting) -> None:
    from simulators.ris import Way, open_link, viewer_link

    options = setting.options
    way = Way(options.deadline, _tls(setting))
    record = setting.live.recorder("ris-links")
    faults = setting.of("ris")
    link = viewer_link(setting.exam, setting.exam.study, options.viewer, faults=faults)
    for one in open_link(link, faults=faults, way=way):
        record(one)


def rejection(setting: Setting) -> None:
    """Send the rejection note of the first image of the exam. Raises Usage."""
    from drimcheck.simulate.peers import peer_of
    from simulators.pacs import NoAssociation, note
    from simulators.pacs import send as store

    options = setting.options
    title, where = peer_of(options.reject)
    exam = setting.exam
    series = exam.study.series[0]
    faults = setting.of("pacs")
    raw = note(exam, exam.study, series, series.instances[0], faults)
    try:
        sent = store([raw], where, called=title, calling=options.ae_title, faults=faults)
    except NoAssociation as problem:
        raise Usage(f"{problem}; is it listening, and does it know {options.ae_title}?") from None
    for one in sent:
        setting.live.say(f"pacs rejection note to {options.reject}: {one}")


def _address(text: str) -> tuple[str, int]:
    """HOST:PORT. Raises Usage."""
    host, _, port = text.rpartition(":")
    if not (host and port.isdigit()):
        raise Usage(f"{text!r} is no address; write it as HOST:PORT")
    return host, int(port)


SENDING = {"wado-client": wado_client, "ris": ris}


def at_bases(setting: Setting) -> Iterator[str]:
    """The exam at the bases that the command names, so that its documents lead there."""
    options = setting.options
    if options.source_base:
        base = options.source_base.rstrip("/")
        setting.exam = replace(setting.exam, wado_base=base, viewer_base=base)
        yield base
