"""The form a new call starts from: the published application forms of other cities plus the four focuses of Mianyang."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from msgspec import convert

from projects.calls.form import Form


@cache
def default_form() -> Form:
    text = Path(__file__).with_name("default_form.toml").read_text(encoding="utf8")
    return convert(tomllib.loads(text), Form)
