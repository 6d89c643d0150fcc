"""Which code answered: one hash over every line that can move a panel, and the versions of the libraries beneath."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from importlib.metadata import version as installed
from pathlib import Path

import talent_pool.matching

LIBRARIES = ("numpy", "scipy", "highspy", "ortools")


@cache
def version() -> str:
    found = sha256()
    here = Path(__file__).resolve().parent
    files = [*Path(talent_pool.matching.__path__[0]).rglob("*.py"), *here.glob("*.py"), here.parent / "masking.py"]
    for path in sorted(files, key=lambda path: (path.parent.name, path.name)):
        found.update(path.name.encode() + path.read_bytes())
    for name in LIBRARIES:
        found.update(f"{name} {installed(name)}".encode())
    return found.hexdigest()
