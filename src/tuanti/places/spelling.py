"""How a Chinese name is typed on a keyboard without Chinese: whole syllables, and initials."""

from functools import lru_cache

from pypinyin import Style, lazy_pinyin

LONGEST = 1000  # characters of the column it is kept in


@lru_cache(maxsize=50_000)
def spelling(name: str) -> str:
    """Spell ``name`` as pinyin and as initials, a space between; figures and Latin stay.

    >>> spelling("翰林苑3期")
    'hanlinyuan3qi hly3q'
    """
    whole = lazy_pinyin(name.split())
    initials = lazy_pinyin(name.split(), style=Style.FIRST_LETTER)
    return f"{''.join(whole)} {''.join(initials)}".lower()


def found_by(name: str, *others: str) -> str:
    """Spell everything an estate is found by: its name first, then aliases and its address.

    The name's own characters are in a column of their own; those of the others stand here too.

    >>> found_by("翰林苑", "老厂宿舍")
    'hanlinyuan hly 老厂宿舍 laochangsushe lcss'
    """
    more = (f"{''.join(other.split())} {spelling(other)}" for other in others if other.strip())
    return " ".join((spelling(name), *more))[:LONGEST]
