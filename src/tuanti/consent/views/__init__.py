"""Pages of a consultation."""
