"""The house's own rules, held by looking at every room; beside each, a control that must fail."""

import ast
import importlib
import pkgutil
import re
import runpy
import tomllib
from collections.abc import Collection, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, ClassVar

import environ
import pytest
import typer.core
import typer.main
from django.apps import apps
from django.core.management import call_command
from django.db import models
from django.test.utils import isolate_apps

import tuanti
from tuanti.cli import app
from tuanti.places.commands.imports import IMPORT
from tuanti.places.models import Estate, Import
from tuanti.rules.errors import RuleBroken
from tuanti.rules.stages import Process
from tuanti.sheets.guard import FileRefused
from tuanti.texts import LANGS, codes, facts_of

ROOT = Path(__file__).parents[2]
HOUSE = ROOT / "src/tuanti"
MODULES = sorted(path for path in HOUSE.rglob("*.py") if "migrations" not in path.parts)
NAMELESS = frozenset({"base", "common", "helper", "helpers", "manager", "service", "util", "utils"})

# Commands that break the rule, and why they may.
WITHOUT_ACTOR = {
    "people.accounts.open_house": "from the machine's console, before there is anybody",
    "people.passcodes.check_passcode": "a trial of a code: whoever tries is nobody yet",
    "people.passcodes.send_passcode": "whoever asks for a code is nobody yet",
    "people.sign_ins.record_kept_out": "whoever was kept out is nobody",
    "people.sign_ins.record_sign_in": "by the account itself",
    "people.sign_ins.set_own_password": "by the account itself",
}
# Where a process keeps its state.
KEPT: dict[str, tuple[Process, type[models.Model], str]] = {"import": (IMPORT, Import, "state")}
# Where markup is vouched for and SQL is written by hand, and why.
BY_HAND = {
    "consent/guards.py": {"cursor"},  # as the journal's
    "consent/views/polls_residents.py": {"mark_safe"},  # a QR code, drawn here
    "journal/guards.py": {"cursor"},  # triggers, which Django has no words for
    "places/inserting.py": {"cursor"},  # millions of rows at once
    "places/queries/tree.py": {"RawSQL"},  # a walk down the tree in one query, as Django has none
    "places/views/browsing.py": {"mark_safe"},  # a QR code, drawn here
}
# A service's environment, far enough for its settings to ask for everything.
SERVICE = {
    "TUANTI_MODE": "service",
    "TUANTI_OIDC_URL": "https://city.example",
    **{f"TUANTI_{name}": "x" for name in ("SECRET_KEY", "VAULT_KEYS", "INDEX_KEY", "JOURNAL_KEY")},
}
SETTING = re.compile(r"\bTUANTI_[A-Z]+(?:_[A-Z]+)*\b(?!_)")
VOUCHES = frozenset({"mark_safe", "SafeString", "SafeText", "html_safe"})
SQL = frozenset({"cursor", "extra", "raw", "RawSQL", "RunSQL"})


# --- (a) Tables point down the street ------------------------------------------------------------


