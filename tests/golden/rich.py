"""One small report in which each thing that a report can say is said once.

No command makes all of it at once. The version, the rule set and the texts are its own: a golden
file changes when an output does, not when a rule does.
"""

from __future__ import annotations

from tests.golden.rich_evidence import (
    ATTESTATIONS,
    DEROGATIONS,
    DISAGREEMENTS,
    OPINIONS,
    OWN,
    PICTURES,
    PRODUCT,
    REQUEST,
    RESPONSE,
    SCENARIOS,
    WIRE,
)
from validators.model import (
    Basis,
    Cell,
    Comparison,
    Defect,
    DocumentReport,
    Level,
    Outcome,
    RequirementReport,
    Result,
    RuleText,
    RunReport,
    SubjectReport,
    Text,
    Verdict,
)

SHALL, SHOULD, MAY = Level.SHALL, Level.SHOULD, Level.MAY

DOCUMENTS = (
    DocumentReport(
        "drim-m", "ANS", Text("2026-06", "2026-06"),
        Text("DRIM-M - Rules of the KOS", "DRIM-M - Règles du KOS"),
        Text("Rebuilt from official answers.", "Reconstituées de réponses officielles."), "part",
    ),
    DocumentReport(
        "dicom-ps3.18", "NEMA", Text("2026c", "2026c"), Text("DICOM PS3.18 - Web Services",
                                              "DICOM PS3.18 - Services web"),
        Text("", ""), "whole",
    ),
)  # fmt: skip

RULES = (
    RuleText(
        "KOS-901", "series-url-of-another-series",
        Text("The Retrieve URL of a series names that series.",
             "La Retrieve URL d'une série désigne cette série."),
        Text("The consumer requests this URL as it stands.",
             "Le système consommateur appelle cette URL telle quelle."),
        Text("Write <base>/studies/<study UID>/series/<series UID> in (0008,1190).",
             "Écrire <base>/studies/<UID d'étude>/series/<UID de série> dans (0008,1190)."),
        SHALL, Basis.TEXT, ("R-901", "R-902"),
        "(0008,1190) UR https://box.example/studies/1.2/series/1.2.3",
        "(0008,1190) UR https://box.example/studies/1.2/series/9.9",
    ),
    RuleText(
        "KOS-902", "description-missing",
        Text("The study has a description.", "L'étude a une description."),
        Text("The reader chooses by it.", "Le lecteur choisit d'après elle."),
        Text("Write (0008,1030).", "Écrire (0008,1030)."),
        SHOULD, Basis.ANSWER, ("R-903",),
    ),
    RuleText(
        "KOS-903", "series-without-uid",
        Text("A series has an UID.", "Une série a un UID."),
        Text("It is asked for by it.", "On la demande par lui."), Text("Write it.", "L'écrire."),
        SHALL, Basis.TEXT, ("R-910",),
    ),
    RuleText(
        "KOS-904", "key-image-not-told",
        Text("A key image is told.", "Une image clé est signalée."),
        Text("It is looked at first.", "On la regarde d'abord."), Text("Tell it.", "La signaler."),
        SHALL, Basis.TEXT, ("R-911",),
    ),
    RuleText(
        "CDA-901", "title-to-be-read",
        Text("The title says what was done.", "Le titre dit ce qui a été fait."),
        Text("It is what the patient reads.", "C'est ce que le patient lit."),
        Text("Name the act.", "Nommer l'acte."),
        SHALL, Basis.INFERENCE, ("R-904",),
    ),
    RuleText(
        "CDA-902", "comment-in-the-report",
        Text("The report holds no comment.", "Le compte rendu ne contient aucun commentaire."),
        Text("Nobody sees it.", "Personne ne le voit."), Text("Remove it.", "L'ôter."),
        MAY, Basis.SAMPLE, ("R-905",),
    ),
    RuleText(
        "CROSS-901", "names-differ",
        Text("KOS and report name the same person.",
             "Le KOS et le compte rendu nomment la même personne."),
        Text("Two names are two patients.", "Deux noms sont deux patients."),
        Text("Take both from the identity server.", "Prendre les deux du serveur d'identités."),
        SHALL, Basis.SAMPLE, ("R-906",),
    ),
    RuleText(
        "WADO-901", "answer-without-length",
        Text("An answer says its length.", "Une réponse dit sa longueur."),
        Text("One that was cut looks whole.", "Une réponse coupée semble entière."),
        Text("Send Content-Length or chunks.", "Envoyer Content-Length ou des morceaux."),
        SHALL, Basis.TEXT, ("R-907",),
    ),
    RuleText(
        "WADO-902", "part-without-type",
        Text("Each part has a type.", "Chaque partie a un type."),
        Text("It cannot be read otherwise.", "On ne peut pas la lire sinon."),
        Text("Send Content-Type.", "Envoyer Content-Type."),
        SHALL, Basis.TEXT, ("R-908",),
    ),
)  # fmt: skip

