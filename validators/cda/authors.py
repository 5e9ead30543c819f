"""Who wrote and signed the report, and for which structure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from validators.cda.subject import (
    PROFESSIONALS,
    STRUCTURES,
    Cda,
    author_persons,
    document,
    rule,
)
from validators.model import Defect
from validators.reading.xml import XmlNode

# Prefix of the kind of identifier, and its number: FINESS, SIREN, SIRET, RPPS and rank.
_STRUCTURE = re.compile(r"1[0-9AB]{9}|2[0-9]{9}|3[0-9]{14}|4[0-9]{11}[0-9]+|[05-9].*")
AUTHOR = "h:author/h:assignedAuthor/h:representedOrganization/h:id"
SIGNER = "h:legalAuthenticator/h:assignedEntity/h:representedOrganization/h:id"


def author_structures(cda: Cda) -> Iterator[XmlNode]:
    """The identifiers of the structures of the authors."""
    return (one for one in cda.at(document, AUTHOR) if one.get("extension"))


def signed_documents(cda: Cda) -> Iterable[XmlNode]:
    """The document, where author and signer both name a structure."""
    both = cda.root.first(AUTHOR) and cda.root.first(SIGNER)
    return (cda.root,) if both else ()


@rule("CDA-AUT-02P", over=author_persons, verifies=("CDA-AUT-02-OID",))
def author_without_national_identifier(author: XmlNode) -> Iterator[Defect]:
    """An author who is a person has a national identifier (RPPS or ADELI).

    Why: the registry names the author by it.
    Fix: write id with root 1.2.250.1.71.4.2.1, its extension 8 and the RPPS number.
    """
    found = [one for one in author.all("h:assignedAuthor/h:id") if one.get("root")]
    if found and all(one.get("root") != PROFESSIONALS for one in found):
        yield found[0].defect(expected=PROFESSIONALS, actual=found[0].get("root"), child="@root")


@rule("CDA-AUT-06F", over=author_structures, verifies=("CDA-AUT-06-FORMAT",))
def structure_identifier_malformed(one: XmlNode) -> Iterator[Defect]:
    """The structure of the author is identified as the national directory does.

    Why: the same identifier goes into the KOS, the registry and the message.
    Fix: write root 1.2.250.1.71.4.2.2 and 1 with FINESS, 2 with SIREN, 3 with SIRET, or 4 with
    RPPS and rank.
    """
    if one.get("root") != STRUCTURES:
        yield one.defect(expected=STRUCTURES, actual=one.get("root"), child="@root")
    elif not _STRUCTURE.fullmatch(one.get("extension")):
        yield one.defect(
            expected=_STRUCTURE.pattern, actual=one.get("extension"), child="@extension"
        )


@rule("CDA-AUT-14", over=signed_documents, verifies=("CDA-AUT-14",))
def signer_of_another_structure(root: XmlNode) -> Iterator[Defect]:
    """The signer signs for the structure of the author.

    Why: the KOS takes its institution from the author, the DMP its certificate from the signer.
    Fix: nothing, if two structures are meant.
    """
    author, signer = root.value(AUTHOR, "extension"), root.first(SIGNER)
    assert signer is not None
    if signer.get("extension") != author:
        yield signer.defect(expected=author, actual=signer.get("extension"), child="@extension")
