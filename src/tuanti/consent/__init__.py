"""Consent: from a stairwell's first wish to an agreement its owners have signed."""
