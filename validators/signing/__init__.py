"""What every signed document needs: canonical XML, RSA, certificates and their chain."""
