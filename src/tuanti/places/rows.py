"""How commands take rows: locked, with what they stand in; and how they change them."""

from typing import Any, TypeVar

from django.db.models import PROTECT, ForeignObjectRel, Model

from tuanti.places import models
from tuanti.places.refusals import NeededElsewhere, NotInReach

_Row = TypeVar("_Row", bound=Model)

_ABOVE: dict[type[Model], tuple[str, ...]] = {
    models.Estate: ("street",),
    models.Building: ("estate",),
    models.Stairwell: ("building__estate",),
    models.Flat: ("stairwell__building__estate",),
    models.Owner: ("estate",),
    models.Ownership: ("owner__estate",),
    models.PaperCase: ("stairwell__building__estate", "evidence"),
    models.Agreement: ("owner__estate",),
    models.Report: ("owner__estate",),
    models.Project: ("division",),
}


def locked(model: type[_Row], pk: object) -> _Row:
    """Fetch a row and hold it until the transaction ends.

    :raises NotInReach: there is none.
    """
    rows = model._default_manager.select_for_update(of=("self",))
    row = rows.select_related(*_ABOVE.get(model, ())).filter(pk=pk).first()
    if row is None:
        raise NotInReach
    return row


def changed(row: Model, values: dict[str, Any]) -> list[str]:
    """Set ``values`` on a row, save what differs, and name it; [] if nothing does."""
    differing = [name for name, value in values.items() if getattr(row, name) != value]
    for name in differing:
        setattr(row, name, values[name])
    if differing:
        row.save(update_fields=differing)
    return differing


def hanging(row: Model, *relations: str) -> tuple[str, int] | None:
    """Find the first relation by which something hangs on a row, and how much does.

    :raises NeededElsewhere: nothing does here, but a later room has it on file.
    """
    for relation in relations:
        if number := getattr(row, relation).count():
            return relation, number
    for one in pointing_at(type(row)):
        rows = one.related_model._default_manager.filter(**{one.field.name: row})
        if one.on_delete is PROTECT and (number := rows.count()):
            raise NeededElsewhere(count=number)
    return None


def pointing_at(model: type[Model]) -> list[ForeignObjectRel]:
    """List the relations by which rows of any room point at a model's, hidden ones too."""
    fields = model._meta.get_fields(include_hidden=True)
    return [one for one in fields if isinstance(one, ForeignObjectRel) and not one.many_to_many]
