"""The tree of the record: published vectors, an oracle, and no forgery that passes."""

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tuanti.rules.errors import RuleBroken
from tuanti.rules.merkle import (
    EMPTY,
    HASH_BYTES,
    SALT_BYTES,
    Checkpoint,
    CheckpointUnread,
    Frontier,
    FrontierTorn,
    LeafBeyondTree,
    SaltMisfit,
    TreeShrank,
    consistency_path,
    consistency_proof,
    entry_leaf,
    extends,
    includes,
    inclusion_path,
    inclusion_proof,
    leaf_hash,
    node_hash,
    read_checkpoint,
    root,
    root_at,
    stored,
)
from tuanti.texts import LANGS, facts_of

pymerkle: Any = pytest.importorskip("pymerkle", reason="pymerkle, the oracle, is not installed")

# The leaves and roots with which the implementations of certificate transparency test themselves.
VECTOR = [
    b"",
    *map(bytes.fromhex, ["00", "10", "2021", "3031", "40414243", "5051525354555657"]),
    bytes(range(0x60, 0x70)),
]
VECTOR_ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]

MOST = 70  # leaves: every shape of tree up to above 64
DATA = [f"entry {number}".encode() for number in range(MOST)]
HASHES = [leaf_hash(data) for data in DATA]
STORE = stored(HASHES)
ROOTS = [root(DATA[:size]) for size in range(MOST + 1)]
CITY = 1_000_000

sizes = st.integers(0, MOST)


