"""The law of accounts, without web or database: passwords, lock-out, who may hold which role, where a sign-in may lead."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import timedelta
from enum import StrEnum
from urllib.parse import urlsplit

from kernel.access import Role
from kernel.accounts.words import DEVICE, REASON, UNIT_KIND
from kernel.errors import Refused


class Reason(StrEnum):
    WRONG = "wrong"
    WRONG_CODE = "wrong-code"
    WRONG_FACTOR = "wrong-factor"
    WRONG_CURRENT = "wrong-current"
    PASSWORD_SHORT = "password-short"  # noqa: S105 - a reason
    PASSWORD_EASY = "password-easy"  # noqa: S105
    PASSWORD_PERSONAL = "password-personal"  # noqa: S105
    PASSWORD_SAME = "password-same"  # noqa: S105
    PASSWORD_DIFFERS = "password-differs"  # noqa: S105
    LINK_USED = "link-used"
    SELF_GRANT = "self-grant"
    SELF_CLOSE = "self-close"
    SEPARATED = "separated"
    UNIT_NEEDED = "unit-needed"
    UNIT_UNWANTED = "unit-unwanted"
    UNIT_CLOSED = "unit-closed"
    ALREADY_HELD = "already-held"
    ALREADY_ENDED = "already-ended"
    USERNAME_TAKEN = "username-taken"
    USERNAME_SHAPE = "username-shape"
    MOBILE_TAKEN = "mobile-taken"
    NO_CONTACT = "no-contact"
    CODE_TAKEN = "code-taken"
    CLOSED = "closed"
    ADMINISTRATORS_EXIST = "administrators-exist"
    THREE_PEOPLE = "three-people"
    FACTOR_ON = "factor-on"
    FACTOR_OFFER = "factor-offer"

    @property
    def label(self) -> str:
        return REASON[self]


# ── signing in ──

TRIES = 5
LOCKED_FOR = timedelta(minutes=15)
IDLE = {Role.STATION_WORKER: timedelta(days=7)}
"""A station's shared computer stays signed in and asks again before personal data; everybody else idles half an hour."""
STAFF_IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
NOT_A_DESTINATION = ("/login", "/logout", "/invite", "/reset")


def locked_for(lockouts: int) -> timedelta:
    """15 minutes, doubled each time it happens again before a right password; at most four days."""
    return LOCKED_FOR * int(2 ** min(lockouts, 8))


def session_times(roles: Collection[Role]) -> tuple[timedelta, timedelta]:
    """(idle, longest). Somebody who is more than a station worker keeps the stricter times."""
    if roles and set(roles) <= IDLE.keys():
        week = max(IDLE[role] for role in roles)
        return week, week
    return STAFF_IDLE, LONGEST


def local_path(text: str | None) -> str:
    """Where to go after signing in: a path of our own, else nowhere."""
    if not text or len(text) > 300 or not text.startswith("/") or text[1:2] in {"/", "\\"}:
        return ""
    if "\\" in text or any(ord(char) < 33 or ord(char) == 127 for char in text):
        return ""
    try:
        parts = urlsplit(text)
    except ValueError:
        return ""
    here = any(parts.path == p or parts.path.startswith(f"{p}/") for p in NOT_A_DESTINATION)
    return "" if parts.scheme or parts.netloc or here else text


_BROWSERS = (("MicroMessenger", "wechat"), ("Edg", "Edge"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))


def device_of(user_agent: str) -> str:
    """A coarse word for a browser, enough to recognise one's own; the full text would be a fingerprint."""
    name = next((word for mark, word in _BROWSERS if mark in user_agent), "other")
    phone = "Mobile" in user_agent or "Android" in user_agent
    return f"{DEVICE.get(name, name)}, {DEVICE['phone' if phone else 'computer']}"


# ── passwords ──

