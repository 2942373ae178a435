"""Papers handed in: rid of what a camera hides, kept by digest, named by a row."""

from dataclasses import dataclass
from datetime import datetime

from tuanti.people.actors import Actor
from tuanti.places import evidence
from tuanti.places.models import Evidence


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper or photo as it was handed in."""

    name: str
    content: bytes


def file(paper: Paper, by: Actor, now: datetime) -> Evidence:
    """Keep a paper and its row, in the transaction of the caller.

    :raises EvidenceMissing, EvidenceKind, EvidenceSize: it is none we keep.
    """
    content, kind = evidence.cleaned(paper.content)
    digest, path = evidence.keep(content, kind)
    return Evidence.objects.create(
        name=paper.name[-160:],
        kind=kind,
        digest=digest,
        size=len(content),
        path=path,
        by=by.id,
        at=now,
    )
