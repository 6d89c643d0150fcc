"""What a rule may say no with. Raised by rules, turned into a page in one place (server.app)."""

from __future__ import annotations

from typing import Protocol


class Reason(Protocol):
    """A member of some package's Reason enum: a stable code for tests and logs, a sentence for people."""

    @property
    def label(self) -> str: ...


class Refused(Exception):  # noqa: N818 - a refusal is an answer, not an error
    """A rule of the city said no. `reason` is for tests and logs, the message is for the person."""

    def __init__(self, reason: Reason, **facts: object) -> None:
        super().__init__(reason.label.format(**facts))
        self.reason = reason
        self.facts = facts


class Stale(Refused):
    """Somebody else saved the row first. Both texts go back to the person, nothing is overwritten."""


class Missing(Exception):  # noqa: N818
    """Not there, or not theirs to see: the two look the same from outside."""
