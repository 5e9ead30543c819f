"""Mutants of WADO-RS requests and responses."""
