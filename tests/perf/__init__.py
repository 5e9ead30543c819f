"""Benchmarks: ratios against a peer in one run. No timing is asserted anywhere."""
