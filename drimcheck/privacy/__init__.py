"""Identities and credentials of a report: where they stand, and what is shown in their place."""

from drimcheck.privacy.report import masked

__all__ = ["masked"]
