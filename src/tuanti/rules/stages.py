"""A process: a table of moves. Whatever changes state changes it by such a table, or not at all."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from tuanti.rules.errors import RuleBroken

# What an act leads from, and to.
Move: TypeAlias = tuple[frozenset[str], str]


class MoveRefused(RuleBroken):
    """The act is not possible in this state; ``possible`` names those that are."""

    code = "stages.move_refused"


class UnknownState(RuleBroken):
    """The process has no such state."""

    code = "stages.unknown_state"


@dataclass(frozen=True, slots=True)
class Process:
    """A process ``name`` that begins in ``start``, moves by ``moves`` and is over in ``ends``.

    ``moves`` leads from an act to the states it is possible in and the state it leads to. A table
    with a state nobody reaches, or with a dead end that is no declared end, is a defect.

    >>> door = Process(
    ...     name="door",
    ...     start="shut",
    ...     moves={
    ...         "open": (frozenset({"shut"}), "open"),
    ...         "shut": (frozenset({"open"}), "shut"),
    ...         "wall-up": (frozenset({"shut"}), "wall"),
    ...     },
    ...     ends=frozenset({"wall"}),
    ... )
    >>> door.after("shut", "open"), door.possible("open"), door.states
    ('open', ('shut',), ('shut', 'open', 'wall'))
    """

    name: str
    start: str
    moves: Mapping[str, Move]
    ends: frozenset[str]

    def __post_init__(self) -> None:
        known = {self.start, *(to for _, to in self.moves.values())}
        left = {state for states, _ in self.moves.values() for state in states}
        assert left <= known, f"{self.name}: nobody reaches {sorted(left - known)}"
        reached = set(self.states)
        assert known == reached, f"{self.name}: nobody reaches {sorted(known - reached)}"
        assert known - left == self.ends, f"{self.name}: ends are {sorted(known - left)}"

    @property
    def states(self) -> tuple[str, ...]:
        """Every state, in the order it is first reached from ``start``."""
        return tuple(self._reached())

    def after(self, state: str, act: str) -> str:
        """Find the state after ``act``.

        :raises UnknownState: the process has no such state.
        :raises MoveRefused: the act is not possible in it.
        """
        possible = self.possible(state)
        if act not in possible:
            facts = {"process": self.name, "state": state, "act": act}
            raise MoveRefused(**facts, possible=", ".join(possible) or None)
        return self.moves[act][1]

    def possible(self, state: str) -> tuple[str, ...]:
        """Collect the acts possible in ``state``, in the order of the table; none in an end.

        :raises UnknownState: the process has no such state.
        """
        if state not in self.states:
            raise UnknownState(process=self.name, state=state, known=", ".join(self.states))
        return self._acts(state)

    def is_over(self, state: str) -> bool:
        """Whether ``state`` is an end.

        :raises UnknownState: the process has no such state.
        """
        return not self.possible(state)

    def _acts(self, state: str) -> tuple[str, ...]:
        return tuple(act for act, (states, _) in self.moves.items() if state in states)

    def _reached(self) -> Iterator[str]:
        seen, ahead = {self.start}, [self.start]
        for state in ahead:  # grows as it is walked
            yield state
            for act in self._acts(state):
                to = self.moves[act][1]
                if to not in seen:
                    seen.add(to)
                    ahead.append(to)
