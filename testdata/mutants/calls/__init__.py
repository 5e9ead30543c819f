"""Mutants of the calls between programs and viewers: viewer links, contextual calls."""
