"""The professionals who can log in, and what Pro Santé Connect tells of them (DRIM-M E-PSC-11)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from testdata.identity import Seed
from testdata.people import Professional, Structure, radiologist, referring_doctor, structure

LEVEL = "APPPRIP3^1.2.250.1.213.1.5.1.1.1"
"""The level of authentication, as a code and its system."""


@dataclass(frozen=True, slots=True)
class User:
    """A test user: ``name`` is what the page and ``login_hint`` call them."""

    name: str
    who: Professional
    subject: str
    structures: tuple[Structure, ...] = field(default=())

    @property
    def label(self) -> str:
        """What the page shows of the user."""
        count = len(self.structures)
        places = "sans activité" if not count else f"{count} activité" + "s" * (count > 1)
        return f"{self.who.given} {self.who.family} ({self.name}, {places})"

    def claims(self, scope: str) -> dict[str, object]:
        """The claims of userinfo: the professional ones are those of the scope ``scope_all``."""
        found: dict[str, object] = {"sub": self.subject}
        return found | self._professional() if "scope_all" in scope.split() else found

    def _professional(self) -> dict[str, object]:
        who = self.who
        speciality = who.speciality.rpartition("/")[2]
        practice = {
            "codeProfession": "10",
            "codeCategorieProfessionnelle": "C",
            "codeCiviliteDexercice": "DR",
            "nomDexercice": who.family,
            "prenomDexercice": who.given,
            "codeTypeSavoirFaire": "S",
            "codeSavoirFaire": speciality,
            "activities": [_activity(one) for one in self.structures],
        }
        identifier = {"identifiant": who.identifier, "origine": "RPPS", "qualite": 1}
        return {
            "SubjectNameID": who.identifier,
            "preferred_username": who.identifier,
            "SubjectRefPro": {"codeCivilite": "DR", "exercices": [practice]},
            "SubjectOrganization": self.structures[0].name if self.structures else "",
            "otherIds": [identifier],
            "given_name": who.given,
            "family_name": who.family,
            "Palier_Authentification": LEVEL,
            "Acces_Regulation_Medicale": "FAUX",
            "UITVersion": "1.0",
        }


def _activity(one: Structure) -> Mapping[str, str]:
    return {
        "codeModeExercice": "S",
        "codeSecteurDactivite": one.sector,
        "raisonSocialeSite": one.name,
        "ancienIdentifiantDeLaStructure": one.identifier,
        "numeroFinessSite": one.identifier[1:],
    }


def _user(name: str, who: Professional, seed: Seed, *structures: Structure) -> User:
    return User(name, who, f"f:{seed.uuid('psc subject')}:{who.identifier}", structures)


def cast(seed: Seed) -> tuple[User, ...]:
    """The users of the exams of a seed: the radiologist who writes the report, with the activity
    of its structure; the doctor who asked for it, with two, between which ``Situation`` decides
    (E-PSC-12).
    """
    cabinet, house = (
        structure(seed, name) for name in ("Cabinet du docteur Modele", "Maison de santé Modele")
    )
    return (
        _user("radiologue", radiologist(seed), seed, structure(seed)),
        _user("medecin", referring_doctor(seed), seed, cabinet, house),
    )


def without_activity(seed: Seed) -> User:
    """Somebody registered and without activity: the claims lack what a VIHF needs (E-PSC-11)."""
    who = replace(radiologist(seed), family="ATTENTE", given="Claire")
    return _user("sans-activite", replace(who, identifier=f"8{seed.digits('rpps', 11)}"), seed)


USERS = cast(Seed())
RADIOLOGIST, DOCTOR = USERS
"""Those of the exams of the seed that is used unless another is given."""
