"""Mutants of XDM archives."""
