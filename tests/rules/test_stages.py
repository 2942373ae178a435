import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuanti.rules import processes
from tuanti.rules.processes import (
    CONSULTATION,
    DEMAND,
    JOINT_APPROVAL,
    LIFT,
    PROCESSES,
    ROUND,
    WORKS,
)
from tuanti.rules.stages import Move, MoveRefused, Process, UnknownState

every_process = pytest.mark.parametrize("process", PROCESSES, ids=lambda process: process.name)


def move(*states: str, to: str) -> Move:
    return frozenset(states), to


def table(moves: dict[str, Move], *ends: str) -> Process:
    return Process(name="sample", start="a", moves=moves, ends=frozenset(ends))


LOOP = {"go": move("a", to="b"), "back": move("b", to="a"), "end": move("a", "b", to="c")}


# --- The type --------------------------------------------------------------------------------


def test_an_act_leads_to_its_state() -> None:
    sample = table(LOOP, "c")
    assert [sample.after("a", "go"), sample.after("b", "back"), sample.after("b", "end")] == [
        "b",
        "a",
        "c",
    ]


@pytest.mark.parametrize(
    ("state", "act", "possible"),
    [
        ("a", "back", "go, end"),
        ("b", "go", "back, end"),
        ("c", "go", None),
        ("a", "fly", "go, end"),
    ],
)
def test_an_act_out_of_turn_is_refused_and_the_possible_ones_are_named(
    state: str, act: str, possible: str | None
) -> None:
    with pytest.raises(MoveRefused) as refusal:
        table(LOOP, "c").after(state, act)
    assert refusal.value.facts == {
        "process": "sample",
        "state": state,
        "act": act,
        "possible": possible,
    }


def test_a_state_of_another_process_is_refused() -> None:
    for ask in (table(LOOP, "c").possible, table(LOOP, "c").is_over):
        with pytest.raises(UnknownState) as refusal:
            ask("z")
        assert refusal.value.facts == {"process": "sample", "state": "z", "known": "a, b, c"}


def test_only_an_end_is_over() -> None:
    sample = table(LOOP, "c")
    assert [sample.is_over(state) for state in "abc"] == [False, False, True]


@pytest.mark.parametrize(
    ("moves", "ends"),
    [
        (LOOP, ""),  # a dead end that is not declared
        (LOOP, "bc"),  # an end with a way out
        (LOOP, "cd"),  # an end that is no state
        (LOOP | {"jump": move("d", to="c")}, "c"),  # from a state nobody reaches
        (LOOP | {"jump": move("d", to="d")}, "c"),  # an island
        ({"go": move("b", to="b")}, "a"),
    ],
)
def test_a_table_with_a_hole_is_a_defect(moves: dict[str, Move], ends: str) -> None:
    with pytest.raises(AssertionError):
        table(moves, *ends)


def test_a_process_may_have_no_end() -> None:
    assert table({"go": move("a", to="a")}).states == ("a",)


def test_a_process_may_be_over_before_it_begins() -> None:
    assert table({}, "a").states == ("a",)


# --- The mission's processes -----------------------------------------------------------------


def test_every_process_of_the_module_is_listed() -> None:
    named = [value for value in vars(processes).values() if isinstance(value, Process)]
    assert sorted(p.name for p in named) == sorted(p.name for p in PROCESSES)


@every_process
@given(choices=st.lists(st.integers(0, 99), max_size=40))
def test_a_walk_never_leaves_the_table_and_stops_only_at_an_end(
    process: Process, choices: list[int]
) -> None:
    state = process.start
    for choice in choices:
        possible = process.possible(state)
        assert bool(possible) is (state not in process.ends)
        if not possible:
            break
        state = process.after(state, possible[choice % len(possible)])
        assert state in process.states


@every_process
def test_from_every_state_some_end_can_be_reached(process: Process) -> None:
    saved = set(process.ends)
    for _ in process.states:
        saved |= {
            state
            for state in process.states
            for act in process.possible(state)
            if process.after(state, act) in saved
        }
    assert saved == set(process.states)


@every_process
def test_names_of_states_and_acts_may_stand_in_an_address(process: Process) -> None:
    for name in (process.name, *process.states, *process.moves):
        assert name.replace("-", "").isalpha()
        assert name.islower()


@pytest.mark.parametrize(
    ("process", "acts", "end"),
    [
        (
            CONSULTATION,
            "canvass plan open close pass post-notice object revise withdraw",
            "withdrawn",
        ),
        (DEMAND, "mandate pool tender release pool tender award call-off", "called-off"),
        (ROUND, "publish amend close fail", "failed"),
        (
            ROUND,
            (
                "publish close open evaluate publish-candidates object evaluate-again evaluate "
                "publish-candidates object dismiss award sign"
            ),
            "contracted",
        ),
        (
            JOINT_APPROVAL,
            (
                "submit ask-for-papers submit accept begin-expert-review end-expert-review "
                "ask-for-changes submit accept grant hand-over"
            ),
            "handed-over",
        ),
        (
            WORKS,
            (
                "hand-over-site lay-foundation raise-shaft notify-regulator install "
                "fail-inspection mend pass-inspection accept register"
            ),
            "registered",
        ),
        (LIFT, "put-into-use entrap free restart begin-overhaul end-overhaul scrap", "scrapped"),
    ],
)
def test_a_story_can_be_told_to_its_end(process: Process, acts: str, end: str) -> None:
    state = process.start
    for act in acts.split():
        state = process.after(state, act)
    assert state == end
    assert process.is_over(state)


@pytest.mark.parametrize(
    ("acts", "state"),
    [
        ("canvass plan open close pass post-notice object settle agree mandate", "mandated"),
        ("plan open close fail reopen open close pass post-notice agree", "agreed"),
        ("plan open close pass post-notice agree mandate leave", "agreed"),
    ],
)
def test_a_consultation_may_go_the_whole_way_fail_and_be_tried_again_or_be_left(
    acts: str, state: str
) -> None:
    reached = CONSULTATION.start
    for act in acts.split():
        reached = CONSULTATION.after(reached, act)
    assert reached == state
    assert "withdraw" in CONSULTATION.possible(state)  # until the lift is ordered


@pytest.mark.parametrize(
    ("process", "state", "act"),
    [
        (CONSULTATION, "wished", "open"),  # before there is a plan
        (CONSULTATION, "open", "agree"),  # before the ballots are counted
        (CONSULTATION, "passed", "agree"),  # before the notice
        (CONSULTATION, "objected", "agree"),  # while an objection is open
        (ROUND, "published", "open"),  # before the bids are closed
        (ROUND, "closed", "amend"),
        (ROUND, "evaluated", "award"),  # before the candidates are published
        (ROUND, "objected", "award"),
        (JOINT_APPROVAL, "expert-review", "grant"),  # while the clock stands still
        (WORKS, "shaft-raised", "install"),  # before the regulator is told
        (WORKS, "installed", "accept"),  # before supervision inspection
        (WORKS, "defective", "pass-inspection"),
        (WORKS, "inspected", "register"),  # before acceptance
        (LIFT, "registered", "entrap"),
        (LIFT, "entrapment", "restart"),  # before it has been checked
        (DEMAND, "reported", "pool"),  # without a mandate
    ],
)
def test_what_law_puts_first_comes_first(process: Process, state: str, act: str) -> None:
    with pytest.raises(MoveRefused):
        process.after(state, act)
