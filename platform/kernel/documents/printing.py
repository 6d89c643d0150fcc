"""Facts of a paper as the text that is printed: amounts, days, moments, and nothing that no font can print."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, get_args, get_type_hints

from msgspec import Struct

from kernel import money
from kernel.money import Fen
from kernel.templating import long_date, moment


def printed(value: Any, hint: Any = None) -> Any:
    """The paper as plain text for the typesetter: amounts, days and moments as officials write them."""
    if isinstance(value, Struct):
        hints = get_type_hints(type(value))
        return {name: printed(getattr(value, name), hints[name]) for name in value.__struct_fields__}
    if isinstance(value, list):
        inner = get_args(hint)
        return [printed(item, inner[0] if inner else None) for item in value]
    if hint is Fen:
        return {"yuan": money.show(value), "capital": money.capital(value)}
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return long_date(value)
    return "" if value is None else clean(value) if isinstance(value, str) else value


def clean(text: str) -> str:
    """Without what no font can print: control characters and lone surrogates."""
    return "".join(sign for sign in text if sign == "\n" or (sign >= " " and sign != "\x7f" and not "\ud800" <= sign <= "\udfff"))
