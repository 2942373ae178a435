"""Numbers as Chinese papers write them: sums in capitals, clauses in 一二三."""

_CAPITALS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "万亿")
_PLAIN = "零一二三四五六七八九"
_MOST_FEN = 10**18
_MOST_NUMERAL = 99


def capitals(fen: int) -> str:
    """Write a sum in capitals (大写金额), as GB/T 15835 and the bills' rules have it.

    :raises ValueError: it is below zero, or ten thousand billion yuan and more.

    >>> capitals(43_658_025), capitals(10_000_100), capitals(0), capitals(3_005)
    ('肆拾叁万陆仟伍佰捌拾元贰角伍分', '壹拾万零壹元整', '零元整', '叁拾元零伍分')
    """
    if not 0 <= fen < _MOST_FEN:
        raise ValueError(f"{fen} fen cannot be written in capitals")
    yuan, rest = divmod(fen, 100)
    jiao, cent = divmod(rest, 10)
    said = f"{_whole(yuan)}元" if yuan or not rest else ""
    if not rest:
        return f"{said}整"
    if jiao:
        said += f"{_CAPITALS[jiao]}角"
    elif said:
        said += _CAPITALS[0]
    return said + (f"{_CAPITALS[cent]}分" if cent else "")


def numeral(number: int) -> str:
    """Write 1 to 99 as clauses are counted.

    :raises ValueError: it is another number.

    >>> [numeral(one) for one in (1, 10, 11, 20, 35)]
    ['一', '十', '十一', '二十', '三十五']
    """
    if not 1 <= number <= _MOST_NUMERAL:
        raise ValueError(f"no clause is counted {number}")
    tens, ones = divmod(number, 10)
    ten = "" if not tens else "十" if tens == 1 else f"{_PLAIN[tens]}十"
    return ten + (_PLAIN[ones] if ones else "")


def _whole(yuan: int) -> str:
    """Write whole yuan, four figures at a time."""
    if yuan == 0:
        return _CAPITALS[0]
    said, gap = "", False
    for at in reversed(range(len(_GROUPS))):
        group = yuan // 10 ** (4 * at) % 10_000
        if group and said and (gap or group < 1000):  # noqa: PLR2004 (a figure is missing ahead)
            said += _CAPITALS[0]
        if group:
            said += _group(group) + _GROUPS[at]
        gap = bool(said) and not group
    return said


def _group(group: int) -> str:
    """Write up to four figures; a row of noughts inside is said once."""
    said, gap = "", False
    for place in reversed(range(4)):
        figure = group // 10**place % 10
        if not figure:
            gap = bool(said)
            continue
        said += (_CAPITALS[0] if gap else "") + _CAPITALS[figure] + _PLACES[place]
        gap = False
    return said
