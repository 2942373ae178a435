"""English names of divisions: 渝中区 is Yuzhong District, 上清寺街道 Shangqingsi Subdistrict.

Those that have a usual name are data, as are the readings a dictionary does not know
(``data/english.toml``); the rest is pinyin with its kind, as on the signs of streets. Estates and
people have no English name.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from importlib.resources import files

from pypinyin import lazy_pinyin

_HAN = re.compile(r"[㐀-鿿]")
_ALONE = "aeo"  # what a syllable may begin with that would run into the one before


@lru_cache(maxsize=20_000)
def english(name: str) -> str:
    """Name a division in English; what is not Chinese stays as it is.

    >>> english("渝中区"), english("忠县"), english("大安街道")
    ('Yuzhong District', 'Zhong County', 'Da’an Subdistrict')
    >>> english("石桥苗族土家族乡"), english("禾岭社区")
    ('Shiqiao Miao and Tujia Township', 'Heling Community')
    """
    if not _HAN.search(name):
        return name
    if known := data()["names"].get(name):
        return known
    stem, kind = _parted(name)
    stem, peoples = _of_peoples(stem)
    return " ".join(filter(None, (pinyin(stem), " and ".join(peoples), kind)))


def pinyin(name: str) -> str:
    """Spell a name as one word with a capital, syllables parted where they would run together.

    >>> pinyin("南岸"), pinyin("仙女山"), pinyin("覃家岗")
    ('Nan’an', 'Xiannüshan', 'Qinjiagang')
    """
    word = "".join(
        f"’{one}" if at and one[0] in _ALONE else one for at, one in enumerate(_syllables(name))
    )
    return word[:1].upper() + word[1:]


@cache
def data() -> Mapping[str, Mapping[str, str]]:
    """Read the tables of ``data/english.toml``."""
    text = files("tuanti.places").joinpath("data", "english.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _parted(name: str) -> tuple[str, str]:
    """Part a name from its kind; one that is nothing else stays whole."""
    for end, kind in data()["kinds"].items():
        if name.endswith(end) and name != end:
            return name.removesuffix(end), kind
    return name, ""


def _of_peoples(stem: str) -> tuple[str, list[str]]:
    """Part the peoples from a name that ends with them."""
    peoples: list[str] = []
    while ended := next((one for one in data()["peoples"] if stem.endswith(one)), None):
        stem = stem.removesuffix(ended)
        peoples.insert(0, data()["peoples"][ended])
    return stem, peoples


def _syllables(name: str) -> Iterator[str]:
    for part in _readings().split(name):
        said = data()["readings"].get(part)
        yield from said.split() if said else lazy_pinyin(part, v_to_u=True)


@cache
def _readings() -> re.Pattern[str]:
    return re.compile(f"({'|'.join(map(re.escape, data()['readings']))})")