SHORTEST, LONGEST_PASSWORD = 10, 200
_LOOKALIKE = [str.maketrans("@03457$1", f"aoeasts{one}") for one in "li"]
_ROWS = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
    "!@#$%^&*()",
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_REPEATED = re.compile(r"(.{1,3}?)\1{2,}")


def check_password(password: str, blocked: Collection[str], about: Collection[str] = ()) -> None:
    """Length, nothing about oneself, and enough left when everything guessable is struck out. Any characters are welcome."""
    if len(password) < SHORTEST:
        raise Refused(Reason.PASSWORD_SHORT, least=SHORTEST, now=len(password))
    low = password.lower()
    if any(len(word) >= 3 and word.lower() in low for word in about):
        raise Refused(Reason.PASSWORD_PERSONAL)
    dated = _YEAR.sub(" ", low)
    spellings = [_unguessable(text, blocked) for text in (dated, *(dated.translate(table) for table in _LOOKALIKE))]
    if any(len(left) < 5 or len(set(left)) < 4 for left in spellings):
        raise Refused(Reason.PASSWORD_EASY)


def _unguessable(text: str, blocked: Collection[str]) -> str:
    """What remains without blocked words, walks along the keyboard, repetitions and punctuation."""
    for word in sorted(blocked, key=len, reverse=True):
        text = text.replace(word, " ")
    text = _REPEATED.sub(" ", _without_walks(text))
    return re.sub(r"[\W_]+", "", text)


def _without_walks(text: str) -> str:
    for row in (*_ROWS, *(row[::-1] for row in _ROWS)):
        for size in range(len(row), 3, -1):
            for start in range(len(row) - size + 1):
                text = text.replace(row[start : start + size], " ")
    return text


# ── roles ──

ADMINISTRATORS = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})
_DEPARTMENT, _ORGANISATION = frozenset({"department"}), frozenset({"organisation"})
IN: dict[Role, frozenset[str]] = {
    Role.OFFICER: _DEPARTMENT,
    Role.HEAD: _DEPARTMENT,
    Role.FINANCE_OFFICER: _DEPARTMENT,
    Role.COORDINATOR: _DEPARTMENT,
    Role.DIRECTOR: _DEPARTMENT,
    Role.APPLICANT: _ORGANISATION,
    Role.ORGANISATION_ADMIN: _ORGANISATION,
    Role.COUNTY_OFFICER: frozenset({"county"}),
    Role.AGENCY_WORKER: frozenset({"agency"}),
    Role.STATION_WORKER: frozenset({"station"}),
    Role.MEMBER: frozenset(),
    Role.EXPERT: frozenset(),
    Role.SYSTEM_ADMIN: frozenset(),
    Role.SECURITY_ADMIN: frozenset(),
    Role.AUDIT_ADMIN: frozenset(),
}
"""In which kinds of unit a role is held; none: in no unit. Roles that are not here take a unit or leave it."""


def check_unit(role: Role, kind: str | None) -> None:
    kinds = IN.get(role)
    if kinds is None:
        return
    if not kinds and kind is not None:
        raise Refused(Reason.UNIT_UNWANTED, role=role.label)
    if kinds and kind not in kinds:
        raise Refused(Reason.UNIT_NEEDED, role=role.label, kinds=UNIT_KIND[min(kinds)])


def check_separated(role: Role, held: Collection[Role], name: str) -> None:
    """Separated administrators (GB/T 22239): nobody holds two of the three."""
    others = (ADMINISTRATORS & set(held)) - {role}
    if role in ADMINISTRATORS and others:
        raise Refused(Reason.SEPARATED, name=name, held=min(others).label)


USERNAME = re.compile(r"[a-z][a-z0-9.-]{2,39}")


def username_or_nothing(text: str | None) -> str:
    """What a link may put into the field for the user name."""
    return text if text and USERNAME.fullmatch(text) else ""


def check_username(username: str) -> None:
    if not USERNAME.fullmatch(username):
        raise Refused(Reason.USERNAME_SHAPE)
