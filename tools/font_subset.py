"""Make the papers' font: Noto Serif CJK SC, cut down to the characters Chinese papers need.

What goes in: GB 2312; the 8,105 characters of 通用规范汉字表 (field kTGH of Unicode's Unihan
database); Latin letters, figures and the signs of forms. Everything rarer is left to the machine's
own fonts. It needs fontTools, which is not a dependency of ours, Debian's ``fonts-noto-cjk`` and
``unicode-data``::

    python -m pip install fonttools
    python tools/font_subset.py /usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc \
        /usr/share/unicode/Unihan_OtherMappings.txt.bz2 src/tuanti/papers/fonts/TuantiSong.otf

The result is a modified version under the SIL Open Font License 1.1, so it goes by a name of its
own: Tuanti Song.
"""

import argparse
import bz2
import re
from collections.abc import Iterator
from pathlib import Path

# On the machine of whoever makes the font, nowhere else:
from fontTools import subset  # type: ignore[import-not-found]
from fontTools.ttLib import TTFont  # type: ignore[import-not-found]

FAMILY = "Tuanti Song"
SIMPLIFIED = 2  # the collection's fonts: JP, KR, SC, TC, HK
KEPT_NAMES = (0, 5, 8, 9, 11, 13, 14)  # copyright, version, makers, licence
OURS = {1: FAMILY, 2: "Regular", 3: "TuantiSong-Regular;1", 4: FAMILY, 6: "TuantiSong-Regular"}
ENGLISH = 0x409  # as Windows counts languages
SIGNS = "–—‘’“”…−×÷≥≤≠≈′″※€£§¶·•→←↑↓√✓□■○●◎△▲▽▼◇◆★☆①②③④⑤⑥⑦⑧⑨⑩㎡㎏℃％‰￥（）［］｛｝"
UNUSED = ("BASE", "VORG", "vhea", "vmtx", "DSIG")  # for setting from top to bottom


def main() -> None:
    """Cut the font down."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("collection", type=Path)
    asked.add_argument("unihan", type=Path)
    asked.add_argument("out", type=Path)
    where = asked.parse_args()
    font = TTFont(where.collection, fontNumber=SIMPLIFIED)
    characters = {*latin(), *map(ord, SIGNS), *gb2312(), *general_table(where.unihan)}
    cut(font, characters)
    named(font)
    font.save(where.out)
    held = font.getBestCmap()
    lacking = "".join(map(chr, sorted(characters - set(held))))
    print(f"{where.out}: {len(held)} characters, {where.out.stat().st_size} bytes")
    print(f"the source has none for: {lacking}")


def latin() -> Iterator[int]:
    """Yield ASCII and Latin-1."""
    yield from range(0x20, 0x7F)
    yield from range(0xA0, 0x100)


def gb2312() -> Iterator[int]:
    """Yield the characters of GB 2312."""
    for row in range(0xA1, 0xF8):
        for cell in range(0xA1, 0xFF):
            yield from map(ord, bytes([row, cell]).decode("gb2312", errors="ignore"))


def general_table(unihan: Path) -> Iterator[int]:
    """Yield 通用规范汉字表 as Unihan has it."""
    for line in bz2.decompress(unihan.read_bytes()).decode().splitlines():
        if found := re.match(r"U\+([0-9A-F]+)\tkTGH\t", line):
            yield int(found[1], 16)


def cut(font: TTFont, characters: set[int]) -> None:
    """Leave only ``characters``, and no more features than setting a line needs."""
    options = subset.Options(hinting=False, notdef_outline=True, recalc_timestamp=False)
    options.layout_features = ["kern"]
    options.name_IDs = ["*"]
    options.drop_tables += list(UNUSED)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=characters)
    cutter.subset(font)


def named(font: TTFont) -> None:
    """Give it its own name, in English only; whose it was and its licence stay."""
    table = font["name"]
    table.names = [one for one in table.names if one.nameID in KEPT_NAMES and one.langID == ENGLISH]
    for which, name in OURS.items():
        table.setName(name, which, 3, 1, ENGLISH)
    face = font["CFF "].cff
    face.fontNames = [OURS[6]]
    face.topDictIndex[0].FullName = face.topDictIndex[0].FamilyName = FAMILY


if __name__ == "__main__":
    main()
