"""SQL fragments that tables share."""

from __future__ import annotations

from collections.abc import Iterable


def one_of(column: str, values: Iterable[str]) -> str:
    """The condition of a CHECK that a text column holds one of an enum's values."""
    return f"{column} IN ({', '.join(repr(str(value)) for value in values)})"
