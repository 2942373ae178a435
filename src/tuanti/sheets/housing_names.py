"""Names that must be on a list: found as written, or without what everybody leaves out."""

import difflib
from collections.abc import Iterable

from tuanti.sheets.layout import plain

_ENDINGS = ("街道办事处", "街道", "镇", "乡", "自治县", "区", "县")
_LEAST = 2  # signs that are left of a name
_NEAR = 0.5


class Names:
    """Accepted names; ``大溪沟`` stands for 大溪沟街道 where no other name is meant."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = tuple(dict.fromkeys(names))
        self._known = {plain(name): name for name in self.names}
        short: dict[str, set[str]] = {}
        for name in self.names:
            short.setdefault(_short(plain(name)), set()).add(name)
        for way, meant in short.items():
            if len(meant) == 1:
                self._known.setdefault(way, *meant)

    def known(self, text: str) -> str | None:
        """Find the accepted name meant by ``text``."""
        found = self._known.get(plain(text))
        return found if found is not None else self._known.get(_short(plain(text)))


def near(text: str, names: Names) -> str | None:
    """Find the accepted name that looks most like ``text``."""
    found = difflib.get_close_matches(text, names.names, 1, _NEAR)
    return found[0] if found else None


def _short(name: str) -> str:
    for ending in _ENDINGS:
        if name.endswith(ending) and len(name) - len(ending) >= _LEAST:
            return name.removesuffix(ending)
    return name
