"""Proofs whose hashes are no hashes, though every sum over them is right."""

import pytest

from tuanti.rules.merkle import EMPTY, extends, includes, leaf_hash, node_hash

HASH = leaf_hash(b"entry")
BROKEN = [b"", HASH[:-1], HASH + b"\x00"]


@pytest.mark.parametrize("broken", BROKEN)
def test_a_leaf_or_a_step_that_is_no_hash_proves_nothing(broken: bytes) -> None:
    assert includes(node_hash(HASH, EMPTY), 2, 0, HASH, [EMPTY])
    assert not includes(node_hash(broken, EMPTY), 2, 0, broken, [EMPTY])
    assert not includes(node_hash(HASH, broken), 2, 0, HASH, [broken])


@pytest.mark.parametrize("broken", BROKEN)
def test_a_root_or_a_step_that_is_no_hash_adds_to_nothing(broken: bytes) -> None:
    assert extends(HASH, 1, node_hash(HASH, EMPTY), 2, [EMPTY])
    assert not extends(broken, 1, node_hash(broken, EMPTY), 2, [EMPTY])
    assert not extends(HASH, 1, node_hash(HASH, broken), 2, [broken])
    assert extends(EMPTY, 0, HASH, 1, [])
    assert not extends(EMPTY, 0, broken, 1, [])
