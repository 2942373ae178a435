"""What templates may ask for: a word, a refusal's sentence, a picture, money, an area, a time."""

import re
from datetime import date, datetime
from html import unescape
from typing import Any, get_args

from django import template
from django.forms import BaseForm, BoundField
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from tuanti import texts
from tuanti.texts import Lang, words
from tuanti.web.templatetags import layout

register = template.Library()
register.tags.update(layout.register.tags)
register.filters.update(layout.register.filters)

# Chinese, from its first character to its last, with what stands between.
_CHINESE = re.compile(r"(\d*[㐀-鿿](?:[㐀-鿿\w（）《》〔〕、，。：；·！？“”]*[㐀-鿿）》〕。])?)")
_DEVICES = (
    ("iPad", "tablet"),
    ("iPhone", "phone"),
    ("Mobile", "phone"),
    ("Android", "tablet"),
    ("Windows", "computer"),
    ("Macintosh", "computer"),
    ("Linux", "computer"),
)
_BROWSERS = (  # the first that is found: most call themselves by several names
    ("MicroMessenger", "WeChat"),
    ("Edg/", "Edge"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)


def spoken() -> Lang:
    """Tell which of our languages this page is in."""
    language = (get_language() or "zh")[:2]
    return "en" if language == "en" else get_args(Lang)[0]


@register.simple_tag
def say(path: str, **facts: Any) -> str:  # noqa: ANN401 (whatever the sentence names)
    """Say a word or sentence of the books: ``{% say "web.desk.greeting" name=actor.name %}``."""
    return words.say(path, spoken(), **facts)


@register.filter
def word(name: str, path: str) -> str:
    """Name a value: ``{{ flat.tenure|word:"places.tenures" }}``; "" stays empty."""
    return words.word(f"{path}.{name}", spoken()) if name else ""


@register.filter
def han(text: object) -> str:
    """Mark what is Chinese on an English page, names above all, to be read and drawn as such.

    Text with markup of its own is left as it is.
    """
    whole = "" if text is None else str(text)
    safe = isinstance(whole, SafeString)
    if spoken() != "en" or (safe and "<" in whole):
        return whole
    parts = _CHINESE.split(unescape(whole) if safe else whole)
    pairs = zip(parts[::2], parts[1::2], strict=False)  # the last part has nothing Chinese after it
    marked = format_html_join("", '{}<span lang="zh">{}</span>', pairs)
    return format_html("{}{}", marked, parts[-1])


@register.simple_tag
def refusal(code: str, **facts: Any) -> str:  # noqa: ANN401 (as above)
    """Say a refusal by its code."""
    return texts.sentence(code, spoken(), **facts)


@register.simple_tag
def storey(floor: int | str) -> str:
    """Name a floor: the third, or the first below the ground for -1."""
    path, number = "web.elevation.floor", str(floor)
    if number.startswith("-"):
        path, number = "web.elevation.below", number[1:]
    return words.say(path, spoken(), n=number)


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw one of the shell's strokes; decoration only, so hidden from readers aloud."""
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="#i-{}"></use></svg>',
        name,
    )


@register.filter
def yuan(fen: int | None) -> str:
    """Write whole fen as yuan: 36,648 or 36,648.50."""
    if fen is None:
        return ""
    whole, rest = divmod(abs(fen), 100)
    return f"{'−' if fen < 0 else ''}{whole:,}" + (f".{rest:02}" if rest else "")


@register.filter
def square_metres(dm2: int | None) -> str:
    """Write whole dm² as m²: 86.4."""
    if dm2 is None:
        return ""
    whole, rest = divmod(dm2, 100)
    return f"{whole:,}" + (f".{rest:02}".rstrip("0") if rest else "")


@register.filter
def moment(at: datetime | None) -> str:
    """Write a time as Shanghai shows it: 2026-11-22 14:05."""
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M") if at else ""


@register.filter
def day(on: date | None) -> str:
    """Write a day: 2026-11-22."""
    return on.isoformat() if on else ""


@register.filter
def thousands(number: int | None) -> str:
    """Group the figures of a count: 1,400,000."""
    return "" if number is None else f"{number:,}"


@register.simple_tag
def control(field: BoundField, **attributes: str | bool) -> SafeString:
    """Draw a form's control, told which hint and fault describe it."""
    described = [f"{field.id_for_label}-hint"] if field.help_text else []
    if field.errors:
        described.append(f"{field.id_for_label}-fault")
        attributes["aria-invalid"] = "true"
    if described:
        attributes["aria-describedby"] = " ".join(described)
    return field.as_widget(attrs=attributes)


@register.filter
def dressed(form: BaseForm, book: str) -> BaseForm:
    """Give a form made elsewhere our words: ``<book>.<field>``, ``<book>.<field>_hint`` if any."""
    for field in form:
        field.label = _said_or(str(field.label), f"{book}.{field.name}")
        field.help_text = _said_or("", f"{book}.{field.name}_hint")
        field.field.widget.attrs.pop("placeholder", None)
    return form


def _said_or(other: str, path: str) -> str:
    try:
        return words.word(path, spoken())
    except words.WordMissing:
        return other


@register.filter
def device(agent: str) -> str:
    """Name the device and browser of a ``User-Agent``, as far as its owner would know them."""
    kind = next((kind for sign, kind in _DEVICES if sign in agent), "unknown")
    browser = next((name for sign, name in _BROWSERS if sign in agent), "")
    return f"{words.word(f'web.account.devices.{kind}', spoken())} {browser}".strip()
