"""The professional who is logged in, and the activity for which they look (DRIM-M E-PSC-11, 12)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reference_drimbox.vihf import PROFESSIONS, SKILLS, Caller, Code

MOST = 200


@dataclass(frozen=True, slots=True)
class Activity:
    """An activity of a professional, and the practice that it belongs to."""

    structure: str
    name: str
    sector: str
    profession: str
    skill: str
    who: str


@dataclass(frozen=True, slots=True)
class Professional:
    """Who is logged in."""

    identifier: str
    name: str
    activities: Sequence[Activity]

    def caller(self, activity: Activity) -> Caller:
        """In whose name the DMP is asked (F-VI-02, F-VI-04)."""
        roles = [Code(activity.profession, PROFESSIONS)]
        if activity.skill:
            roles.append(Code(activity.skill, SKILLS))
        return Caller(
            identifier=self.identifier,
            name=activity.who or self.name,
            structure=activity.structure,
            sector=activity.sector,
            roles=roles,
            connected=True,
        )

    def chosen(self, situation: str) -> Activity | None:
        """The activity that needs no choice: that of ``Situation``, or the only one."""
        if situation:
            named = [one for one in self.activities if one.structure == situation]
            if len(named) == 1:
                return named[0]
        return self.activities[0] if len(self.activities) == 1 else None


def of_claims(claims: Mapping[str, Any]) -> Professional:
    """The professional of the claims of userinfo; what is not of the form is left out."""
    name = " ".join(
        one for one in (_text(claims, "given_name"), _text(claims, "family_name")) if one
    )
    identifier = _text(claims, "SubjectNameID") or _text(claims, "preferred_username")
    found = tuple(dict.fromkeys(_activities(claims)))[:MOST]
    return Professional(identifier, name, found)


def _activities(claims: Mapping[str, Any]) -> Iterator[Activity]:
    reference = claims.get("SubjectRefPro")
    for practice in _objects(reference, "exercices"):
        who = f"{_text(practice, 'prenomDexercice')} {_text(practice, 'nomDexercice')}".strip()
        for one in _objects(practice, "activities"):
            structure = _text(one, "ancienIdentifiantDeLaStructure")
            if structure:
                yield Activity(
                    structure=structure,
                    name=_text(one, "raisonSocialeSite") or structure,
                    sector=_text(one, "codeSecteurDactivite"),
                    profession=_text(practice, "codeProfession"),
                    skill=_text(practice, "codeSavoirFaire"),
                    who=who,
                )


def _objects(owner: Any, name: str) -> Iterator[Mapping[str, Any]]:
    found = owner.get(name) if isinstance(owner, dict) else None
    if isinstance(found, list):
        yield from (one for one in found if isinstance(one, dict))


def _text(owner: Mapping[str, Any], name: str) -> str:
    found = owner.get(name)
    return found.strip() if isinstance(found, str) else ""
