from fractions import Fraction

import pytest

from tests.cast import small_round
from tuanti.rules.award.problem import Award, Problem, evaluate
from tuanti.rules.award.reading import read
from tuanti.rules.award.round import canonical
from tuanti.solve.award import solve
from tuanti.solve.changed import cut, without_ladders
from tuanti.solve.compare import at_list_price, greedy_cost, lot_by_lot
from tuanti.solve.conflict import conflict
from tuanti.solve.explain import NotInTheRound, price_of, smallest_cut, without

EXACT = Fraction(0)


def problem_of(**rules: object) -> Problem:
    data = small_round()
    data["rules"] |= rules
    return read(canonical(data))


@pytest.fixture(scope="module")
def solved() -> tuple[Problem, Award, int]:
    problem = problem_of()
    outcome = solve(problem, gap=EXACT)
    assert outcome.state == "proven"
    assert outcome.award is not None
    return problem, outcome.award, evaluate(problem, outcome.award).cost


def losers(problem: Problem, award: Award) -> list[tuple[str, str]]:
    """Every supplier with a lot it bid on and did not win."""
    return [
        (str(firm["id"]), str(problem.lots[lot]["id"]))
        for s, firm in enumerate(problem.suppliers)
        for lot, units in enumerate(problem.units_of)
        if all(problem.bids[s][i] and award.winners[i] != s for i in units)
    ]


def test_the_cut_wins_and_a_fen_less_does_not(solved: tuple[Problem, Award, int]) -> None:
    problem, award, _ = solved
    found = [
        smallest_cut(problem, award, s, lot, gap=EXACT, optimal=True)
        for s, lot in losers(problem, award)
    ]
    cuts = [one for one in found if one.state == "cut"]
    assert cuts
    for one in cuts:
        assert one.exact
        assert one.winning_fen - one.losing_fen == 1
        for fen, wins in ((one.winning_fen, True), (one.losing_fen, False)):
            other = solve(cut(problem, one.supplier, one.lot, fen), gap=EXACT)
            assert other.award is not None
            won = {
                str(problem.suppliers[w]["id"])
                for w, unit in zip(other.award.winners, problem.units, strict=True)
                if problem.lots[unit.lot]["id"] == one.lot
            }
            assert (one.supplier in won) is wins


def test_who_won_needs_no_cut(solved: tuple[Problem, Award, int]) -> None:
    problem, award, _ = solved
    winner = str(problem.suppliers[award.winners[0]]["id"])
    assert smallest_cut(problem, award, winner, gap=EXACT, optimal=True).state == "won"


def test_who_won_nothing_learns_what_would_have_won(solved: tuple[Problem, Award, int]) -> None:
    problem, award, _ = solved
    won = {str(problem.suppliers[s]["id"]) for s in award.winners}
    loser = next(str(f["id"]) for f in problem.suppliers if f["id"] not in won)
    found = smallest_cut(problem, award, loser, gap=EXACT, optimal=True)
    assert (found.state, found.exact) == ("cut", True)
    assert found.lots
    assert found.share_bp > 0


def test_a_forbidden_pair_cannot_be_bought_out() -> None:
    data = small_round()
    data["books"].append(
        next(b for b in data["books"] if b["supplier"] == "bing")
        | {"zone": "west", "profile": "p9"}
    )
    problem = read(canonical(data))
    award = solve(problem, gap=EXACT).award
    assert award is not None
    found = smallest_cut(problem, award, "bing", "sp-1", gap=EXACT, optimal=True)
    assert found.state == "barred"


def test_without_a_price_no_cut_helps(solved: tuple[Problem, Award, int]) -> None:
    problem, award, _ = solved
    found = smallest_cut(problem, award, "bing", "sp-1", gap=EXACT, optimal=True)
    assert found.state == "no_bid"