def flipped(data: bytes, bit: int) -> bytes:
    found = bytearray(data)
    found[bit // 8] ^= 1 << bit % 8
    return bytes(found)


def changed(proof: Sequence[bytes], cut: int) -> Iterator[Sequence[bytes]]:
    """Longer at either end, shorter, and with the last hash cut to fewer bytes."""
    yield [*proof, EMPTY]
    yield [EMPTY, *proof]
    yield proof[:-1] or [EMPTY]
    yield [*proof[:-1], EMPTY[:cut]]


def oracle(size: int) -> Any:  # noqa: ANN401 (the oracle carries no types)
    tree = pymerkle.InmemoryTree(algorithm="sha256")
    for data in DATA[:size]:
        tree.append_entry(data)
    return tree


# --- Roots --------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", range(len(VECTOR_ROOTS)))
def test_roots_are_those_certificate_transparency_publishes(size: int) -> None:
    assert root(VECTOR[:size]).hex() == VECTOR_ROOTS[size]


def test_roots_are_those_of_an_independent_tree() -> None:
    tree = oracle(MOST)
    assert [tree.get_root(size) for size in range(1, MOST + 1)] == ROOTS[1:]
    assert ROOTS[0] == EMPTY


def test_leaves_and_nodes_are_hashed_apart() -> None:
    left, right = HASHES[:2]
    assert node_hash(left, right) != leaf_hash(left + right)


@given(sizes, sizes)
def test_a_tree_grows_alike_in_one_go_or_many(first: int, second: int) -> None:
    size = min(first, second)
    grown = Frontier().grown(HASHES[:size]).grown(HASHES[size:])
    assert grown == Frontier().grown(HASHES)
    assert grown.root() == ROOTS[MOST]


@given(sizes)
def test_a_frontier_comes_back_from_where_it_was_kept(size: int) -> None:
    frontier = Frontier().grown(HASHES[:size])
    assert Frontier.unpacked(frontier.size, frontier.packed) == frontier
    assert frontier.root() == ROOTS[size]


@pytest.mark.parametrize(
    ("size", "packed"),
    [(-1, HASHES[0]), (1, b""), (3, HASHES[0]), (4, b"".join(HASHES[:2])), (1, HASHES[0][:-1])],
)
def test_a_frontier_that_lost_something_is_refused(size: int, packed: bytes) -> None:
    with pytest.raises(FrontierTorn):
        Frontier.unpacked(size, packed)


def test_the_data_of_a_leaf_is_not_taken_for_its_hash() -> None:
    with pytest.raises(AssertionError):
        Frontier().grown([b"entry"])


def test_every_complete_subtree_is_kept_once_and_after_those_below() -> None:
    kept: list[tuple[int, int]] = []
    frontier = Frontier().grown(HASHES[:30])
    frontier.grown(HASHES[30:], lambda level, index, _: kept.append((level, index)))
    assert len(set(kept)) == len(kept)
    assert {(level, index) for level, index in kept} == {
        (level, index)
        for level in range(7)
        for index in range(MOST >> level)
        if (index + 1) << level > 30
    }
    for level, index in kept:
        assert level == 0 or kept.index((level - 1, 2 * index + 1)) < kept.index((level, index))


# --- Proofs -------------------------------------------------------------------------------------


def test_thousands_of_proofs_of_inclusion_hold_and_are_the_oracles() -> None:
    tree = oracle(MOST)
    for size in range(1, MOST + 1):
        for index in range(size):
            proof = inclusion_path(index, size, STORE)
            assert includes(ROOTS[size], size, index, HASHES[index], proof)
            assert [HASHES[index], *proof] == tree.prove_inclusion(index + 1, size).path


def test_thousands_of_proofs_of_consistency_hold() -> None:
    for size in range(MOST + 1):
        for old_size in range(size + 1):
            proof = consistency_path(old_size, size, STORE)
            assert extends(ROOTS[old_size], old_size, ROOTS[size], size, proof)


@given(sizes, sizes)
def test_proofs_from_a_store_are_those_from_the_leaves(first: int, second: int) -> None:
    old_size, size = sorted((first, second))
    assert consistency_proof(old_size, HASHES[:size]) == consistency_path(old_size, size, STORE)
    assert root_at(size, STORE) == ROOTS[size]
    if old_size < size:
        assert inclusion_proof(old_size, HASHES[:size]) == inclusion_path(old_size, size, STORE)


def test_the_worked_example_of_the_standard_is_met() -> None:
    """RFC 9162, section 2.1.5: seven leaves d0 to d6, the nodes a to l above them."""
    a, b, c, d, e, f, j = HASHES[:7]
    g, h, i = node_hash(a, b), node_hash(c, d), node_hash(e, f)
    k = node_hash(g, h)
    seven = HASHES[:7]
    assert inclusion_proof(0, seven) == (b, h, node_hash(i, j))
    assert inclusion_proof(3, seven) == (c, g, node_hash(i, j))
    assert inclusion_proof(4, seven) == (f, j, k)
    assert inclusion_proof(6, seven) == (i, k)
    assert consistency_proof(3, seven) == (c, d, g, node_hash(i, j))
    assert consistency_proof(4, seven) == (node_hash(i, j),)
    assert consistency_proof(6, seven) == (i, j, k)


def test_a_proof_in_a_citys_record_reads_a_few_dozen_nodes() -> None:
    asked: list[tuple[int, int]] = []

    def node(level: int, index: int) -> bytes:
        asked.append((level, index))
        assert (index + 1) << level <= CITY
        return EMPTY

    for index in (0, 1, 524_287, 524_288, 999_999):
        asked.clear()
        assert len(inclusion_path(index, CITY, node)) <= 20
        assert len(asked) < 2 * CITY.bit_length()
        asked.clear()
        assert len(consistency_path(index, CITY, node)) <= 21
        assert len(asked) < 2 * CITY.bit_length()


@pytest.mark.parametrize(("index", "size"), [(0, 0), (5, 5), (-1, 5)])
def test_a_leaf_that_is_not_there_has_no_proof(index: int, size: int) -> None:
    with pytest.raises(LeafBeyondTree):
        inclusion_proof(index, HASHES[:size])


@pytest.mark.parametrize("old_size", [-1, 6])
def test_a_tree_does_not_shrink(old_size: int) -> None:
    with pytest.raises(TreeShrank):
        consistency_proof(old_size, HASHES[:5])


# --- Forgeries ----------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7, 8, 13])
def test_no_single_bit_of_a_proof_of_inclusion_can_be_forged(size: int) -> None:
    for index in range(size):
        proof = inclusion_path(index, size, STORE)
        for bit in range(8 * HASH_BYTES):
            assert not includes(flipped(ROOTS[size], bit), size, index, HASHES[index], proof)
            assert not includes(ROOTS[size], size, index, flipped(HASHES[index], bit), proof)
            for at, one in enumerate(proof):
                forged = [*proof[:at], flipped(one, bit), *proof[at + 1 :]]
                assert not includes(ROOTS[size], size, index, HASHES[index], forged)


@pytest.mark.parametrize("size", [2, 3, 5, 7, 8, 13])
def test_no_single_bit_of_a_proof_of_consistency_can_be_forged(size: int) -> None:
    for old_size in range(size + 1):
        old, new = ROOTS[old_size], ROOTS[size]
        proof = consistency_path(old_size, size, STORE)
        for bit in range(8 * HASH_BYTES):
            assert not extends(flipped(old, bit), old_size, new, size, proof)
            if old_size:  # every tree adds to the empty one
                assert not extends(old, old_size, flipped(new, bit), size, proof)
            for at, one in enumerate(proof):
                forged = [*proof[:at], flipped(one, bit), *proof[at + 1 :]]
                assert not extends(old, old_size, new, size, forged)


def test_a_leaf_is_proven_at_its_own_place_only() -> None:
    for size in range(1, 34):
        for index, claimed in product(range(size), range(-1, size + 1)):
            proof = inclusion_path(index, size, STORE)
            held = includes(ROOTS[size], size, claimed, HASHES[index], proof)
            assert held is (claimed == index)


def test_no_proof_serves_two_old_trees() -> None:
    for size in range(1, 34):
        for old_size, claimed in product(range(1, size + 1), range(-1, size + 2)):
            proof = consistency_path(old_size, size, STORE)
            held = extends(ROOTS[old_size], claimed, ROOTS[size], size, proof)
            assert held is (claimed == old_size)


@given(st.data())
def test_a_proof_that_is_longer_shorter_or_cut_is_refused(data: st.DataObject) -> None:
    size = data.draw(st.integers(2, MOST))
    index = data.draw(st.integers(0, size - 1))
    old_size = data.draw(st.integers(1, size))
    cut = data.draw(st.integers(0, HASH_BYTES - 1))
    path = inclusion_path(index, size, STORE)
    step = consistency_path(old_size, size, STORE)
    for forged in changed(path, cut):
        assert not includes(ROOTS[size], size, index, HASHES[index], forged)
    for forged in changed(step, cut):
        assert not extends(ROOTS[old_size], old_size, ROOTS[size], size, forged)


def test_a_needed_proof_cannot_be_left_out() -> None:
    assert not extends(ROOTS[3], 3, ROOTS[4], 4, ())
    assert not extends(ROOTS[4], 4, ROOTS[5], 5, ())
    assert not includes(ROOTS[2], 2, 0, HASHES[0], ())


def test_the_border_between_two_hashes_cannot_be_moved() -> None:
    left, right = HASHES[:2]
    moved = left[-1:] + right
    assert node_hash(left[:-1], moved) == ROOTS[2]
    assert not includes(ROOTS[2], 2, 0, left[:-1], [moved])
    assert not extends(left[:-1], 1, ROOTS[2], 2, [moved])


@settings(max_examples=300)
@given(st.data())
def test_changing_deleting_swapping_or_inserting_an_entry_shows(data: st.DataObject) -> None:
    size = data.draw(st.integers(2, MOST))
    at = data.draw(st.integers(0, size - 2))
    old_size = data.draw(st.integers(at + 2, MOST))
    entries = DATA[:]
    match data.draw(st.sampled_from(["change", "delete", "swap", "insert"])):
        case "change":
            entries[at] = flipped(entries[at], data.draw(st.integers(0, 8 * len(entries[at]) - 1)))
        case "delete":
            del entries[at]
        case "swap":
            entries[at : at + 2] = reversed(entries[at : at + 2])
        case "insert":
            entries.insert(at, b"entry that came later")
    hashes = [leaf_hash(entry) for entry in entries]
    if old_size <= len(hashes):
        proof = consistency_proof(old_size, hashes)
        assert not extends(ROOTS[old_size], old_size, root(entries), len(hashes), proof)


# --- Leaves and checkpoints ---------------------------------------------------------------------


def test_the_leaf_of_an_entry_hides_it_and_is_bound_to_its_salt() -> None:
    salt = bytes(SALT_BYTES)
    assert entry_leaf(salt, b"entry") != entry_leaf(flipped(salt, 0), b"entry")
    assert entry_leaf(salt, b"").hex() == (
        "374708fff7719dd5979ec875d56cd2286f6d3cf7ec317a3b25632aab28ec37bb"  # sha256sum of 16 zeros
    )


def test_the_border_between_salt_and_entry_cannot_be_moved() -> None:
    salt = b"0123456789abcdef"
    for moved in (salt[:-1], salt + b"e", b""):
        with pytest.raises(SaltMisfit):
            entry_leaf(moved, b"ntry")


lines = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=1)


