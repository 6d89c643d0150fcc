"""The law as papers: every route with its action, the permission matrix, the lives. Generated, compared by a test."""

from __future__ import annotations

from collections.abc import Iterator

from litestar import Litestar
from litestar.routes import HTTPRoute
from msgspec import Struct

from kernel.access import EVERYONE, GRANTS, Action, Role
from kernel.files.life import FILE_LIFE
from kernel.life import Life
from projects.life import LIVES
from server import words
from talent_pool.life import LIVES as POOL

UNGUARDED = "/static"
"""Static files name no action: they are the same for everybody."""


class Door(Struct, frozen=True):
    """One method on one path."""

    method: str
    path: str
    name: str
    action: Action | None


def doors(app: Litestar) -> Iterator[Door]:
    for route in app.routes:
        if isinstance(route, HTTPRoute) and not route.path_format.startswith(UNGUARDED):
            for handler in route.route_handlers:
                for method in sorted(set(handler.http_methods) - {"OPTIONS", "HEAD"}):
                    yield Door(method, route.path_format, handler.name or "", handler.opt.get("action"))


def lives() -> tuple[Life, ...]:
    return (*LIVES, *POOL, FILE_LIFE)


def matrix() -> str:
    """Markdown: who may do what, how far. Rows in the order of Action, columns in the order of Role."""
    lines = [words.MATRIX_TITLE, "", words.MATRIX_NOTE, ""]
    lines.append("| " + words.MATRIX_ACTION + " | " + " | ".join(role.label for role in Role) + " |")
    lines.append("|---" * (len(Role) + 1) + "|")
    for action in Action:
        if action not in EVERYONE:
            cells = (GRANTS[action].get(role) for role in Role)
            lines.append(f"| {action.label} `{action}` | " + " | ".join(cell.label if cell else "" for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def diagrams() -> str:
    """Markdown with one Mermaid state diagram per Life."""
    parts = [words.LIVES_TITLE, "", words.LIVES_NOTE]
    for life in lives():
        parts += ["", f"## {life.name}", "", "```mermaid", "stateDiagram-v2", f"    [*] --> {_id(life.start)}"]
        parts += [f"    {_id(state)}: {state.label}" for state in life.states]
        parts += [f"    {_id(a)} --> {_id(b)}: {action.label}" for a, action, b in life.edges()]
        parts += ["```"]
    return "\n".join(parts) + "\n"


def _id(state: str) -> str:
    return state.replace("-", "_")


def table(app: Litestar) -> list[str]:
    """Plain text for `mianshe routes`."""
    rows = sorted(doors(app), key=lambda door: (door.path, door.method))
    return [f"{door.method:6} {door.path:60} {door.action or '-':28} {door.name}" for door in rows]