def street() -> dict[str, int]:
    """Read each room's place: the lower, the earlier. Neighbours in one line share theirs."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    layers = contracts["tool"]["importlinter"]["contracts"][0]["layers"]
    return {
        room.strip(" ()"): place
        for place, line in enumerate(reversed(layers))
        for room in line.split("|")
    }


def room_of(model: type[models.Model]) -> str:
    house, _, rest = model.__module__.partition(".")
    return rest.partition(".")[0] if house == tuanti.__name__ else ""


def pointing_up(found: Collection[type[models.Model]]) -> list[str]:
    places = street()
    return [
        f"{model._meta.label}.{field.name} -> {field.related_model._meta.label}"
        for model in found
        if (here := room_of(model))
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey | models.ManyToManyField)
        and (there := room_of(field.related_model))
        and there != here
        and places[there] >= places[here]
    ]


def test_the_street_has_every_room_that_keeps_tables() -> None:
    rooms = {room_of(model) for model in apps.get_models()} - {""}
    assert {"journal", "people", "places"} <= rooms <= set(street())
    assert street()["rules"] < street()["journal"] < street()["people"] < street()["places"]


def test_no_table_points_at_a_later_room() -> None:
    assert pointing_up(apps.get_models()) == []


@isolate_apps("tuanti.journal", "tuanti.places")
@pytest.mark.parametrize("kind", [models.ForeignKey, models.OneToOneField, models.ManyToManyField])
def test_a_table_that_points_at_a_later_room_is_found(kind: Any) -> None:  # noqa: ANN401 (three)
    ways = {} if kind is models.ManyToManyField else {"on_delete": models.CASCADE}
    body = {
        "__module__": "tuanti.journal.models",
        "Meta": type("Meta", (), {"app_label": "journal"}),
        "estate": kind(Estate, related_name="+", **ways),
    }
    trespasser = type("Trespasser", (models.Model,), body)
    assert pointing_up([trespasser]) == ["journal.Trespasser.estate -> places.Estate"]


# --- (b) Commands know who and when --------------------------------------------------------------


def commands() -> Iterator[tuple[str, ast.FunctionDef]]:
    for path in sorted({*HOUSE.glob("*/commands*.py"), *HOUSE.glob("*/commands/*.py")}):
        room, *_ = path.relative_to(HOUSE).parts
        for function in commands_in(path.read_text("utf-8")):
            yield f"{room}.{path.stem}.{function.name}", function


def commands_in(source: str) -> list[ast.FunctionDef]:
    """Find the public functions that open a transaction, or are told the time."""
    return [
        function
        for function in ast.parse(source).body
        if isinstance(function, ast.FunctionDef)
        and not function.name.startswith("_")
        and ("now" in names(function) or opens_a_transaction(function))
    ]


def names(function: ast.FunctionDef) -> list[str]:
    return [one.arg for one in chain(function.args.args, function.args.kwonlyargs)]


def opens_a_transaction(function: ast.FunctionDef) -> bool:
    return any(
        isinstance(node, ast.Attribute) and ast.unparse(node) == "transaction.atomic"
        for node in ast.walk(function)
    )


def amiss(function: ast.FunctionDef) -> str:
    """Say what a command's signature lacks; nothing if it is whole."""
    keywords = {one.arg: one.annotation for one in function.args.kwonlyargs}
    if function.args.posonlyargs or function.args.args:
        return "takes facts without their names"
    if missing := {"by", "now"} - set(keywords):
        return f"lacks {sorted(missing)}"
    told = keywords["now"]
    return "" if told and ast.unparse(told) == "datetime" else "now is no datetime"


def test_every_command_names_its_facts_and_takes_who_and_when() -> None:
    found = dict(commands())
    assert len(found) > 40
    faults = {name: amiss(function) for name, function in found.items() if amiss(function)}
    assert set(faults) == set(WITHOUT_ACTOR), faults


@pytest.mark.parametrize(
    "written",
    [
        "@transaction.atomic\ndef close(it, *, by: Actor, now: datetime): ...",
        "@transaction.atomic\ndef close(*, it, now: datetime): ...",
        "@transaction.atomic(durable=True)\ndef close(*, it, by: Actor): ...",
        "def close(*, it, now: datetime): ...",
        "def close(*, it, by: Actor):\n    with transaction.atomic(): ...",
        "@transaction.atomic\ndef close(*, it, by: Actor, now: date): ...",
    ],
)
def test_a_command_without_them_is_found(written: str) -> None:
    (function,) = commands_in(written)
    assert amiss(function)


# --- (c) Every refusal can be said ---------------------------------------------------------------


def refusals(above: type[RuleBroken] = RuleBroken) -> Iterator[type[RuleBroken]]:
    for refusal in above.__subclasses__():
        if refusal.__module__.startswith(f"{tuanti.__name__}.") and refusal is not FileRefused:
            yield refusal  # FileRefused has many codes: the tests of the sheets hold them
        yield from refusals(refusal)


