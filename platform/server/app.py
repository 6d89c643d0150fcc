"""The composition root: the only module that knows every other one."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

from litestar import Litestar, Request
from litestar.config.compression import CompressionConfig
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.static_files import create_static_files_router
from litestar.template.config import TemplateConfig

from kernel import demo_clock, limits, settings, web
from kernel.access import Action, Actor
from kernel.accounts.sessions import Found
from kernel.rows import DB
from kernel.templating import TEMPLATES, environment
from portal import nav
from portal.identity import identity
from server.errors import HANDLERS
from server.guard import guard
from server.naming import name_papers
from server.shell import Done, Shell

PACKAGES = ("kernel", "departments", "talent_pool", "projects", "portal", "server")
BODY_LIMIT = 256 * 1024
"""Enough for the longest section of a proposal; upload routes name their own."""


PACKED = ["^/files/", "^/documents/", r"\.xlsx$"]
"""Answers that are compressed already."""


def routes() -> list[Any]:
    """The `routes` of every pages, api and health module, in a fixed order."""
    found: list[Any] = []
    for package in PACKAGES:
        root = importlib.import_module(package)
        for module in sorted(m.name for m in pkgutil.walk_packages(root.__path__, prefix=f"{package}.")):
            if module.rsplit(".", 1)[-1] in {"pages", "api", "health"}:
                found += importlib.import_module(module).routes
    return found


def shared(request: Request[Any, Any, Any]) -> dict[str, Any]:
    """What every page shows besides its own."""
    actor: Actor | None = request.scope.get("user")
    found = cast(Found | None, request.scope.get("found"))
    groups, bottom = nav.of(actor, request.url.path, found.todos if found else 0)
    return {
        "nav": groups,
        "bottom_nav": bottom,
        "unread": found.unread if found else 0,
        "todos": found.todos if found else 0,
        "city": identity(),
        "demo": settings.get().demo,
    }


def litestar(*, open_pools: bool = True) -> Litestar:
    @asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        if open_pools:
            await DB.open(settings.get().database_url, reads=settings.get().pool_size, writes=settings.get().pool_size)
        async with demo_clock.followed(settings.get().demo):
            yield
        await limits.close()
        if open_pools:
            await DB.close()

    web.shared(shared)
    name_papers()
    return Litestar(
        [*routes(), create_static_files_router("/static", [TEMPLATES / "static"], name="static", opt={"action": Action.PUBLIC})],
        guards=[guard],
        exception_handlers=HANDLERS,
        template_config=TemplateConfig(instance=JinjaTemplateEngine.from_environment(environment())),
        openapi_config=None,
        compression_config=CompressionConfig(backend="gzip", minimum_size=1000, gzip_compress_level=4, exclude=PACKED),
        request_max_body_size=BODY_LIMIT,
        lifespan=[lifespan],
        logging_config=None,
    )


def create_app(done: Done | None = None, *, open_pools: bool = True) -> Shell:
    """The ASGI application. Tests that hold the database themselves pass open_pools=False."""
    return Shell(litestar(open_pools=open_pools), secure=settings.get().secure, done=done)
