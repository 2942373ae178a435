"""Papers on A4: PDF by typst and Word by python-docx, from frozen facts. No Django."""

from tuanti.papers.making import KINDS, docx, pdf, pictures

__all__ = ["KINDS", "docx", "pdf", "pictures"]