def unsaid(found: Sequence[type[RuleBroken]]) -> list[str]:
    """Name the refusals that lack a sentence, or whose sentences tell different facts."""
    return [
        refusal.code
        for refusal in found
        if any(refusal.code not in codes(lang) for lang in LANGS)
        or len({facts_of(refusal.code, lang) for lang in LANGS}) > 1
    ]


def every_refusal() -> list[type[RuleBroken]]:
    for module in pkgutil.walk_packages(tuanti.__path__, f"{tuanti.__name__}."):
        if ".migrations" not in module.name and not module.name.endswith(".urls"):
            importlib.import_module(module.name)
    return [*refusals()]


def test_every_refusal_of_every_room_is_said_in_both_languages() -> None:
    found = every_refusal()
    assert {refusal.__module__.split(".")[1] for refusal in found} >= {"people", "places", "rules"}
    assert unsaid(found) == []


def test_no_two_refusals_share_a_code() -> None:
    found = [refusal for refusal in every_refusal() if "code" in vars(refusal)]
    assert len({refusal.code for refusal in found}) == len(found)


def test_a_refusal_nobody_can_say_is_found() -> None:
    mute = type("Mute", (RuleBroken,), {"code": "house.mute", "__module__": __name__})
    assert unsaid([mute]) == ["house.mute"]


# --- (d) The database knows the states of a process ----------------------------------------------


def choices_of(model: type[models.Model], name: str) -> set[str]:
    return {str(value) for value, _ in column(model, name).choices or ()}


def column(model: type[models.Model], name: str) -> models.Field[Any, Any]:
    field = model._meta.get_field(name)
    assert isinstance(field, models.Field)
    return field


def allowed_by_the_database(model: type[models.Model], name: str) -> set[str]:
    """Read the states a CHECK of the table lets in."""
    return {
        str(value)
        for check in model._meta.constraints
        if isinstance(check, models.CheckConstraint) and isinstance(check.condition, models.Q)
        for child in check.condition.children
        if isinstance(child, tuple) and child[0] == f"{name}__in"
        for value in child[1]
    }


def processes_of_the_rooms() -> Iterator[Process]:
    for path in MODULES:
        room, *_ = path.relative_to(HOUSE).parts
        if room in street() and room != "rules" and "Process(" in path.read_text("utf-8"):
            dotted = ".".join(path.relative_to(HOUSE.parent).with_suffix("").parts)
            yield from (
                value
                for value in vars(importlib.import_module(dotted)).values()
                if isinstance(value, Process)
            )


@pytest.mark.parametrize("name", KEPT)
def test_a_process_and_its_table_know_the_same_states(name: str) -> None:
    process, model, field = KEPT[name]
    assert choices_of(model, field) == set(process.states)
    assert allowed_by_the_database(model, field) == set(process.states)
    assert column(model, field).get_default() == process.start


def test_every_process_of_a_room_is_held_to_it() -> None:
    assert {process.name for process in processes_of_the_rooms()} == set(KEPT)


def test_a_state_the_table_does_not_know_is_found() -> None:
    longer = Process(
        name="import",
        start="brought",
        moves={"lose": (frozenset({"brought"}), "lost")},
        ends=frozenset({"lost"}),
    )
    assert choices_of(Import, "state") != set(longer.states)
    assert allowed_by_the_database(Import, "state") != set(longer.states)


# --- (e) The migrations say what the models say --------------------------------------------------


@pytest.mark.django_db
def test_the_migrations_are_whole() -> None:
    call_command("makemigrations", "--check", "--dry-run", "--verbosity", "0")


@pytest.mark.django_db
def test_a_model_without_its_migration_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(Estate._meta.original_attrs, "verbose_name", "changed")
    with pytest.raises(SystemExit):
        call_command("makemigrations", "--check", "--dry-run", "--verbosity", "0")


# --- (f) Every module has a name -----------------------------------------------------------------


