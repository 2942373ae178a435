"""What all tests of the rules share.

What was read before they began is read anew: `make mutants` changes the readers between.
"""

import time
from collections.abc import Iterator

import pytest

from tuanti.rules import cost_model, law
from tuanti.rules.sharing import schemes


@pytest.fixture(autouse=True, scope="session")
def nothing_kept() -> None:
    """Forget the packaged files."""
    for kept in (cost_model.packaged, law.packaged, schemes._schemes):  # noqa: SLF001 (kept there)
        kept.cache_clear()


@pytest.fixture(params=["UTC", "America/Los_Angeles", "Pacific/Kiritimati"])
def abroad(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let the machine stand elsewhere."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", request.param)
        time.tzset()
        yield
    time.tzset()
