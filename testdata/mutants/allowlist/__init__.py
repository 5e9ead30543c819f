"""Mutants of allow-lists."""
