"""What was read before the tests began is read anew: `make mutants` changes the readers between."""

import pytest

from tuanti.rules import cost_model, law
from tuanti.rules.sharing import schemes


@pytest.fixture(autouse=True, scope="session")
def nothing_kept() -> None:
    """Forget the packaged files."""
    for kept in (cost_model.packaged, law.packaged, schemes._schemes):  # noqa: SLF001 (kept there)
        kept.cache_clear()
