"""Test data: deterministic generators and single-defect mutants, made without the judge."""
