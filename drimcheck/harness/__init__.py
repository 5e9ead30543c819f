"""The harness: a DRIMbox under test among its peers, scenario by scenario."""
