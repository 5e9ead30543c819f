"""Mutants of conversations with Pro Santé Connect and the DMP."""
