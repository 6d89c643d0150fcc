"""`mianshe migrate` on an empty database gives what the tables declare, may run twice at once, and is told as current."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator

import asyncpg
import msgspec
import pytest

from kernel import migrations, schema, settings
from kernel.rows import DB
from server import embedded, prepare
from tests.conftest import drop, named

pytestmark = pytest.mark.anyio

CATALOG = {
    "columns": "SELECT table_name, column_name, data_type, character_maximum_length, is_nullable FROM information_schema.columns"
    " WHERE table_schema = 'public' AND table_name <> 'migration' ORDER BY 1, 2",
    "constraints": "SELECT conrelid::regclass::text, contype, pg_get_constraintdef(oid) FROM pg_constraint"
    " WHERE connamespace = 'public'::regnamespace AND conrelid <> coalesce(to_regclass('migration'), 0) AND contype <> 'n' ORDER BY 1, 2, 3",
    "indexes": "SELECT tablename, regexp_replace(indexdef, 'INDEX \\S+ ON', 'INDEX ON') FROM pg_indexes"
    " WHERE schemaname = 'public' AND tablename <> 'migration' ORDER BY 1, 2",
    "views": "SELECT viewname, definition FROM pg_views WHERE schemaname = 'public' ORDER BY 1",
    "triggers": "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1, 2",
    "rights": "SELECT table_name, privilege_type FROM information_schema.role_table_grants"
    " WHERE grantee = 'mianshe_app' AND table_name <> 'migration' ORDER BY 1, 2",
}


@pytest.fixture
async def empty(servers: embedded.Servers, template: str) -> AsyncIterator[str]:
    owner = await asyncpg.connect(servers.owner_url)
    await owner.execute("CREATE DATABASE migrated_city")
    await owner.close()
    config, pools = DB.config, (DB.pool, DB.read_pool)
    DB.pool = DB.read_pool = None
    yield named(servers.owner_url, "migrated_city")
    DB.config, (DB.pool, DB.read_pool) = config, pools
    await drop(servers, "migrated_city")


async def catalog(url: str) -> dict[str, list[tuple[object, ...]]]:
    connection = await asyncpg.connect(url)
    found = {name: [tuple(row) for row in await connection.fetch(query)] for name, query in CATALOG.items()}
    await connection.close()
    return found


async def test_migrations_give_what_the_tables_declare(servers: embedded.Servers, empty: str, template: str) -> None:
    applied = await migrations.migrate(empty, "mianshe_app")
    again = await migrations.migrate(empty, "mianshe_app")

    migrated, declared = await catalog(empty), await catalog(named(servers.owner_url, template))
    assert set(applied) == migrations.known()
    assert again == []
    for name in CATALOG:
        assert migrated[name] == declared[name], name
    views = {row[0] for row in migrated["views"]}
    assert {row[0] for row in migrated["columns"]} - views == {table._meta.tablename for table in schema.tables()}


async def test_a_start_skips_migrating_only_when_the_last_one_was_this_programs(
    empty: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    current = msgspec.structs.replace(settings.get(), database_url=empty, database_owner_url=empty)
    before = await prepare.is_current(current)
    await migrations.migrate(empty, prepare.app_role(empty))
    after = await prepare.is_current(current)

    monkeypatch.setattr(schema, "fingerprint", lambda role: f"another program's, for {role}")

    assert (before, after, await prepare.is_current(current)) == (False, True, False)


async def test_migrating_twice_at_once_is_safe(empty: str) -> None:
    """Two processes: each has its own engine, both wait at the same lock."""
    command = "import asyncio, sys; from kernel import migrations; asyncio.run(migrations.migrate(sys.argv[1], 'mianshe_app'))"
    running = [await asyncio.create_subprocess_exec(sys.executable, "-c", command, empty) for _ in range(2)]

    assert [await process.wait() for process in running] == [0, 0]
