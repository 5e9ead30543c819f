"""Allow-lists of fictitious operators, signed as ANS signs its own (DRIM-M G-WL)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from testdata.allowlist.signing import Style, sign

NAMESPACE = "https://github.com/ansforge/DRIM-M_DATA"
ZONE = "mesimagesmedicales.fr"


@dataclass(frozen=True, slots=True)
class Domain:
    """A DRIMbox of the list: ``host`` is what follows db and vi in its names."""

    identifier: int
    host: str
    name: str
    structure: str
    place: str
    viewer: bool = True

    @property
    def db(self) -> str:
        return f"db{self.host}.{ZONE}"

    @property
    def vi(self) -> str:
        return f"vi{self.host}.{ZONE}" if self.viewer else ""


DOMAINS = (
    Domain(3, "3.test", "EDITEUR ALPHA", "300000000000011", "Paris (75)", viewer=False),
    Domain(171, "171.test", "EDITEUR BETA", "300000000000029", "Côte-d'Or (21)"),
    Domain(345, "1.345", "CENTRE D'IMAGERIE GAMMA", "300000000000037", "Corse-du-Sud (2A)"),
    Domain(346, "1.346", "HOPITAL DELTA", "30000000000004", "Paris (75)"),
)


GENERATED = "2026-11-02T08:00:00Z"


def unsigned(domains: Sequence[Domain] = DOMAINS, generated: str = GENERATED) -> bytes:
    """The list as it is before it is signed, which every DRIMbox must refuse."""
    rows = "".join(map(_domain, domains))
    text = f"""<?xml version="1.0" encoding="UTF-8"?>
<ListeBlancheDRIM-M xmlns="{NAMESPACE}" versionFormat="1.0.0">
  <DateDeGeneration>{generated}</DateDeGeneration>
  <ListeDomaines>
{rows}  </ListeDomaines>
</ListeBlancheDRIM-M>
"""
    return text.encode()


def _domain(one: Domain) -> str:
    certificate = f"CN={one.db},OU={one.structure},O={one.name},ST={one.place},C=FR"
    return f"""    <Domaine>
      <Identifiant>{one.identifier}</Identifiant>
      <db>{one.db}</db>
      <vi>{one.vi}</vi>
      <Denomination>{escape(one.name)}</Denomination>
      <DNCertificatOperateur>{escape(certificate)}</DNCertificatOperateur>
      <SupportContact>support@{one.identifier}.example.org</SupportContact>
      <DateMAJ>2026-10-01T12:00:00Z</DateMAJ>
    </Domaine>
"""


def signed(style: Style | None = None) -> bytes:
    """The list, signed; equal styles give equal bytes."""
    return sign(unsigned(), style or Style())
