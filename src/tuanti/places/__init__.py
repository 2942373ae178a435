"""Divisions and what stands in them: estates, buildings, stairwells, flats and their owners."""
