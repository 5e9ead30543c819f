"""Mutants of what came of a scenario."""
