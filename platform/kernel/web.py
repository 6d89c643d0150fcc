"""What pages share: showing a template, reading a form, doing a verb once, going on."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Awaitable, Callable
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

from litestar import Request
from litestar.datastructures import Cookie
from litestar.response import Redirect, Response, Template

from kernel import clock, rows
from kernel.access import Action, Actor
from kernel.accounts import csrf
from kernel.errors import Missing, Refused, Stale
from kernel.forms.fields import Choice, Choices, Day, Form, Money, Pattern, Text, Tick, Upload, Whole
from kernel.rows import Q
from kernel.tables import Once

__all__ = [
    "Choice",
    "Choices",
    "Day",
    "Form",
    "Money",
    "Pattern",
    "Text",
    "Tick",
    "Upload",
    "Whole",
    "act",
    "actor_of",
    "go",
    "kept",
    "page",
    "read",
    "shared",
]

AnyRequest = Request[Any, Any, Any]
F = TypeVar("F", bound=Form)
NOBODY = UUID(int=0)
ACTIONS = frozenset(action.value for action in Action)
_shared: Callable[[AnyRequest], dict[str, Any]] = lambda request: {}  # noqa: E731 - replaced at start


def shared(context: Callable[[AnyRequest], dict[str, Any]]) -> None:
    """What every page gets besides its own (navigation, city, business date); set by the composition root."""
    global _shared
    _shared = context


def actor_of(request: AnyRequest) -> Actor | None:
    """Who asks, or None. `request.user` where the guard has let nobody anonymous through."""
    actor: Actor | None = request.scope.get("user")
    return actor


def _bound_to(request: AnyRequest) -> tuple[str, bool]:
    """What CSRF tokens of this browser are bound to, and whether its visitor cookie has still to be set."""
    actor = actor_of(request)
    if actor is not None:
        return str(actor.session), False
    visitor = request.cookies.get(csrf.VISITOR, "")
    return (visitor, False) if len(visitor) >= 20 else (secrets.token_urlsafe(18), True)


def page(request: AnyRequest, template: str, *, status: int = 200, **context: Any) -> Template:
    """The template with what it needs and what all pages need. Personal pages are never kept by caches."""
    bound_to, new = _bound_to(request)
    cookies = [Cookie(csrf.VISITOR, value=bound_to, path="/", httponly=True, samesite="lax", max_age=86400)] if new else []
    said = request.cookies.get("said", "")
    if said and status == 200:
        cookies.append(Cookie("said", value="", path="/", max_age=0, httponly=True, samesite="lax"))
    everything = {
        "request_path": request.url.path,
        "actor": actor_of(request),
        "csrf": csrf.token(bound_to),
        "once": secrets.token_urlsafe(18),
        "said": said_label(said) if status == 200 else None,
        "now": clock.now(),
        "ui_size": request.cookies.get("size", "normal"),
        "ui_theme": request.cookies.get("theme", "light"),
        "Action": Action,
        "errors_in_title": status in {409, 422},
        **_shared(request),
        **context,
    }
    headers = {"cache-control": "no-store" if actor_of(request) or new else "private, no-cache"}
    return Template(template, context=everything, status_code=status, cookies=cookies, headers=headers)


def kept(request: AnyRequest, page: Template) -> Template:
    """A page without a person on it may be kept for a minute by caches; it sets no cookie and must carry no form that posts."""
    if actor_of(request) is None:
        page.cookies = []
        page.headers["cache-control"] = "public, max-age=60"
        page.headers["vary"] = "cookie"
    return page


def said_label(said: str) -> str | None:
    """The word of the action that was just done, when the cookie names one."""
    return Action(said).label if said in ACTIONS else None


async def read(request: AnyRequest, form: type[F], prefix: str = "", **defaults: Any) -> F:
    """The form as typed. Defaults fill it where nothing was sent."""
    sent = await request.form()
    return form(_Sent(sent), prefix=prefix, **defaults)


class _Sent:
    """Litestar's form data the way WTForms asks for it."""

    def __init__(self, data: Any) -> None:
        self.data = data

    def __iter__(self) -> Any:
        return iter(self.data)

    def __contains__(self, name: str) -> bool:
        return name in self.data

    def __len__(self) -> int:
        return len(self.data)

    def getlist(self, name: str) -> list[Any]:
        return list(self.data.getall(name, []))


def go(url: str, said: Action | None = None) -> Redirect:
    """On to the next page. `said` shows there, once, what was just done."""
    cookies = [Cookie("said", value=said.value, path="/", httponly=True, samesite="lax", max_age=60)] if said else []
    return Redirect(url, status_code=303, cookies=cookies)


async def act(
    request: AnyRequest,
    form: Form,
    *,
    verb: Callable[[], Awaitable[Any]],
    again: Callable[[], Awaitable[Template]],
    done: str = "",
    said: Action | None = None,
) -> Response[Any]:
    """Validate, do the verb once, go to `done` (or to the address the verb answers with).

    A bad form or a refusal shows the form again with everything typed: 422, or 409 when the row was stale.
    """
    if not form.validate():
        return _with_status(await again(), 422)
    actor = actor_of(request)
    try:
        url = await _do_once(actor.person if actor else NOBODY, _key(request, form.once.data or ""), verb, done)
    except Stale as stale:
        form.refuse(stale)
        form.stale = stale.facts
        return _with_status(await again(), 409)
    except Refused as no:
        form.refuse(no)
        return _with_status(await again(), 422)
    return go(url, said or request.route_handler.opt.get("action"))


def _key(request: AnyRequest, once: str) -> str:
    """A page may show several forms under one key: having sent one is not having sent the next."""
    return hashlib.sha256(f"{request.url.path}:{once}".encode()).hexdigest()[:40] if 10 <= len(once) <= 60 else ""


@rows.verb
async def _do_once(person: UUID, key: str, verb: Callable[[], Awaitable[Any]], done: str) -> str:
    """Run the verb and keep where it led under `key`, in one transaction. A second submit waits and gets the same address."""
    if not key:
        answer = await verb()
        return answer if isinstance(answer, str) else done
    ident = f"{person}:{key}"[:97]
    fresh = await rows.value(
        Q(
            "INSERT INTO once (id, person, url, at) VALUES ({}, {}, '', {}) ON CONFLICT (id) DO NOTHING RETURNING id",
            ident,
            person,
            clock.real_now(),
        )
    )
    if fresh is None:
        return str(await rows.value(Q("SELECT url FROM once WHERE id = {}", ident)))
    answer = await verb()
    url = answer if isinstance(answer, str) else done
    await Once.update({Once.url: url[:400]}).where(Once.id == ident)
    return url


def _with_status(template: Template, status: int) -> Template:
    template.status_code = status
    template.context["errors_in_title"] = True
    return template


def named(request: AnyRequest, name: str, kind: type[StrEnum], default: str = "") -> str:
    """The member of `kind` that a filter of the address names; what names none filters nothing."""
    asked = str(request.query_params.get(name, default))
    return asked if asked in set(kind) else ""


def page_number(request: AnyRequest, name: str = "page") -> int:
    """Which page of a list the address asks for, under `name` where there are two lists. What is no number from 1 to 10,000 is the first."""
    text = str(request.query_params.get(name, ""))
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 1
    return number if 0 < number <= 10_000 else 1


def uuid_or_missing(text: str) -> UUID:
    """An id from a URL. What is no id is simply not there."""
    try:
        return UUID(text)
    except ValueError:
        raise Missing from None
