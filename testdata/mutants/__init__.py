"""Single-defect mutants: each names the one thing it breaks and the rule that must see it."""

from testdata.mutants.catalogue import BASES, PROFILES, Mutant, mutants

__all__ = ["BASES", "PROFILES", "Mutant", "mutants"]
