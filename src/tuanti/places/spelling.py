"""How a Chinese name is typed on a keyboard without Chinese: whole syllables, and initials."""

from tuanti.people.spelling import spelling

__all__ = ["LONGEST", "found_by", "spelling"]

LONGEST = 1000  # characters of the column it is kept in


def found_by(name: str, *others: str) -> str:
    """Spell everything an estate is found by: its name first, then aliases and its address.

    The name's own characters are in a column of their own; those of the others stand here too.

    >>> found_by("翰林苑", "老厂宿舍")
    'hanlinyuan hly 老厂宿舍 laochangsushe lcss'
    """
    more = (f"{''.join(other.split())} {spelling(other)}" for other in others if other.strip())
    return " ".join((spelling(name), *more))[:LONGEST]