SERIES = "(0040,A375)[0].(0008,1115)[{}].(0008,1190)"
KOS_RESULTS = (
    Result("KOS-901", Outcome.FAIL, 3, (
        Defect(SERIES.format(0), "https://box.example/studies/1.2/series/1.2.3",
               "https://box.example/studies/1.2/series/9.9", offset=1894),
        Defect(SERIES.format(2), "https://box.example/studies/1.2/series/1.2.5", None, offset=2310),
    )),
    Result("KOS-902", Outcome.WARN, 1, (Defect("(0008,1030)", "", ""),)),
    Result("KOS-903", Outcome.PASS, 3),
    Result("KOS-904", Outcome.NOT_APPLICABLE, 0),
)  # fmt: skip
CDA_RESULTS = (
    Result("CDA-901", Outcome.REVIEW, 1,
           (Defect("/ClinicalDocument/title", "", "=IRM|<b>\u202egenou</b>", line=12),)),
    Result("CDA-902", Outcome.INFO, 2,
           (Defect("/ClinicalDocument/comment()[1]", "", "à relire\x00", line=40),), "capped:1"),
)  # fmt: skip
CROSS_RESULTS = (
    Result("CROSS-901", Outcome.FAIL, 1, (
        Defect("(0010,0010)", "MARTIN", "MARTIN\u00a0DURAND", against="cr.xml /name/family",
               normalised=("case", "diacritics")),
    )),
)  # fmt: skip
WIRE_RESULTS = (
    Result("WADO-901", Outcome.ERROR, 0, (), "ValueError: no head in \x1b[31mHTTP"),
    Result("WADO-902", Outcome.NOT_TESTED, 0, (), "WADO-901"),
)

SUBJECTS = (
    SubjectReport("examen 1/kos.dcm", "kos", 4242, "1" * 64, KOS_RESULTS,
                  {"study": "1.2"}, pictures=PICTURES),
    SubjectReport("examen 1/oru.hl7", "hl7", 9000, "2" * 64, ()),
    SubjectReport("examen 1/oru.hl7#OBX[1]-5.5", "cda", 7100, "3" * 64, CDA_RESULTS),
    SubjectReport("examen 1/kos.dcm, cr.xml", "cross", 0, "", CROSS_RESULTS),
    SubjectReport("trop-grand.zip", "xdm", 1 << 33, "", (), unread="MAX_FILE_BYTES 4294967296"),
    SubjectReport(WIRE, "response", 120, "4" * 64, WIRE_RESULTS, messages=(REQUEST, RESPONSE)),
)  # fmt: skip


def _requirement(
    number: str, level: Level, outcome: Outcome, rules: tuple[str, ...], said: Text,
    basis: Basis = Basis.TEXT, testable: str = "auto", reason: Text | None = None,
) -> RequirementReport:  # fmt: skip
    document = "dicom-ps3.18" if number in ("R-907", "R-908") else "drim-m"
    section = f"§ {number[-1]}.1"
    return RequirementReport(
        number, document, section, level, basis, "H", testable, said, reason, outcome, rules
    )


