"""SQL fragments that tables and queries share."""

from __future__ import annotations

from collections.abc import Iterable


def one_of(column: str, values: Iterable[str]) -> str:
    """The condition of a CHECK that a text column holds one of an enum's values."""
    return f"{column} IN ({', '.join(repr(str(value)) for value in values)})"


def literal(text: str) -> str:
    """`text` for a LIKE pattern: its own percent signs and underscores mean themselves."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
