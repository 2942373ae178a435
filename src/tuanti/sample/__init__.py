"""A seeded sample city, played through the real commands."""
