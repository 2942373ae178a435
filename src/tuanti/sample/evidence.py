"""Pictures that stand for papers, and say that they are invented."""

from io import BytesIO

import segno

from tuanti.places.filing import Paper
from tuanti.sample.names import MARK


def evidence(kind: str) -> Paper:
    """Make a picture that stands for a paper of a kind."""
    picture = BytesIO()
    segno.make(f"{MARK} {kind}").save(picture, kind="png", scale=8)
    return Paper(name=f"{MARK}.png", content=picture.getvalue())
