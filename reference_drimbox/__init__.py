"""A minimal DRIMbox: Source, Conso and viewer, written from the documents of DRIM-M alone."""
