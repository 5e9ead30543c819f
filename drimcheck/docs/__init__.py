"""The documentation: what is written by hand in ``docs/``, and the pages of the catalogue."""
