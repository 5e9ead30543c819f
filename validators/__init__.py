"""The judge: bytes in, results out; no network, no clock, no environment, no locale."""
