"""Evidence of a run: packed, signed, verified, judged again, compared, replayed."""
