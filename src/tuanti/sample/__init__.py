"""Invented rounds, always the same: a district's and a city's. Nobody in them exists."""

from tuanti.sample.city import city
from tuanti.sample.district import district

__all__ = ["city", "district"]
