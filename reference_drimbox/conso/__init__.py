"""The DRIMbox Conso: contextual call, login, search in the DMP, images of Sources, export."""
