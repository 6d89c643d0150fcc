"""The closed lists of a consultation: how it is held, how soon, how it helped. Pure."""

from __future__ import annotations

from enum import StrEnum

from talent_pool.consultations import words


class Mode(StrEnum):
    ON_SITE = "on-site"
    TELEPHONE = "telephone"
    ONLINE = "online"

    @property
    def label(self) -> str:
        return words.MODE[self]


class Urgency(StrEnum):
    NORMAL = "normal"
    URGENT = "urgent"

    @property
    def label(self) -> str:
        return words.URGENCY[self]


class Help(StrEnum):
    """How it helped, in plain words. Never a number: nobody is ranked by it."""

    HELPED = "helped"
    PARTLY = "partly"
    NOT = "not"

    @property
    def label(self) -> str:
        return words.HELP[self]


def duration_label(minutes: int | None) -> str:
    """Two hours and a quarter, as people say it."""
    hours, rest = divmod(minutes or 0, 60)
    if not hours:
        return words.ONLY_MINUTES.format(minutes=rest)
    return (words.HOURS_AND if rest else words.HOURS).format(hours=hours, minutes=rest)
