"""What the DMP refuses: an error of the registry, or a SOAP fault (ITI TF-3 4.2.4, SOAP 1.2)."""

from __future__ import annotations

from dataclasses import dataclass

DUPLICATE = "XDSDuplicateUniqueIdInRegistry"
IN_MESSAGE = "XDSDuplicateUniqueIdInMessage"
NOT_IDENTICAL = "XDSNonIdenticalHash"
UNKNOWN_PATIENT = "XDSUnknownPatientId"
PATIENT_DIFFERS = "XDSPatientIdDoesNotMatch"
METADATA = "XDSRegistryMetadataError"
REPOSITORY_METADATA = "XDSRepositoryMetadataError"
MISSING_DOCUMENT = "XDSMissingDocument"
MISSING_METADATA = "XDSMissingDocumentMetadata"
UNRESOLVED = "UnresolvedReferenceException"
DEPRECATED_TARGET = "XDSRegistryDeprecatedDocumentError"
UPDATE = "XDSMetadataUpdateError"
REGISTRY = "XDSRegistryError"
UNKNOWN_DOCUMENT = "XDSDocumentUniqueIdError"
UNKNOWN_REPOSITORY = "XDSUnknownRepositoryId"
UNKNOWN_QUERY = "XDSUnknownStoredQuery"
MISSING_PARAMETER = "XDSStoredQueryMissingParam"
PARAMETER_NUMBER = "XDSStoredQueryParamNumber"


@dataclass(frozen=True, slots=True)
class Problem:
    """One error of a registry answer: its code, and a line that says what and where."""

    code: str
    context: str


class Refusal(Exception):
    """A transaction that fails as a whole: nothing of it is done."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(problems[0].code)
        self.problems = problems


def refusal(code: str, context: str) -> Refusal:
    return Refusal(Problem(code, context))


class Fault(Exception):
    """A message that is not understood: ``code`` is one of SOAP 1.2 5.4.6, without prefix."""

    def __init__(self, reason: str, *, code: str = "Sender", status: int = 400) -> None:
        super().__init__(reason)
        self.reason = reason
        self.code = code
        self.status = status
