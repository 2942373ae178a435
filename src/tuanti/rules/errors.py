"""Refusals and faults: codes and facts, no prose, so no language (sentences live in ``texts``)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeAlias

Fact: TypeAlias = str | int | None
Path: TypeAlias = tuple[str | int, ...]

_NO_FACTS: Mapping[str, Fact] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with what was brought: a code, where it is, and the facts of it.

    ``path`` leads to the place in the data, e.g. ``("tiers", 3, "to_lifts")``.
    """

    code: str
    path: Path = ()
    facts: Mapping[str, Fact] = field(default_factory=lambda: _NO_FACTS)


class RuleBroken(Exception):
    """A refusal: an answer to the caller, not a defect. Subclasses name what is wrong."""

    code: str = "rule_broken"

    def __init__(self, **facts: Fact) -> None:
        super().__init__(self.code, facts)
        self.facts: Mapping[str, Fact] = facts
