"""A real browser at a real address of this machine; without one, these tests say how to get it."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, BrowserContext, Page

INSTALL = "apt-get install -y chromium-headless-shell fontconfig fonts-noto-cjk"
PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser")  # the lightest first
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--font-render-hinting=none",
]
HEIGHTS = {390: 844, 1440: 900}

Open: TypeAlias = "Callable[..., Any]"


def chromium() -> str | None:
    """Find the browser of the system."""
    return next(filter(None, map(shutil.which, PROGRAMS)), None)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator["Browser"]:
    """Start the browser once for a module.

    Not for the whole run: while it is up, a loop of Playwright's runs in this thread, and no test
    of anything else could run a loop of its own.
    """
    if not (program := chromium()):
        pytest.skip(f"no Chromium here; install it with: {INSTALL}")
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 (heavy, and only here)

    runtime: Path = tmp_path_factory.mktemp("runtime")
    os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))
    # Django, too, takes us for asynchronous.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield started
        started.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def opened(browser: "Browser", live_server: Any) -> Open:  # noqa: ANN401 (pytest-django's own)
    """Give a way to open a page as someone sees it; it fails on any complaint of the browser."""

    @contextmanager
    def open_page(
        path: str,
        width: int = 390,
        language: str = "zh-hans",
        *,
        large: bool = False,
        script: bool = True,
        session: str = "",
    ) -> Iterator["Page"]:
        context = _context(browser, width, script=script)
        cookies = {"language": language, "large": "1" if large else "0", "session": session}
        for name, value in cookies.items():
            if value:
                context.add_cookies([{"name": name, "value": value, "url": live_server.url}])
        page = context.new_page()
        complaints: list[str] = []
        page.on("console", lambda said: complaints.append(said.text) if _bad(said) else None)
        page.on("pageerror", lambda fault: complaints.append(str(fault)))
        try:
            page.goto(live_server.url + path)
            yield page
        finally:
            context.close()
        assert complaints == []

    return open_page


def _bad(said: Any) -> bool:  # noqa: ANN401 (a console message)
    """Errors and refusals of the policy; a 404 asked for is no complaint."""
    return said.type in ("error", "warning") and "Failed to load resource" not in said.text


def _context(browser: "Browser", width: int, *, script: bool) -> "BrowserContext":
    return browser.new_context(
        viewport={"width": width, "height": HEIGHTS[width]},
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        java_script_enabled=script,
        has_touch=width < 800,
        is_mobile=width < 800,
        bypass_csp=False,
    )
