"""Measurements: the same rounds solved by Tuanti and by its peers, side by side."""
