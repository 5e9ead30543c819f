"""Mutants of XDS.b submissions."""
