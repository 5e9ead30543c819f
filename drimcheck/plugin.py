"""The pytest plugin: inert unless one of its options is given.

Its options are ``--drim-*`` and ``--sut``; the scenarios that use them come with the harness.
"""
