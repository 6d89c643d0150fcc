"""Who was paused stays paused: `active` becomes a state."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.table import Table

ID = "2026-11-22T03:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "active becomes a state"


class Expert(Table, tablename="expert"):
    pass


async def keep_paused() -> None:
    await Expert.raw("UPDATE expert SET state = 'paused' WHERE NOT active")


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="talent_pool", description=DESCRIPTION)
    manager.add_raw(keep_paused)
    manager.drop_column(
        table_class_name="Expert", tablename="expert", column_name="active", db_column_name="active", schema=None
    )
    return manager
