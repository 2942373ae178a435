"""What the measurements were taken on."""

import os
import platform
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any


def facts(records: Iterable[dict[str, Any]]) -> list[tuple[str, str]]:
    """Machines, versions and the commits that the records name."""
    kept = list(records)
    days = sorted({record["at"][:10] for record in kept})
    libraries = ("highspy", "numpy", "ortools", "pyscipopt")
    return [
        ("measured on", " to ".join(dict.fromkeys((days[0], days[-1]))) if days else "-"),
        ("commits", ", ".join(sorted({record["commit"] for record in kept}))),
        ("code of the engine", _codes(kept)),
        ("machine", "; ".join(sorted({record["machine"] for record in kept}))),
        ("system", f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"),
        ("libraries", ", ".join(f"{name} {version(name)}" for name in libraries)),
        ("load when runs began", _range([record["load"] for record in kept])),
    ]


def name() -> str:
    """This machine: cores, memory, processor."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    return f"{os.cpu_count()} cores, {memory:.0f} GB, {_processor()}"


def _codes(records: list[dict[str, Any]]) -> str:
    codes = sorted({record["code"] for record in records if record["solver"] == "tuanti"})
    mixed = " (MIXED: the engine changed between runs)" if len(codes) > 1 else ""
    return ", ".join(codes) + mixed


def _range(values: list[float]) -> str:
    return f"{min(values)} to {max(values)}" if values else "-"


def _processor() -> str:
    path = Path("/proc/cpuinfo")
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()
