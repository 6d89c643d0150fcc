"""What must be so before web and worker start: the schema is current, Chinese works, a demo city is there when one is wanted."""

from __future__ import annotations

import asyncio
import json
import sys
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

import asyncpg

from kernel import rows, schema, settings
from kernel.accounts.demo import ACCOUNTS, PASSWORD
from kernel.rows import DB, Q
from server.binaries import StartError

# Small enough for a first start within half a minute, large enough that no page is empty.
DEMO = {"proposals": 300, "experts": 120, "scores": 1500, "seed": 7}


def app_role(database_url: str) -> str:
    """The role that `migrate` gives rights to: the one web and worker sign in as."""
    role = urlsplit(database_url).username
    if not role:
        raise settings.SettingError("url", name="DATABASE_URL", schemes="postgresql://user:password@host/database")
    return role


async def migrate(current: settings.Settings) -> list[str]:
    from kernel import migrations  # most starts find nothing to migrate, and it is slow to import

    current.need("database_owner_url", "database_url")
    return await migrations.migrate(current.database_owner_url, app_role(current.database_url))


async def is_current(current: settings.Settings) -> bool:
    """Whether the last migration was this program's: then nothing has to be compared, imported or applied again."""
    await DB.open(current.need("database_url").database_url, reads=1, writes=1)
    try:
        return await schema.recorded() == schema.fingerprint(app_role(current.database_url))
    finally:
        await DB.close()


async def check_chinese() -> None:
    """In a database with locale C, letters are only ASCII: trigrams of Chinese are empty and search finds nothing."""
    if not await rows.value(Q("SELECT {} ~ '^[[:alpha:]]$'", "数")):
        raise StartError("locale")


async def analyze(current: settings.Settings) -> None:
    """Statistics and visibility after a bulk load: until autovacuum comes by, plans are made for empty tables and counts
    read every row. The owner's right."""
    owner = await asyncpg.connect(current.need("database_owner_url").database_owner_url)
    try:
        await owner.execute("VACUUM (ANALYZE)")
    finally:
        await owner.close()


async def is_empty() -> bool:
    return not await rows.value(Q("SELECT EXISTS (SELECT FROM person)"))


async def prepare(current: settings.Settings) -> dict[str, Any]:
    """Do it; say what was done, for the supervisor to print."""
    done: dict[str, Any] = {"migrated": 0 if await is_current(current) else len(await migrate(current))}
    await DB.open(current.database_url, reads=2, writes=current.pool_size)
    try:
        await check_chinese()
        if current.demo:
            if await is_empty():
                await import_module("server.demo").build(**DEMO)
                await analyze(current)
            done["password"] = PASSWORD
            done["accounts"] = [(account.username, account.role.label) for account in ACCOUNTS]
    finally:
        await DB.close()
    return done


def main() -> None:
    try:
        print(json.dumps(asyncio.run(prepare(settings.get()))))  # noqa: T201 - the supervisor reads it
    except settings.SettingError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
