"""What somebody looks for: words of a search, the filters of a list, and which codes stand for them. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from msgspec import Struct

from talent_pool.directory import words

MOST_WORDS = 6
LONGEST_WORD = 30
UNCONFIRMED = "unconfirmed"
"""Chosen like a state, though it is none: admitted and silent."""
_BETWEEN = re.compile(r"[\s、，,;；]+")


class Side(StrEnum):
    """Which half of the index a person reads: all the pool knows, or what the expert agreed to show."""

    WHOLE = "whole"
    AGREED = "agreed"


class Seat(StrEnum):
    FINANCE = "finance"
    COMMUNITY = "community"
    HOST = "host"

    @property
    def label(self) -> str:
        return words.SEAT[self]


class Sought(Struct, frozen=True):
    """What the list is narrowed by. Empty means everything that is current."""

    text: str = ""
    area: str = ""
    field: str = ""
    category: str = ""
    county: str = ""
    seat: str = ""
    state: str = ""
    free_on: date | None = None
    room: bool = False
    """Only who may still take a project."""

    @property
    def active(self) -> int:
        return sum(bool(getattr(self, name)) for name in self.__struct_fields__)

    @property
    def silent(self) -> bool:
        """In the pool, but the yearly confirmation has been waited for too long."""
        return self.state == UNCONFIRMED

    @property
    def codes(self) -> list[str]:
        """The filters that the index holds as codes."""
        kinds = ("area", "field", "category", "county", "seat", "state")
        found = [f"{kind}:{value}" for kind in kinds if (value := getattr(self, kind))]
        return [code if code != f"state:{UNCONFIRMED}" else "state:admitted" for code in found]

    @property
    def words(self) -> list[str]:
        return split(self.text)


def fold(text: str) -> str:
    """As the index folds: full width, ligatures and capitals are the plain letters they mean. Nothing unprintable is left."""
    plain = unicodedata.normalize("NFKC", text).lower()
    return "".join(" " if unicodedata.category(sign)[0] == "C" else sign for sign in plain)


def split(text: str) -> list[str]:
    """Every word has to be found; more than a few are not a search any more."""
    found = [word[:LONGEST_WORD] for word in _BETWEEN.split(fold(text)) if word]
    return list(dict.fromkeys(found))[:MOST_WORDS]


def is_latin(word: str) -> bool:
    return word.isascii() and word.isalpha()


def labelled(word: str, labels: Iterable[tuple[str, str]]) -> list[str]:
    """Codes whose label holds the word: who looks for an area by its name finds it by its code."""
    return [code for code, label in labels if len(word) > 1 and word in fold(label)]
