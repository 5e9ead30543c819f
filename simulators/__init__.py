"""The peers of a DRIMbox: what behaves as they do, or wrongly in exactly one named way."""
