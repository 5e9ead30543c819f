"""Bounded readers: every byte that is judged comes through one of them."""
