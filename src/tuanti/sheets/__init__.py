"""Workbooks in and out, with a fault per cell."""
