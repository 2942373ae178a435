"""The house in its test mode, for tools that import settings themselves."""

import os

os.environ["TUANTI_MODE"] = "test"

from tuanti.config.settings import *  # noqa: F403 (the mode comes first)
