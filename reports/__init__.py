"""Renders a run report; never changes an outcome."""
