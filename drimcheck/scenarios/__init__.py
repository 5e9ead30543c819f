"""The scenarios: each acts, and hands over to the judge; none holds a check of its own.

They are pytest tests: ``drimcheck run``, or ``pytest --pyargs drimcheck.scenarios --sut sut.toml``.
"""
