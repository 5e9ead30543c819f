"""What stands around the findings of the rich report: messages, scenarios, what people declared."""

from __future__ import annotations

from validators.model import (
    Attestation,
    Derogation,
    Disagreement,
    Message,
    Opinion,
    Outcome,
    OwnRequirement,
    Part,
    Picture,
    Product,
    ScenarioReport,
    Step,
    Text,
)

WIRE = "source-wado: source 1 GET /studies/1.2 (response)"
"""The name of what crossed a peer: no file."""

URL = "https://box.example/studies/1.2"
REQUEST = Message(
    "request", URL,
    "GET /studies/1.2 HTTP/1.1\r\nHost: box.example\r\nAuthorization: Bearer ‹token›\r\n\r\n",
    0, 0, "",
)  # fmt: skip
RESPONSE = Message(
    "response", URL, "HTTP/1.1 200 OK\r\nContent-Type: multipart/related\r\n\r\n", 17, 120,
    "4" * 64, (Part("application/dicom", 100, "5" * 64),), 2,
)  # fmt: skip
PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="
)
PICTURES = (Picture(Text("Instance 1 of 2", "Instance 1 sur 2"), PIXEL, "1.2.3"),)

SCENARIOS = (
    ScenarioReport(
        "source-wado", "b", "source", Text("Send the exam", "Envoyer l'examen"), Outcome.ERROR,
        (WIRE,), ways={"send": "automatic"},
        timeline=(
            Step("ris", "suite", "ORU^R01", "AA", 0.4, "source-wado: ris 1 ORU^R01"),
            Step("source", "suite", "GET /studies/1.2", "200", 1.2, WIRE),
        ),
    ),
    ScenarioReport(
        "source-update", "c", "source", Text("Send it again", "L'envoyer de nouveau"),
        Outcome.NOT_TESTED, reason=Text("needs source-wado, which is not green",
                                        "il faut source-wado, qui n'est pas vert"),
        cause="source-wado",
    ),
    ScenarioReport(
        "conso-view", "", "conso", Text("Look at the exam", "Voir l'examen"), Outcome.REVIEW,
        ways={"open": "hand"}, reviews=(Text("Is it displayed?", "Est-il affiché ?"),),
    ),
)  # fmt: skip

PRODUCT = Product(
    editor="Éditeur & Fils", name="Boîte", version="7.1", contact="qa@editeur.example",
    role="source", reference="HOM-2026-12", session="S1", operator="C. Petit",
)  # fmt: skip
DEROGATIONS = (
    Derogation("KOS-901", "Fixed in 7.2; see | ticket 12", "C. Petit", "ANS", "2026-12-31",
               "examen 1/kos.dcm", "in-force"),
    Derogation("CROSS-901", "Name server moved", "C. Petit", "ANS", "2026-01-31", "", "expired"),
    Derogation("WADO-902", "Never used", "C. Petit", "ANS", "2027-01-31", "", "unused"),
)  # fmt: skip
ATTESTATIONS = (
    Attestation("scenario", "conso-view", True, "L. Roux", "2026-11-23", "It is displayed.",
                "vue.png", "6" * 64),
    Attestation("requirement", "R-909", False, "L. Roux", "2026-11-23", "The room is bright.",
                "salle.jpg", "7" * 64, used=False),
    Attestation("rule", "CDA-901", True, "L. Roux", "2026-11-23", "The title is right.",
                "titre.pdf", "8" * 64, subject="examen 1/oru.hl7#OBX[1]-5.5"),
)  # fmt: skip
OPINIONS = (
    Opinion("dciodvfy", "other-tables", "examen 1/kos.dcm", "Error - <x>", 2),
    Opinion("dciodvfy", "other-tables", "examen 1/kos.dcm", "Error - title", 1, "kos-title",
            Text("R-903: Manifest is a title.", "R-903 : Manifest est un titre.")),
)  # fmt: skip
DISAGREEMENTS = (
    Disagreement("kos-title", (Text("DCM: 113030", "DCM : 113030"),
                               Text("DRIM-M: any case", "DRIM-M : toute casse")),
                 Text("R-903: Manifest is a title.", "R-903 : Manifest est un titre.")),
)  # fmt: skip
OWN = (
    OwnRequirement("EX-1", "URL des séries", ("R-901", "R-902")),
    OwnRequirement("EX-2", "=Horloge", ()),
    OwnRequirement("EX-3", "Salle", ("R-909",)),
)
