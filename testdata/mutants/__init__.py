"""Single-defect mutants: each names the one thing it breaks and the rule that must see it."""

from testdata.mutants.base import Base
from testdata.mutants.catalogue import Mutant, base, bases, mutants

__all__ = ["Base", "Mutant", "base", "bases", "mutants"]
