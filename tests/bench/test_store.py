"""What was measured is kept, and a bench goes on from what was published."""

from pathlib import Path
from typing import Any

from bench.store import Store


def run(solver: str, code: str, **facts: object) -> dict[str, Any]:
    return {
        "solver": solver,
        "instance": "city-1",
        "code": code,
        "award": {"winners": [1]},
        **facts,
    }


def test_a_published_result_is_known_on_a_machine_without_any(tmp_path: Path) -> None:
    store, published = Store(tmp_path / "here.jsonl"), tmp_path / "award.jsonl"
    store.keep(run("highs-weak", "a", cost=7))
    store.keep(run("scip-weak", "a", failed="out of memory"))
    store.publish(published)
    elsewhere = Store(tmp_path / "there.jsonl", published)
    assert elsewhere.has({"solver": "highs-weak", "instance": "city-1", "code": "a"})
    assert not elsewhere.has({"solver": "highs-weak", "instance": "city-1", "code": "b"})
    assert not elsewhere.has({"solver": "scip-weak", "instance": "city-1", "code": "a"})
    (known,) = elsewhere.latest().values()
    assert known == store.latest()["highs-weak", "city-1"] | {"award": None}


def test_what_was_run_since_goes_before_what_was_published(tmp_path: Path) -> None:
    first, published = Store(tmp_path / "first.jsonl"), tmp_path / "award.jsonl"
    first.keep(run("tuanti", "a", cost=7))
    first.publish(published)
    Store(tmp_path / "here.jsonl", published).keep(run("tuanti", "b", cost=6))
    again = Store(tmp_path / "here.jsonl", published)
    assert again.latest()["tuanti", "city-1"]["cost"] == 6
    assert len((tmp_path / "here.jsonl").read_text("utf-8").splitlines()) == 1
