"""姓氏笔画: the order in which names of equal rank are printed."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

TABLE = Path(__file__).with_name("surname_strokes.txt")


@cache
def surnames() -> str:
    """Every surname of the table in its order: fewer strokes first, equal counts in the order of the national table."""
    lines = [line.split(" ", 1) for line in TABLE.read_text(encoding="utf8").splitlines() if not line.startswith("#")]
    return "".join(sign for _, listed in lines for sign in listed.strip())


@cache
def _places() -> dict[str, int]:
    return {sign: place for place, sign in enumerate(surnames())}


def by_strokes(names: Iterable[str]) -> list[str]:
    """Names by the strokes of the surname. Of one surname shorter names come first; surnames the table lacks come last."""
    places = _places()
    return sorted(names, key=lambda name: (places.get(name[:1], len(places)), name[:1], len(name), name))
