"""Tuanti takes a city from one stairwell's wish for a lift to a fleet bought by the hundred."""