@given(lines, st.integers(0, 10**18), st.binary(min_size=32, max_size=32), st.lists(lines))
def test_a_checkpoint_comes_back_as_it_was_written(
    origin: str, size: int, top: bytes, more: list[str]
) -> None:
    checkpoint = Checkpoint(origin, size, top, tuple(more))
    assert read_checkpoint(checkpoint.text) == checkpoint


TEXT = "tuanti.example/journal\n7\n" + "3bib5AOAnjJXUNPSY814kpwpQreUKjS3fhIslZSnTIw=\n"


def test_a_checkpoint_is_written_as_others_read_it() -> None:
    assert Checkpoint("tuanti.example/journal", 7, bytes.fromhex(VECTOR_ROOTS[7])).text == TEXT


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (lambda text: text.replace("tuanti.example/journal", ""), 1),
        (lambda text: text.replace("tuanti", "tuanti\t"), 1),
        (lambda text: text.replace("\n", "\r\n"), 1),
        (lambda text: text.replace("\n7", "\n07"), 2),
        (lambda text: text.replace("\n7", "\n-7"), 2),
        (lambda text: text.replace("\n7", "\n\uff17"), 2),
        (lambda text: text.replace("\n7", "\n" + "7" * 5_000), 2),
        (lambda text: text.replace("w=", "x="), 3),  # the same root, with a spare bit set
        (lambda text: text.replace("w=", "w"), 3),
        (lambda text: text.replace("3bib", "3bi b"), 3),
        (lambda text: text[:-1], 3),
        (lambda text: text + "\n", 4),
        (lambda text: text + "— signature", 4),
        (lambda text: text.partition("\n7")[0], 1),
        (lambda _: "", 1),
    ],
)
def test_what_is_no_checkpoint_is_refused_at_its_line(change: Any, line: int) -> None:  # noqa: ANN401 (a parameter)
    with pytest.raises(CheckpointUnread) as refused:
        read_checkpoint(change(TEXT))
    assert refused.value.facts["line"] == line


@pytest.mark.parametrize(
    ("refusal", "facts"),
    [
        (LeafBeyondTree, {"index", "size"}),
        (TreeShrank, {"old_size", "size"}),
        (FrontierTorn, {"size", "count"}),
        (SaltMisfit, {"found", "needed"}),
        (CheckpointUnread, {"line"}),
    ],
)
def test_a_refusal_says_what_it_knows(refusal: type[RuleBroken], facts: set[str]) -> None:
    assert all(facts_of(refusal.code, lang) == facts for lang in LANGS)
