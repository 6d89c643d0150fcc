"""Who may be invited. Pure."""

from __future__ import annotations

from enum import StrEnum

from kernel.access import Action
from kernel.errors import Refused
from talent_pool.life import EXPERT, ExpertState
from talent_pool.profiles.inviting import words


class Reason(StrEnum):
    OTHER_NAME = "other-name"
    ALREADY_IN = "already-in"
    ALREADY_ASKED = "already-asked"
    IN_REVIEW = "in-review"
    NO_UNIT = "no-unit"
    NO_MOBILE = "no-mobile"
    ONESELF = "oneself"

    @property
    def label(self) -> str:
        return words.REASON[self]


def check_known(name: str, state: ExpertState) -> None:
    """Somebody known to the pool may be asked again only after a refusal or after leaving."""
    if state is ExpertState.INVITED:
        raise Refused(Reason.ALREADY_ASKED, name=name)
    if state is ExpertState.APPLIED:
        raise Refused(Reason.IN_REVIEW, name=name)
    if not EXPERT.allows(state, Action.INVITE_EXPERT):
        raise Refused(Reason.ALREADY_IN, name=name, state=state.label)
