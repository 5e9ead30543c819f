"""The inbox of the Source: order, once, dead letters, and an archive that cannot be had."""

from __future__ import annotations

import pytest

from reference_drimbox.archive import Archive, ArchiveUnavailable, Message, inbox


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
