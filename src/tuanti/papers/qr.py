"""QR codes, as a drawing for typst and as a picture for Word."""

from functools import lru_cache
from io import BytesIO

import segno

_QUIET = 2  # modules left white around it


def drawing(content: str) -> str:
    """Draw a code as SVG."""
    out = BytesIO()
    _made(content).save(out, kind="svg", border=_QUIET, xmldecl=False)
    return out.getvalue().decode()


def picture(content: str) -> bytes:
    """Draw a code as PNG, large enough to be printed."""
    out = BytesIO()
    _made(content).save(out, kind="png", border=_QUIET, scale=10)
    return out.getvalue()


@lru_cache(maxsize=1024)  # papers of one house share theirs, and finding the best mask takes long
def _made(content: str) -> segno.QRCode:
    return segno.make(content, error="m", micro=False)
