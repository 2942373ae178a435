"""How a Chinese name is typed on a keyboard without Chinese: whole syllables, and initials."""

from functools import lru_cache

from pypinyin import Style, lazy_pinyin


@lru_cache(maxsize=50_000)
def spelling(name: str) -> str:
    """Spell ``name`` as pinyin and as initials, a space between; figures and Latin stay.

    >>> spelling("翰林苑3期")
    'hanlinyuan3qi hly3q'
    """
    whole = lazy_pinyin(name.split())
    initials = lazy_pinyin(name.split(), style=Style.FIRST_LETTER)
    return f"{''.join(whole)} {''.join(initials)}".lower()
