"""`mianshe migrate`: Piccolo's migrations of every package, then schema.sql and rights, under one advisory lock."""

from __future__ import annotations

import contextlib
import importlib
import io

import asyncpg
from piccolo.apps.migrations.commands.forwards import ForwardsMigrationManager
from piccolo.apps.migrations.tables import Migration

from kernel import schema
from kernel.rows import DB

LOCK = 7_031_955
"""Any number, but the same for every process that migrates."""


async def migrate(owner_url: str, app_role: str) -> list[str]:
    """Bring the database up to date as its owner; several at once wait for each other. Returns what was applied."""
    gate = await asyncpg.connect(owner_url)
    try:
        await gate.execute("SELECT pg_advisory_lock($1)", LOCK)
        DB.config = {"dsn": owner_url}
        before = await applied()
        for package in schema.PACKAGES:
            await _forwards(package)
        await schema.finish(app_role)
        return sorted(await applied() - before)
    finally:
        await gate.close()


async def _forwards(package: str) -> None:
    manager = ForwardsMigrationManager(app_name=package)
    with contextlib.redirect_stdout(io.StringIO()):
        await manager.create_migration_table()
        result = await manager.run_migrations(schema.app_config(package))
    if not result.success:
        raise RuntimeError(f"migrating {package}: {result.message}")


async def applied() -> set[str]:
    """`package/id` of every migration the database has seen."""
    await Migration.create_table(if_not_exists=True)
    rows = await Migration.select(Migration.app_name, Migration.name)
    return {f"{row['app_name']}/{row['name']}" for row in rows}


def known() -> set[str]:
    """`package/id` of every migration this program carries."""
    found = set()
    for package in schema.PACKAGES:
        modules = ForwardsMigrationManager(app_name=package).get_migration_modules(
            str(importlib.import_module(package).__path__[0]) + "/piccolo_migrations"
        )
        found |= {f"{package}/{module.ID}" for module in modules.values()}
    return found
