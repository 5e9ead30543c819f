"""Mutants of Key Object Selection documents."""
