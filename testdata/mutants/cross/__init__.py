"""Mutants of one document of an exam, judged with the others of it."""
