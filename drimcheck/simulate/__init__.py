"""``drimcheck simulate``: the peers started, and what crosses them judged as it comes."""
