"""Command line and harness of the DRIMbox conformance suite."""

__version__ = "0.1.0"
