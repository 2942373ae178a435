"""Divisions and what stands in them: estates, buildings, stairwells, flats and their owners."""

from tuanti.places.models.divisions import Belonging, Division
from tuanti.places.models.housing import Brought, Building, Estate, Flat, Stairwell, Stock
from tuanti.places.models.lists import BROUGHT, Change, Import
from tuanti.places.models.owners import FIELDS, PURPOSES, Agreement, Look, Owner, Ownership, Report
from tuanti.places.models.papers import Evidence, PaperCase, Project

__all__ = [
    "BROUGHT",
    "FIELDS",
    "PURPOSES",
    "Agreement",
    "Belonging",
    "Brought",
    "Building",
    "Change",
    "Division",
    "Estate",
    "Evidence",
    "Flat",
    "Import",
    "Look",
    "Owner",
    "Ownership",
    "PaperCase",
    "Project",
    "Report",
    "Stairwell",
    "Stock",
]
