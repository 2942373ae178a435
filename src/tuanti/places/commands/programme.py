"""Projects of the renovation programme (城镇老旧小区改造)."""

from datetime import date, datetime

from django.db import transaction

from tuanti.journal import commands as journal
from tuanti.people.actors import Actor
from tuanti.places import permissions
from tuanti.places.facts import ProjectFacts, columns
from tuanti.places.models import Division, Estate, Project
from tuanti.places.queries import scoped
from tuanti.places.refusals import NameTaken, NotInReach
from tuanti.places.rows import changed, locked


@transaction.atomic
def record_project(
    *,
    division_id: str,
    facts: ProjectFacts,
    by: Actor,
    now: datetime,
    estate_id: int | None = None,
) -> Project:
    """Record a project of a division, of one estate if ``estate_id`` is given.

    :raises NotInReach, NotPermitted: ``by`` may not, there.
    :raises NameMissing, OutOfRange, DaysReversed: the facts do not fit.
    :raises NameTaken: the division has one of this name and year.
    """
    division = locked(Division, division_id)
    begun = facts.started_on or date(facts.year, 1, 1)  # the district may be gone since
    permissions.require_division(by, permissions.RECORD_PROGRAMME, division, on=begun)
    estate = _estate(by, estate_id)
    facts = facts.checked()
    if division.projects.filter(name=facts.name, year=facts.year).exists():
        raise NameTaken(name=facts.name)
    project = Project.objects.create(division=division, estate=estate, **columns(facts))
    journal.write(at=now, by=by, act="project.record", subject=project, division=division.pk)
    return project


@transaction.atomic
def amend_project(*, project_id: int, facts: ProjectFacts, by: Actor, now: datetime) -> Project:
    """Mend what is known of a project. The same facts again change nothing.

    :raises NotInReach, NotPermitted: ``by`` may not, there.
    :raises NameMissing, OutOfRange, DaysReversed: the facts do not fit.
    :raises NameTaken: the division has one of this name and year.
    """
    project = locked(Project, project_id)
    _require(by, project)
    facts = facts.checked()
    others = Project.objects.filter(division=project.division_id).exclude(pk=project.pk)
    if others.filter(name=facts.name, year=facts.year).exists():
        raise NameTaken(name=facts.name)
    if fields := changed(project, columns(facts)):
        journal.write(at=now, by=by, act="project.amend", subject=project, fields=fields)
    return project


@transaction.atomic
def remove_project(*, project_id: int, by: Actor, now: datetime) -> None:
    """Remove a project recorded by mistake.

    :raises NotInReach, NotPermitted: ``by`` may not, there.
    """
    project = locked(Project, project_id)
    _require(by, project)
    journal.write(at=now, by=by, act="project.remove", subject=project)
    project.delete()


def _require(by: Actor, project: Project) -> None:
    """Let pass who records projects there, those of abolished districts too."""
    if not scoped.projects_for(by, *permissions.RECORD_PROGRAMME).filter(pk=project.pk).exists():
        permissions.require_division(by, permissions.RECORD_PROGRAMME, project.division)


def _estate(by: Actor, estate_id: int | None) -> Estate | None:
    if estate_id is None:
        return None
    estate = scoped.estates_for(by).filter(pk=estate_id).first()
    if estate is None:
        raise NotInReach
    return estate
