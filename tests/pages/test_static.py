"""A service hands out files by their digest; nothing of the shell is missing from the list."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from tuanti import web

STATIC = Path(web.__file__).parent / "static"
PAGE = """
import django
django.setup()
from django.test import Client
answer = Client().get("/", secure=True)
assert answer.status_code == 200, answer.status_code
print(answer.content.decode())
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A service with its files collected."""
    place: Path = tmp_path_factory.mktemp("service")
    answer = served(place, "-m", "django", "collectstatic", "--noinput", "--verbosity=0")
    assert (answer.returncode, answer.stdout) == (0, "")
    return place


def served(home: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run Python in a service of ours, which needs its secrets."""
    secrets = {
        "TUANTI_MODE": "service",
        "TUANTI_HOME": str(home),
        "TUANTI_HOSTS": "testserver",
        "TUANTI_SECRET_KEY": settings.SECRET_KEY * 2,
        "TUANTI_VAULT_KEYS": settings.VAULT_KEYS,
        "TUANTI_INDEX_KEY": settings.INDEX_KEY,
        "TUANTI_JOURNAL_KEY": settings.JOURNAL_KEY,
        "DATABASE_URL": f"sqlite:///{home}/service.sqlite3",
        "DJANGO_SETTINGS_MODULE": "tuanti.config.settings",
    }
    program = [sys.executable, *command]
    environment = {**os.environ, **secrets}
    return subprocess.run(program, env=environment, capture_output=True, text=True, check=False)


def test_every_file_of_the_shell_is_kept_under_its_digest(home: Path) -> None:
    listed = json.loads((home / "static/staticfiles.json").read_text("utf-8"))["paths"]
    ours = {str(path.relative_to(STATIC)) for path in STATIC.rglob("*") if path.is_file()}
    assert ours <= set(listed)
    assert all((home / "static" / listed[name]).is_file() for name in ours)


def test_a_page_of_a_service_asks_for_files_by_their_digest_and_no_database(home: Path) -> None:
    answer = served(home, "-c", PAGE)
    assert answer.returncode == 0, answer.stderr
    listed = json.loads((home / "static/staticfiles.json").read_text("utf-8"))["paths"]
    for name in ("web/shell.css", "web/tuanti.js", "web/favicon.svg"):
        assert f"/static/{listed[name]}" in answer.stdout
