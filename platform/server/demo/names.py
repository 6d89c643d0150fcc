"""Fictional names and stable ids: the same seed gives the same city on any machine."""

from __future__ import annotations

from random import Random
from uuid import UUID, uuid5

from departments import catalogue
from server.demo.words import GIVEN, SURNAMES, TOPICS

NAMESPACE = UUID("6f1c2a52-63d5-4d0e-9a4e-0d9e4b5b7c11")


class Seed:
    """Ids and choices that depend on nothing but the seed, the kind and the number."""

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def id(self, kind: str, number: int | str) -> UUID:
        return uuid5(NAMESPACE, f"{self.seed}:{kind}:{number}")

    def random(self, kind: str, number: int | str = 0) -> Random:
        return Random(f"{self.seed}:{kind}:{number}")  # noqa: S311 - a demo must repeat itself, it hides nothing

    def person(self, kind: str, number: int) -> str:
        """A fictional name; numbers far apart still differ."""
        dice = self.random(f"name-{kind}", number)
        return dice.choice(SURNAMES) + dice.choice(GIVEN) + (dice.choice(GIVEN) if dice.random() < 0.6 else "")

    def topic(self, number: int) -> tuple[str, str]:
        """(area code, project title)"""
        return self.topic_of(self.random("area", number).choice(sorted(TOPICS)), number)

    def topic_of(self, area: str, number: int) -> tuple[str, str]:
        """The same in one area."""
        dice = self.random("topic", number)
        place, what = dice.choice(TOPICS[area]["places"]), dice.choice(TOPICS[area]["works"])
        return area, f"{place}{what}"

    def township(self, number: int) -> str:
        """The code of a township."""
        return self.random("township", number).choice(catalogue.townships()).code
