"""The parts of the reference Source: inbox, history, messages, links, Accept, cache, allow-list."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import pytest

from reference_drimbox import cda, config, hl7, orders, signing, syntaxes
from reference_drimbox.accept import Malformed, accepted
from reference_drimbox.allowlist import Allowlist, name_of
from reference_drimbox.archive import Archive, ArchiveUnavailable, Message, inbox, transfer
from reference_drimbox.cda import NotAReport
from reference_drimbox.commands import main as reference
from reference_drimbox.http import Client
from reference_drimbox.orders import Kind
from reference_drimbox.pacs import PacsUnavailable
from reference_drimbox.settings import Misconfigured
from reference_drimbox.source.guard import Refused
from reference_drimbox.source.images import WHOLE, Images
from reference_drimbox.source.links import check, link_of
from reference_drimbox.source.notes import NotANote, note_of
from reference_drimbox.study import Instance, Series
from reference_drimbox.submission import utc
from reference_drimbox.xdm import NotAnArchive
from simulators.allowlist import LIST, Publication, application
from simulators.faults import faults
from simulators.pki import Pki
from simulators.ris.messages import Form, deleted_message, report_message
from simulators.serving import Serving
from testdata.allowlist import DOMAINS
from testdata.exam import Event
from testdata.exams import EXAMS, LARGE, exam
from testdata.publication import Generation, archive_of, kos_file
from testdata.report import cda as report_of
from tests.reference import eventually

ALPHA = exam("alpha")


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(f"sqlite:///{tmp_path / 'archive.db'}")


def block(event: Event = Event.CREATE, form: Form = Form.ORU, control: str = "1" * 12) -> bytes:
    return report_message(ALPHA, event, form, control)[0][1:-2]


# The inbox


def test_a_message_is_kept_once_however_often_it_comes(archive: Archive) -> None:
    assert inbox.receive(archive, inbox.HL7, "1", b"body", ["1.2"])
    assert not inbox.receive(archive, inbox.HL7, "1", b"body", ["1.2"])
    assert inbox.receive(archive, inbox.HL7, "1", b"other", ["1.2"])


def test_messages_of_a_study_keep_their_order_and_others_pass(archive: Archive) -> None:
    for control, study in (("1", "1.2"), ("2", "1.2"), ("3", "1.3")):
        inbox.receive(archive, inbox.HL7, control, control.encode(), [study])
    first = inbox.begin(archive)
    assert first is not None
    assert first.control_id == "1"
    inbox.postpone(archive, first.id, 60)
    other = inbox.begin(archive)
    assert other is not None
    assert other.control_id == "3"
    inbox.finish(archive, other.id)
    assert inbox.begin(archive) is None
    inbox.bury(archive, first.id, "no use")
    second = inbox.begin(archive)
    assert second is not None
    assert second.control_id == "2"


def test_a_dead_letter_says_why_and_can_be_tried_again(archive: Archive) -> None:
    inbox.receive(archive, inbox.HL7, "1", b"", [])
    found = inbox.begin(archive)
    assert found is not None
    inbox.bury(archive, found.id, "the PACS has no such study")
    ((message, why),) = inbox.dead_letters(archive)
    assert (message.control_id, why.reason) == ("1", "the PACS has no such study")
    assert inbox.revive(archive, found.id)
    assert not inbox.revive(archive, found.id)
    assert inbox.dead_letters(archive) == []


def test_what_is_not_committed_is_not_there(archive: Archive) -> None:
    def die() -> None:
        with archive.writing() as session:
            session.add(Message(kind="hl7", control_id="1", digest="", body=b""))
            session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        die()
    assert inbox.begin(archive) is None


def test_an_archive_that_cannot_be_had_says_so() -> None:
    for url in ("nonsense", "postgresql://nobody@127.0.0.1:1/none"):
        with pytest.raises(ArchiveUnavailable) as caught:
            Archive(url, "a secret")
        assert "a secret" not in str(caught.value)


# Messages


@pytest.mark.parametrize("name", [one for one in EXAMS if one not in LARGE])
@pytest.mark.parametrize("event", [*Event])
@pytest.mark.parametrize("form", [*Form])
def test_every_message_is_understood(name: str, event: Event, form: Form) -> None:
    one = exam(name)
    asked = orders.of_block(report_message(one, event, form, "1" * 12)[0][1:-2])
    assert asked.kind is (Kind.WITHDRAWN if event is Event.DELETE else Kind.REPORT)
    assert asked.report is not None
    assert list(asked.studies) == [study.uid for study in one.studies]
    assert asked.report.patient.ins.extension == one.patient.ins
    assert ("MASQUE_PS" in asked.masks) is one.masking.professionals


def test_an_omi_names_its_study() -> None:
    asked = orders.of_block(deleted_message(ALPHA, "1" * 12)[0][1:-2])
    assert (asked.kind, list(asked.studies)) == (Kind.DELETED, [ALPHA.study.uid])


@pytest.mark.parametrize(
    ("old", "new", "code", "place"),
    [
        (b"MSH|^~\\&|", b"MSH|^~\\#|", "100", "MSH^1"),
        (b"UNICODE UTF-8", b"KLINGON", "103", "MSH^1^18"),
        (b"ORU^R01^ORU_R01", b"ADT^A01^ADT_A01", "200", "MSH^1^9"),
        (b"ORU^R01^ORU_R01", b"ORU^R03^ORU_R01", "201", "MSH^1^9"),
        (b"|P|2.5|", b"|X|2.5|", "202", "MSH^1^11"),
        (b"|P|2.5|", b"|P|3.0|", "203", "MSH^1^12"),
        (b"ORC|NW", b"ORC|CA", "103", "ORC^1^1"),
        (b"^Base64^", b"^Base64^*", "102", "OBX^1^5^1^5"),
        (b"^Base64^", b"^A^", "102", "OBX^1^5"),
        (b"|ED|", b"|TX|", "100", "OBX"),
    ],
)
def test_a_message_that_is_wrong_says_where(old: bytes, new: bytes, code: str, place: str) -> None:
    with pytest.raises(hl7.Unreadable) as caught:
        orders.of_block(block().replace(old, new, 1))
    assert (caught.value.code, caught.value.place) == (code, place)


def test_fields_are_unescaped_and_in_latin_9() -> None:
    raw = "MSH|^~\\&|A|B|||||ORU^R01|1|P|2.5||||||8859/15\rPID|||x\\S\\y\\T\\z^é€".encode(
        "iso-8859-15"
    )
    found = hl7.read(raw).first("PID")
    assert (found.component(3), found.component(3, 2)) == ("x^y&z", "é€")


# Reports


def test_a_report_without_what_a_kos_needs_is_none() -> None:
    good = report_of(ALPHA, 1)
    assert cda.read(good).studies == [ALPHA.study.uid]
    for old, new in (
        (b"<inFulfillmentOf>", b"<!--"),
        (b'extension="' + ALPHA.patient.ins.encode(), b'extension="'),
        (b"18748-4", b"11502-2"),
        (b"<ClinicalDocument", b"<!DOCTYPE x [<!ENTITY e 'e'>]><ClinicalDocument"),
    ):
        raw = good.replace(old, new)
        if new == b"<!--":
            raw = raw.replace(b"</inFulfillmentOf>", b"-->")
        with pytest.raises(NotAReport) as caught:
            cda.read(raw)
        assert ALPHA.patient.ins not in str(caught.value)


def test_times_are_told_in_utc() -> None:
    assert utc("20260704120000+0200", "Europe/Paris") == "20260704100000"
    assert utc("20260704120000", "Europe/Paris") == "20260704100000"
    assert utc("202612041200", "Europe/Paris") == "20261204110000"
    assert utc("20261204", "Europe/Paris") == "20261204"
    assert utc("noon", "Europe/Paris") == ""


def test_a_note_rejects_only_by_its_title() -> None:
    from simulators.pacs import note

    series = ALPHA.study.series[0]
    found = note_of(note(ALPHA, ALPHA.study, series, series.instances[0]))
    assert (found.study, list(found.rejected)) == (ALPHA.study.uid, [series.instances[0]])
    for raw in (b"", kos_file(Generation(ALPHA, ALPHA.study))):
        with pytest.raises(NotANote):
            note_of(raw)


# Links


def test_a_link_is_of_one_exam() -> None:
    order = ALPHA.study.orders[0]
    query = {"REQUESTTYPE": "STUDY", "studyuid": ALPHA.study.uid,
             "accessionnumber": order.accession, "IDCDA": ALPHA.report.oid}  # fmt: skip
    report = cda.read(report_of(ALPHA, 1))
    check(link_of(query), report)
    for wrong, found in (
        ({"accessionnumber": "0"}, report),
        ({"IDCDA": "1.2"}, report),
        ({}, None),
    ):
        with pytest.raises(Refused) as caught:
            check(link_of(query | wrong), found)
        assert caught.value.status == 406
    for broken in ({"REQUESTTYPE": ""}, {"studyuid": "1..2"}, {"IDCDA": "x" * 1000}):
        with pytest.raises(Refused) as caught:
            link_of(query | broken)
        assert caught.value.status == 400


# Accept


def test_accept_takes_what_official_clients_send() -> None:
    text = (
        'multipart/related; type="application/dicom";transfer-syntax=1.2.840.10008.1.2.4.70;'
        "q=0.9;boundary=**,transfer-syntax=1.2.840.10008.1.2.1;q=0.4;boundary=**,"
    )
    found = accepted([text])
    assert found.syntaxes == {"1.2.840.10008.1.2.4.70": 0.9, "1.2.840.10008.1.2.1": 0.4}
    assert accepted(["*/*"]).syntaxes == {"1.2.840.10008.1.2.1": 1.0}
    assert accepted(["text/html"]).syntaxes == {}
    none = accepted(
        ["multipart/related; transfer-syntax=*, multipart/related;transfer-syntax=1;q=0"]
    )
    assert none.takes("2")
    assert not none.takes("1")
    for wrong in ("", "x", "a/b;q=2", "a/b;c", "a/b;q=0.1234"):
        with pytest.raises(Malformed):
            accepted([wrong])


def test_an_instance_goes_as_it_is_or_decoded_or_not_at_all() -> None:
    lossless = accepted(["multipart/related; transfer-syntax=1.2.840.10008.1.2.4.70"])
    explicit = accepted(["multipart/related"])
    assert syntaxes.target("1.2.840.10008.1.2.4.70", lossless).endswith(".70")
    assert syntaxes.target("1.2.840.10008.1.2", explicit) == "1.2.840.10008.1.2.1"
    with pytest.raises(syntaxes.NotAcceptable):
        syntaxes.target("1.2.840.10008.1.2.4.102", explicit)
    with pytest.raises(syntaxes.NotAcceptable):
        syntaxes.target("1.2.840.10008.1.2.1", lossless)


# The cache


def _series(number: int, count: int = 3) -> Series:
    return Series(
        f"1.{number}", "CT", "", 1, [Instance(f"1.{number}.{it}", "1") for it in range(count)]
    )


def test_a_series_is_retrieved_once_and_the_oldest_goes(tmp_path: Path) -> None:
    asked: list[str] = []

    def retrieve(study, series, arrived, stopped):  # type: ignore[no-untyped-def]
        asked.append(series.uid)
        for one in series.instances:
            arrived(one.uid, b"x" * 100)

    images = Images(tmp_path, 350, retrieve)

    def read(number: int) -> None:
        one = _series(number)
        with images.series("1", one) as found:
            paths = list(found.instances(frozenset(it.uid for it in one.instances)))
            assert len(paths) == 3
            assert all(path.read_bytes() for path in paths)

    read(1)
    assert eventually(lambda: (tmp_path / "1" / "1.1" / WHOLE).exists())
    read(1)
    assert asked == ["1.1"]
    read(2)
    assert eventually(lambda: not (tmp_path / "1" / "1.1").exists())
    read(1)
    assert asked == ["1.1", "1.2", "1.1"]
    images.stop()


def test_a_series_that_breaks_off_is_not_whole(tmp_path: Path) -> None:
    broken = threading.Event()

    def retrieve(study, series, arrived, stopped):  # type: ignore[no-untyped-def]
        arrived(series.instances[0].uid, b"x")
        if not broken.is_set():
            raise PacsUnavailable("gone")
        for one in series.instances[1:]:
            arrived(one.uid, b"x")

    images, one = Images(tmp_path, 1000, retrieve), _series(1)
    wanted = frozenset(it.uid for it in one.instances)
    with images.series("1", one) as found, pytest.raises(PacsUnavailable):
        list(found.instances(wanted))
    images.stop()
    again = Images(tmp_path, 1000, retrieve)
    assert not list(tmp_path.rglob("1.1.0"))
    broken.set()
    with again.series("1", one) as found:
        assert len(list(found.instances(wanted))) == 3
    again.stop()


# The allow-list


def test_only_a_list_that_holds_is_in_force(tmp_path: Path) -> None:
    pki = Pki(tmp_path / "pki")
    publication = Publication.by(pki.signer(), DOMAINS)
    client = Client()
    wrong = {"list-unsigned", "list-changed-after-signature", "signature-value-cut",
             "signer-not-certified", "list-cut"}  # fmt: skip
    known = [one for one in faults() if one.simulator == "allowlist" and one.name in wrong]
    assert len(known) == len(wrong)
    file = tmp_path / "list.xml"
    for fault in (None, *known):
        with Serving(
            lambda base, one=fault: application(base, publication, [one] if one else [])  # type: ignore[misc]
        ) as served:
            settings = config.Allowlist(url=served.base + LIST, trust=pki.trust)
            made = Allowlist(settings, file, client)
            made.restore()
            assert made.refresh() is (fault is None)
        assert made.lists_host("DB1.345.mesimagesmedicales.fr")
        assert not made.lists_host("db9.345.mesimagesmedicales.fr")
        assert made.lists_url("https://db1.345.mesimagesmedicales.fr/rs/studies/1")
        assert not made.lists_url("http://db1.345.mesimagesmedicales.fr/rs")
        assert not made.lists_url("https://db1.345.mesimagesmedicales.fr:8443/rs")
        assert not made.lists_url("https://db1.345.mesimagesmedicales.fr@evil.example/rs")
    file.write_bytes(file.read_bytes().replace(b"db1.345", b"db9.345"))
    tampered = Allowlist(settings, file, client)
    tampered.restore()
    assert not tampered.known
    client.close()


def test_a_name_is_the_same_whatever_its_writing() -> None:
    assert name_of("CN=a,OU=1,O=B, C,C=FR") == name_of("C=FR,O=B\\, C,OU=1,CN=a")
    assert name_of("CN=a,OU=1") != name_of("CN=a,OU=2")


# The configuration


def test_a_mistake_in_the_configuration_is_one_line(tmp_path: Path) -> None:
    file = tmp_path / "source.toml"
    for text, said in (
        ("x", "source.toml"),
        ("[wep]\n", "wep: unknown key"),
        ("[web]\nport = 'x'\n", "web.port: expected int"),
        ("[pacs]\nmethod = 'ftp'\n", "pacs.method"),
        ("[web]\ncertificate = 'a.pem'\n", "certificate and key go together"),
        ("[dmp]\nkey = 'a.pem'\n", "certificate and key go together"),
    ):
        file.write_text(text)
        with pytest.raises(Misconfigured) as caught:
            config.source(file, {})
        assert said in str(caught.value)
        assert "\n" not in str(caught.value).strip()


def test_the_environment_goes_before_the_file(tmp_path: Path) -> None:
    file = tmp_path / "source.toml"
    file.write_text("[web]\nport = 1\n[drimbox]\ndata = 'here'\n")
    found = config.source(file, {"DRIMBOX_WEB_PORT": "2"})
    assert found.web.port == 2
    assert found.drimbox.data == tmp_path / "here"


def test_the_configuration_that_is_printed_is_the_default(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert reference(["source", "--print-config"]) == 0
    file = tmp_path / "source.toml"
    file.write_text(capsys.readouterr().out)
    read, plain = config.source(file, {}), config.source(None, {})
    assert read.drimbox.data == tmp_path / plain.drimbox.data
    assert replace(read, drimbox=plain.drimbox) == plain


def test_a_command_says_in_one_line_what_is_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert reference(["source", "--config", str(tmp_path / "none.toml")]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
    wrong = tmp_path / "wrong.zip"
    wrong.write_bytes(b"")
    file = tmp_path / "source.toml"
    file.write_text("[drimbox]\ndata = 'data'\n")
    assert reference(["import", str(wrong), "--config", str(file)]) == 1
    assert reference(["dead-letters", "--retry", "7", "--config", str(file)]) == 2


# The archive on a medium


def test_an_archive_comes_in_once_and_goes_out(archive: Archive) -> None:
    raw = archive_of([Generation(ALPHA, ALPHA.study)])
    assert transfer.take(archive, raw) == [ALPHA.study.uid]
    assert transfer.take(archive, raw) == []
    ((name, out),) = transfer.exported(archive, "TEST").items()
    assert name == "KA202611.zip"
    other = Archive("sqlite://")
    assert transfer.take(other, out) == [ALPHA.study.uid]
    with pytest.raises(NotAnArchive):
        transfer.take(archive, raw[:-40])
    with pytest.raises(NotAnArchive):
        transfer.take(archive, b"")


def test_a_laboratory_signer_is_made_once(tmp_path: Path) -> None:
    one, same = (signing.laboratory(tmp_path, "1") for _ in range(2))
    assert one.name == same.name
    assert (tmp_path / "signer.key").stat().st_mode & 0o077 == 0
    assert replace(one) == one
