"""Mutants of CR-IMG reports."""
