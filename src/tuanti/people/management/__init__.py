"""Verbs for the console."""
