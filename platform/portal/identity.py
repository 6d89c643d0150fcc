"""Who hosts the platform, as every page's frame shows it: from the catalogue, with an honest label."""

from __future__ import annotations

from functools import cache

from msgspec import Struct

from departments import catalogue
from portal.words import FOOTER


class Identity(Struct, frozen=True):
    name: str
    platform: str
    host_name: str
    footer_lines: tuple[str, ...]
    confirmed: bool


@cache
def identity() -> Identity:
    city, foot = catalogue.load().city, catalogue.load().footer
    lines = tuple(FOOTER[key].format(getattr(foot, key)) for key in FOOTER if getattr(foot, key))
    return Identity(city.name, city.platform, foot.host_name, lines, foot.confirmed)