URL = Text("The URL shall name the series.", "L'URL doit désigner la série.")
REQUIREMENTS = (
    _requirement("R-901", SHALL, Outcome.FAIL, ("KOS-901",), URL),
    _requirement("R-902", SHALL, Outcome.FAIL, ("KOS-901",),
                 Text("The URL shall be absolute; one a series.",
                      "L'URL doit être absolue ; une par série.")),
    _requirement("R-903", SHOULD, Outcome.WARN, ("KOS-902",),
                 Text("A study should be described.", "Une étude devrait être décrite."),
                 Basis.ANSWER),
    _requirement("R-904", SHALL, Outcome.REVIEW, ("CDA-901",),
                 Text("The title shall say the act.", "Le titre doit dire l'acte."),
                 Basis.INFERENCE),
    _requirement("R-905", MAY, Outcome.INFO, ("CDA-902",),
                 Text("A report may hold comments.", "Un compte rendu peut être commenté."),
                 Basis.SAMPLE),
    _requirement("R-906", SHALL, Outcome.FAIL, ("CROSS-901",),
                 Text("Both shall name one person.", "Les deux doivent nommer une personne."),
                 Basis.SAMPLE),
    _requirement("R-907", SHALL, Outcome.ERROR, ("WADO-901",),
                 Text("An answer shall say its length.", "Une réponse doit dire sa longueur.")),
    _requirement("R-908", SHALL, Outcome.NOT_TESTED, ("WADO-902",),
                 Text("Each part shall have a type.", "Chaque partie doit avoir un type.")),
    _requirement("R-909", SHALL, Outcome.NOT_TESTED, (),
                 Text("The room shall be dark.", "La salle doit être sombre."), testable="manual",
                 reason=Text("A person must look.", "Une personne doit regarder.")),
    _requirement("R-910", SHALL, Outcome.PASS, ("KOS-903",),
                 Text("A series shall have an UID.", "Une série doit avoir un UID.")),
    _requirement("R-911", SHALL, Outcome.NOT_APPLICABLE, ("KOS-904",),
                 Text("A key image shall be told.", "Une image clé doit être signalée.")),
)  # fmt: skip
COMPARISONS = (
    Comparison("identity", "family", (
        Cell("examen 1/kos.dcm", ("MARTIN\u00a0DURAND",), "(0010,0010)"),
        Cell("cr.xml", ("MARTIN",), "/name/family"),
    ), agrees=False),
    Comparison("order", "accession", (
        Cell("examen 1/kos.dcm", ("A1",), "(0008,0050)"), Cell("cr.xml", ("A1",), "/id"),
    ), agrees=True),
    Comparison("study", "modality", (Cell("examen 1/kos.dcm", ("MR",), "(0008,0060)"),), None),
)  # fmt: skip


def rich() -> RunReport:
    """The report."""
    return RunReport(
        version="1.2.3",
        rule_set="a" * 64,
        command="check",
        profile="drim-m-homologation",
        profile_title=Text("DRIM-M, homologation", "DRIM-M, homologation"),
        documents=DOCUMENTS,
        on="2026-11-24",
        verdict=Verdict(
            "drimcheck-verdict-1", "tool-error", 4, 4, {Basis.TEXT: 1, Basis.SAMPLE: 1},
            ("error", "failed", "unread", "review"),
        ),
        subjects=SUBJECTS,
        rules={one.id: one for one in RULES},
        requirements=REQUIREMENTS,
        skipped=(("examen 1/notes.txt", ""), ("examen 1/vide.dcm", "DICM")),
        consulted=(("dciodvfy", "other-tables"),),
        opinions=OPINIONS,
        comparisons=COMPARISONS,
        scenarios=SCENARIOS,
        scope="attended",
        arguments=("check", "examen 1", "trop-grand.zip"),
        mode="audit",
        values="masked",
        hosts=("box.example:443", "ris.example:2575"),
        product=PRODUCT,
        derogations=DEROGATIONS,
        attestations=ATTESTATIONS,
        disagreements=DISAGREEMENTS,
        own=OWN,
    )  # fmt: skip
