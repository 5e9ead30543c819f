"""What a report shows beside its findings: heads of messages, steps, pictures, who says what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from validators.model.finding import Text


class Part(NamedTuple):
    """A part of a body: what its head says that it is, its length in bytes, its SHA-256."""

    media_type: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Message:
    """One HTTP message as a report shows it: the head as it was sent, the body as its measures.

    ``side`` is request or response; ``url`` is what was asked for, "" where that is not known.
    ``omitted`` counts the bytes of the head that are left out at its end. ``parts`` are those of
    a multipart body, the first ones; ``part_count`` is how many there are.
    """

    side: str
    url: str
    head: str
    omitted: int
    body_size: int
    body_sha256: str
    parts: tuple[Part, ...] = ()
    part_count: int = 0


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that a person may look at: a PNG in base64, what it shows, which series."""

    caption: Text
    png: str
    series: str = ""


class Step(NamedTuple):
    """One thing that happened in a scenario, in the order of its end.

    ``sender`` is suite or system; ``peer`` the peer of ours that took part. ``seconds`` is the time
    since the beginning of the scenario, None where only the order is known. ``subject`` is the
    name of what was judged of it.
    """

    peer: str
    sender: str
    label: str
    status: str
    seconds: float | None = None
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Product:
    """What was under test and who tested it, as its editor declares; nothing of it is checked."""

    editor: str = ""
    name: str = ""
    version: str = ""
    contact: str = ""
    role: str = ""
    reference: str = ""
    """That of the homologation."""
    session: str = ""
    operator: str = ""


@dataclass(frozen=True, slots=True)
class Derogation:
    """A deviation that somebody accepts until a day (ISO 8601). It changes no outcome.

    ``subject`` is "" where it holds for all. ``state`` is in-force, expired or unused.
    """

    rule: str
    reason: str
    author: str
    approver: str
    until: str
    subject: str = ""
    state: str = "in-force"


@dataclass(frozen=True, slots=True)
class Attestation:
    """What a person answered: of a scenario, of a requirement, or of a finding to review.

    ``about`` is scenario, requirement or rule, ``id`` which one; ``holds`` what was answered;
    ``on`` the day (ISO 8601). ``evidence`` names the file that shows it, with its SHA-256.
    ``used`` says whether there was something to answer.
    """

    about: str
    id: str
    holds: bool
    name: str
    on: str
    statement: str
    evidence: str
    sha256: str
    subject: str = ""
    used: bool = True


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Where sources, or tools, disagree: what each holds, and the choice of this suite."""

    id: str
    sides: tuple[Text, ...]
    choice: Text


@dataclass(frozen=True, slots=True)
class OwnRequirement:
    """A line of the user's own list of requirements, and those of ours that it stands for."""

    id: str
    title: str
    ours: tuple[str, ...]
