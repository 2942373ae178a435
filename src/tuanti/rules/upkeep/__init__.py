"""Keeping a lift in service: visits, inspections, terms, indicators and the official items."""
