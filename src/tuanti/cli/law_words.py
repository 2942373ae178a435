"""How rules of law are put into words: values with their units, periods, and who has checked."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from tuanti.rules.law import Rule
from tuanti.texts import Lang
from tuanti.texts.words import WordMissing, word

# What is usual in votes is not said of each; silence and abstention are rules of their own.
_USUAL = {
    "silence": "absent",
    "abstention": "participates",
    "approval_of": "participating",
    "split": "participates",
    "signing": "one",
}


def said(name: str, lang: Lang, **facts: object) -> str:
    """Say a phrase of ``[says]``."""
    return word(f"law.says.{name}", lang).format(**facts)


def mark(rule: Rule, lang: Lang) -> str:
    """Say who has checked a rule, or that nobody has, with its grade."""
    if rule.verified:
        return said("verified", lang, by=rule.verified_by)
    return said("unverified", lang, grade=word(f"law.grades.{rule.grade}", lang))


def period(rule: Rule, lang: Lang) -> str:
    """Say from when, and before which day, a rule is in force."""
    if rule.in_force_until is None:
        return said("from", lang, start=rule.in_force_from)
    return said("until", lang, start=rule.in_force_from, end=rule.in_force_until)


def source(rule: Rule, lang: Lang) -> str:
    """Say where a rule was seen."""
    return word("law.grades.memory", lang) if rule.source == "memory" else rule.source


def value(rule: Rule, lang: Lang) -> str:
    """Say the value of a rule with its unit."""
    what = rule.value
    if rule.unit == "fen":
        return said("yuan", lang, value=_yuan(what))
    if rule.unit == "bp":
        return f"{what // 100}.{what % 100:02}".rstrip("0").rstrip(".") + "%"
    plain = _any(what, "", lang)
    if what == 1 and (one := _word("units-one", rule.unit, lang)):
        return one
    unit = _word("units", rule.unit, lang)
    return unit.format(value=plain) if unit else plain


def topic(name: str, lang: Lang) -> str:
    """Say what a topic is called; one of a user's own keeps its name."""
    return _word("topics", name, lang) or name


def _any(what: object, key: str, lang: Lang) -> str:
    """Say a value or a part of one, whatever it is; ``key`` tells money from numbers."""
    if isinstance(what, bool):
        return said("yes" if what else "no", lang)
    if isinstance(what, Mapping):
        return _table(what, lang)
    if isinstance(what, tuple):
        return said("between", lang).join(_any(item, key, lang) for item in what)
    if isinstance(what, str):
        return _word("values", what, lang) or (what if "/" in what else what.replace("-", " "))
    if isinstance(what, int) and key.endswith("fen"):
        return said("yuan", lang, value=_yuan(what))
    assert isinstance(what, int | Fraction | date)
    return str(what)


def _table(what: Mapping[Any, Any], lang: Lang) -> str:
    if what.keys() == {"zh", "en"}:
        return str(what[lang])
    if what.keys() == {"area", "persons"}:
        parts = [said(key, lang, value=what[key]) for key in ("area", "persons")]
        return said("between", lang).join(parts)
    if what.keys() == {"name", "fen"}:  # a bonus
        return f"{what['name'][lang]} {_any(what['fen'], 'fen', lang)}"
    if all(isinstance(key, int) for key in what):
        parts = [_storeys(key, fen, lang) for key, fen in what.items()]
        return said("between", lang).join(parts)
    told = [(key, part) for key, part in what.items() if not _untold(key, part)]
    return said("then", lang).join(_part(key, part, lang) for key, part in told)


def _untold(key: object, part: object) -> bool:
    """Whether a part says nothing: it is empty, usual, or no threshold at all."""
    if isinstance(part, Mapping):
        return not any(part.values())
    return part in (None, (), False) or _USUAL.get(str(key)) == part


def _part(key: str, part: object, lang: Lang) -> str:
    label = _word("keys", key, lang) or key
    return label if part is True else label + said("colon", lang) + _any(part, key, lang)


def _storeys(key: int, fen: int, lang: Lang) -> str:
    return f"{said('storeys', lang, value=key)} {_any(fen, 'fen', lang)}"


def _yuan(fen: int) -> str:
    whole, rest = divmod(fen, 100)
    return f"{whole:,}" + (f".{rest:02}" if rest else "")


def _word(room: str, name: str, lang: Lang) -> str:
    try:
        return word(f"law.{room}.{name}", lang)
    except WordMissing:
        return ""