def nameless(paths: Collection[Path]) -> list[str]:
    return [str(path) for path in paths if set(path.with_suffix("").parts) & NAMELESS]


def test_no_module_is_named_for_nothing() -> None:
    assert nameless([path.relative_to(HOUSE) for path in MODULES]) == []
    assert nameless([Path("people/utils.py"), Path("base/models.py")]) != []


# --- (h) What can be said and set is written down ------------------------------------------------


def verbs(group: typer.core.TyperGroup, so_far: str = "") -> Iterator[str]:
    for name, command in group.commands.items():
        if isinstance(command, typer.core.TyperGroup):
            yield from verbs(command, f"{name} ")
        else:
            yield f"{so_far}{name}"


class Listening(dict[str, str]):
    """An environment that remembers what it was asked for."""

    asked: ClassVar[set[str]] = set()

    def __getitem__(self, name: str) -> str:
        self.asked.add(name)
        return super().__getitem__(name)


def settings_read(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Collect the variables a service's settings ask for, and those named elsewhere."""
    environment = Listening(SERVICE)
    monkeypatch.setattr(environ.Env, "ENVIRON", environment)
    runpy.run_path(str(HOUSE / "config/settings.py"))
    named = {name for path in MODULES for name in SETTING.findall(path.read_text("utf-8"))}
    return environment.asked | named


def undocumented(wanted: Collection[str], page: Path) -> list[str]:
    text = page.read_text("utf-8")
    return sorted(name for name in wanted if not re.search(rf"`(?:tuanti )?{name}\b", text))


@pytest.mark.parametrize("lang", LANGS)
def test_every_verb_is_in_the_reference(lang: str) -> None:
    group = typer.main.get_command(app)
    assert isinstance(group, typer.core.TyperGroup)
    found = {*verbs(group)}
    assert {"demo", "law regime", "manage"} <= found
    page = ROOT / f"docs/{lang}/reference/cli.md"
    assert undocumented(found, page) == []
    assert undocumented({"lift"}, page) == ["lift"]


@pytest.mark.parametrize("lang", LANGS)
def test_every_setting_is_in_the_handbook(lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found = settings_read(monkeypatch)
    assert {"DATABASE_URL", "TUANTI_HTTPS", "TUANTI_OIDC_SECRET", "TUANTI_OUTBOX_MAIL"} <= found
    page = ROOT / f"docs/{lang}/howto/run-a-service.md"
    assert undocumented(found - {"TUANTI_LANG"}, page) == []  # the command line's own
    assert undocumented({"TUANTI_OUTBOX_POST"}, page) == ["TUANTI_OUTBOX_POST"]


# --- (i) Nothing is vouched for, no SQL by hand --------------------------------------------------


def by_hand(source: str) -> set[str]:
    """Collect what a module calls that lets markup through or sends SQL of its own."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    called = [call.func for call in calls if call.args or isinstance(call.func, ast.Attribute)]
    plain = {func.id for func in called if isinstance(func, ast.Name)}
    dotted = {func.attr for func in called if isinstance(func, ast.Attribute)}
    return ((plain | dotted) & VOUCHES) | (dotted & SQL) | (plain & {"RawSQL", "RunSQL"})


def test_markup_is_vouched_for_and_sql_written_only_where_there_is_a_reason() -> None:
    found = {
        str(path.relative_to(HOUSE)): by_hand(path.read_text("utf-8"))
        for path in MODULES
        if by_hand(path.read_text("utf-8"))
    }
    assert found == BY_HAND


@pytest.mark.parametrize(
    "written",
    ["mark_safe(x)", "safestring.mark_safe(x)", "SafeString(x)", "Estate.objects.raw(x)",
     "connection.cursor()", "RawSQL(x, [])", "migrations.RunSQL(x)", "rows.extra(where=[x])"],
)  # fmt: skip
def test_what_is_vouched_for_is_found(written: str) -> None:
    assert by_hand(written)
