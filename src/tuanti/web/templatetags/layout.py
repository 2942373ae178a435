"""What the shell's own templates ask for: blocks said twice, ways, moods, fields, shafts."""

from collections.abc import Sequence
from typing import Any

from django import template
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.forms import BoundField, CheckboxInput, RadioSelect
from django.forms.widgets import CheckboxSelectMultiple
from django.template.context import Context
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

_MOODS = {constants.SUCCESS: "ok", constants.WARNING: "warn", constants.ERROR: "no"}
_ROOMY = 2  # so many flats of a floor have a wide tile each


@register.simple_tag(takes_context=True)
def again(context: Context, name: str) -> SafeString:
    """Render a block a second time: a page's title is also its heading."""
    blocks = context.render_context[BLOCK_CONTEXT_KEY]
    rendered: SafeString = blocks.get_block(name).render(context)
    return rendered


@register.simple_tag(takes_context=True)
def current(context: Context, way: str) -> SafeString:
    """Mark the way one is on: the page itself, or the nearest one it stands under."""
    path = getattr(context.get("request"), "path", "")
    if path == way:
        return format_html(' aria-current="{}"', "page")
    if not _under(path, way) or any(
        _under(nearer, way) and (path == nearer or _under(path, nearer))
        for nearer in (reverse(item.address) for item in context.get("navigation") or ())
    ):
        return SafeString()
    return format_html(' aria-current="{}"', "true")


def _under(path: str, way: str) -> bool:
    return path.startswith(f"{way}/")


@register.filter
def mood(message: Message) -> str:
    """Tell the state a message is shown in."""
    return _MOODS.get(message.level or 0, "info")


@register.filter
def dial(phone: str) -> str:
    """Write a telephone number as a link dials it."""
    return "".join(letter for letter in phone if letter.isdigit() or letter == "+")


@register.filter
def percent(bp: int | None) -> str:
    """Write basis points: 85.7%, never rounded up."""
    if bp is None:
        return ""
    whole, rest = divmod(bp // 10, 10)
    return f"{whole}.{rest}%"


@register.filter
def anchor(field: BoundField) -> str:
    """Tell where a field stands on the page: its control, or the group of them."""
    grouped = isinstance(field.field.widget, RadioSelect | CheckboxSelectMultiple)
    return f"{field.auto_id}-group" if grouped else field.id_for_label or field.auto_id


@register.filter
def is_tick(field: BoundField) -> bool:
    """Whether a field is one box to tick."""
    widget = field.field.widget
    return isinstance(widget, CheckboxInput) and not isinstance(widget, CheckboxSelectMultiple)


@register.filter
def left_of_shaft(flats: Sequence[Any]) -> Sequence[Any]:
    """Take the first half of a floor's flats; the odd one stands left."""
    return flats[: (len(flats) + 1) // 2]


@register.filter
def right_of_shaft(flats: Sequence[Any]) -> Sequence[Any]:
    """Take the second half of a floor's flats."""
    return flats[(len(flats) + 1) // 2 :]


@register.filter
def has_mine(flats: Sequence[Any]) -> bool:
    """Whether the reader's own flat is on this floor."""
    return any(_of(flat, "mine") for flat in flats)


@register.filter
def crowded(rows: Sequence[Any]) -> bool:
    """Whether some floor has so many flats that tiles must be narrow."""
    return any(len(_of(row, "flats") or ()) > _ROOMY for row in rows)


def _of(part: Any, name: str) -> Any:  # noqa: ANN401 (a mapping or an object, as templates take both)
    return part.get(name) if isinstance(part, dict) else getattr(part, name, None)
