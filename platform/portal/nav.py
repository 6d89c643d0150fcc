"""Navigation: what a person may open, in a fixed order, from one table."""

from __future__ import annotations

from msgspec import Struct

from kernel.access import Action, Actor, Role
from portal.words import ABOUT, NAV, TODAY


class NavItem(Struct, frozen=True):
    label: str
    icon: str
    url: str
    count: int = 0
    current: bool = False


ENTRIES: tuple[tuple[str, str, str, str, Action], ...] = (
    # group, key, icon, url, action
    ("work", "start", "house", "/home", Action.SIGNED_IN),
    ("work", "home", "house", "/w", Action.LIST_PROJECTS),
    ("work", "todo", "inbox", "/w/todo", Action.LIST_PROJECTS),
    ("projects", "calls", "megaphone", "/w/calls", Action.VIEW_CALL),
    ("projects", "proposals", "file-text", "/w/proposals", Action.LIST_PROJECTS),
    ("projects", "panels", "users", "/w/panels", Action.VIEW_PANELS),
    ("projects", "matching", "network", "/w/matching", Action.VIEW_MATCHING),
    ("projects", "ranking", "list", "/w/ranking", Action.VIEW_RANKING),
    ("projects", "decisions", "scale", "/w/decisions", Action.VIEW_DECISIONS),
    ("projects", "objections", "flag", "/w/objections", Action.VIEW_OBJECTIONS),
    ("projects", "reports", "file-text", "/w/reports", Action.ACCEPT_REPORT),
    ("projects", "experts", "award", "/w/experts", Action.SEARCH_EXPERTS),
    ("projects", "consultations", "message-square", "/w/consultations", Action.LIST_CONSULTATIONS),
    ("projects", "invitations", "send", "/w/experts/invitations", Action.INVITE_EXPERT),
    ("money", "lines", "circle-check", "/w/lines", Action.CONSENT_LINE),
    ("money", "funds", "chart-column", "/w/funds", Action.VIEW_FUNDS),
    ("money", "payments", "receipt", "/w/payments", Action.VIEW_FUNDS),
    ("money", "ledger", "history", "/w/ledger", Action.VIEW_LEDGER),
    ("bring", "organisations", "building-2", "/w/organisations", Action.CONFIRM_ORGANISATION),
    ("bring", "import", "upload", "/w/import", Action.IMPORT_PROJECTS),
    ("mine", "my", "house", "/my", Action.LIST_OWN_PROJECTS),
    ("mine", "open_calls", "megaphone", "/calls", Action.LIST_OWN_PROJECTS),
    ("mine", "endorse", "circle-check", "/my/endorse", Action.ENDORSE_PROJECT),
    ("mine", "organisation", "building-2", "/my/organisation", Action.LIST_OWN_PROJECTS),
    ("mine", "my_consultations", "message-square", "/my/consultations", Action.LIST_OWN_CONSULTATIONS),
    ("review", "seats", "scale", "/r", Action.VIEW_SEATS),
    ("review", "consulting", "message-square", "/r/consultations", Action.LIST_INVITATIONS),
    ("review", "profile", "user", "/r/profile", Action.EDIT_OWN_EXPERT),
    ("system", "people", "users", "/admin/people", Action.VIEW_ADMINISTRATION),
    ("system", "units", "building-2", "/admin/units", Action.VIEW_ADMINISTRATION),
    ("system", "audit", "history", "/admin/audit", Action.READ_AUDIT),
    ("system", "jobs", "settings", "/admin/jobs", Action.VIEW_JOBS),
    ("self", "messages", "bell", "/account/messages", Action.SIGNED_IN),
    ("self", "account", "user", "/account", Action.SIGNED_IN),
)
BOTTOM = 5
PARTS = {"/w/notices": "/w/decisions", "/w/projects": "/w/proposals", "/w/experts/invite": "/w/experts/invitations"}
"""Pages without an entry of their own stand under another's."""
HOMES = ("/w", "/my", "/r", "/admin/people")
"""Pages that begin a role's day. Who has none of them begins at /home, which only they see in the navigation."""


def entries_of(actor: Actor) -> list[tuple[str, str, str, str, Action]]:
    return [entry for entry in ENTRIES if actor.may(entry[4]) and (entry[3] != "/home" or not home_of(actor))]


def home_of(actor: Actor) -> str:
    """Where a person lands after signing in; empty for those whose role has no page to begin at."""
    return next((url for *_, url, action in ENTRIES if url in HOMES and actor.may(action)), "")


def offers(actor: Actor) -> list[tuple[str, str, str]]:
    """What this person may do now, with one line on each: word, address, about."""
    return [(NAV[key], url, ABOUT[key]) for _, key, _, url, _ in entries_of(actor) if key in ABOUT]


def notes(actor: Actor) -> list[str]:
    """What roles without a business page are told about today; who holds no role at all is a member."""
    roles = {membership.role for membership in actor.memberships} or {Role.MEMBER}
    return [TODAY[role] for role in sorted(roles) if role in TODAY]


def of(actor: Actor | None, path: str, todos: int) -> tuple[list[tuple[str, list[NavItem]]], list[NavItem]]:
    """Groups for the side and at most five items for the bottom of a phone."""
    if actor is None:
        return [], []
    groups: dict[str, list[NavItem]] = {}
    entries = entries_of(actor)
    path = next((path.replace(part, of_entry, 1) for part, of_entry in PARTS.items() if _leads_to(part, path)), path)
    best = max((url for *_, url, _ in entries if _leads_to(url, path)), key=len, default="")
    for group, key, icon, url, _ in entries:
        item = NavItem(NAV[key], icon, url, todos if key in {"todo", "start"} else 0, url == best)
        groups.setdefault(group, []).append(item)
    items = [item for members in groups.values() for item in members]
    bottom = items if len(items) <= BOTTOM else [*items[: BOTTOM - 1], items[-1]]
    return [(NAV[group], members) for group, members in groups.items()], bottom


def _leads_to(url: str, path: str) -> bool:
    return path == url or path.startswith(f"{url}/")
