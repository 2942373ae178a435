"""What stands where, whose it is, and who may see it."""

from tuanti.places.queries.tree import place_name, places_below, within

__all__ = ["place_name", "places_below", "within"]