def test_an_unknown_name_is_refused(solved: tuple[Problem, Award, int]) -> None:
    problem, award, cost = solved
    with pytest.raises(NotInTheRound):
        smallest_cut(problem, award, "nobody", gap=EXACT, optimal=True)
    with pytest.raises(NotInTheRound):
        smallest_cut(problem, award, "jia", "nowhere", gap=EXACT, optimal=True)
    with pytest.raises(NotInTheRound):
        without(problem, "nobody", cost, cost, gap=EXACT)
    with pytest.raises(NotInTheRound):
        price_of(problem, "nothing", cost, cost, gap=EXACT)


def test_a_claim_is_exact_only_if_the_award_was_proven_best(
    solved: tuple[Problem, Award, int],
) -> None:
    problem, award, _ = solved
    s, lot = losers(problem, award)[0]
    assert not smallest_cut(problem, award, s, lot, gap=EXACT, optimal=False).exact


def test_nobody_is_worth_less_than_nothing(solved: tuple[Problem, Award, int]) -> None:
    problem, _, cost = solved
    for firm in problem.suppliers:
        worth = without(problem, str(firm["id"]), cost, cost, gap=EXACT)
        assert worth.state == "infeasible" or worth.found >= 0
        assert worth.state == "infeasible" or worth.exact


def test_a_rule_never_makes_the_award_cheaper(solved: tuple[Problem, Award, int]) -> None:
    problem, _, cost = solved
    for rule in ("winners_max", "share_max_bp", "ceilings", "pairs", "suppliers_max"):
        worth = price_of(problem, rule, cost, cost, gap=EXACT)
        assert worth.state == "proven"
        assert worth.found <= 0


def test_a_looser_bound_gives_a_wider_bracket(solved: tuple[Problem, Award, int]) -> None:
    problem, _, cost = solved
    exact = price_of(problem, "share_max_bp", cost, cost, gap=EXACT)
    loose = price_of(problem, "share_max_bp", cost, cost - 1000, gap=EXACT)
    assert (loose.low, loose.high) == (exact.low, exact.high + 1000)


def test_without_ladders_everybody_is_at_list_price(solved: tuple[Problem, Award, int]) -> None:
    problem, _, cost = solved
    flat = at_list_price(problem, gap=EXACT)
    assert flat.evaluation is not None
    assert flat.evaluation.cost >= cost
    tiers = read(without_ladders(problem.round)).tiers
    assert [(len(t), t[0].low, t[-1].high) for t in tiers] == [
        (1, t[0].low, t[-1].high) for t in problem.tiers
    ]


def test_lot_by_lot_is_never_better_where_it_is_lawful() -> None:
    problem = problem_of(winners_max=None, share_max_bp=None)
    outcome = solve(problem, gap=EXACT)
    greedy = lot_by_lot(problem)
    assert outcome.award is not None
    assert greedy.award is not None
    assert greedy.broken == ()
    assert greedy_cost(problem, greedy.award) >= evaluate(problem, outcome.award).cost


def test_lot_by_lot_says_which_lots_found_nobody() -> None:
    data = small_round()
    for firm in data["suppliers"]:
        firm["capacity_lifts"] = 5
    greedy = lot_by_lot(read(canonical(data | {"tiers": []})))
    assert greedy.award is None
    assert greedy.unplaced


def test_a_conflict_names_the_rule_that_cannot_be_kept() -> None:
    found = conflict(problem_of(winners_min=3, winners_max=None, share_min_bp=4000))
    assert set(found.rules) == {"winners_min", "share_min_bp"}


def test_a_conflict_of_limits_names_the_lots_it_arises_in() -> None:
    data = small_round()
    data["rules"] |= {"winners_max": None, "share_max_bp": None}
    data["pairs"] += [
        {"lot": "yz-2", "supplier": s, "kind": "forbidden"} for s in ("jia", "yi", "bing")
    ]
    found = conflict(read(canonical(data | {"packages": []})))
    assert (found.rules, found.lots) == (("pairs",), ("yz-2",))
