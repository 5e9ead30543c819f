"""Mutants of HL7 v2 messages."""
