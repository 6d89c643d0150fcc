"""From declared tables to a database: every package's tables, its schema.sql, and what the app role may do with them."""

from __future__ import annotations

import hashlib
import importlib
import pkgutil
from pathlib import Path
from types import ModuleType

from piccolo.conf.apps import AppConfig
from piccolo.table import Table, create_db_tables, sort_table_classes

from kernel.rows import DB, Q, value

PACKAGES = ("kernel", "departments", "talent_pool", "projects")


def modules_named_tables(package: str) -> list[str]:
    """Every `tables` module of a package, whichever phase it belongs to."""
    root: ModuleType = importlib.import_module(package)
    found = pkgutil.walk_packages(root.__path__, prefix=f"{package}.")
    return sorted(module.name for module in found if module.name.rsplit(".", 1)[-1] == "tables")


def tables_of(package: str) -> list[type[Table]]:
    """The Table classes that a package declares itself."""
    own: list[type[Table]] = []
    for name in modules_named_tables(package):
        for item in vars(importlib.import_module(name)).values():
            if isinstance(item, type) and issubclass(item, Table) and item is not Table and item.__module__ == name:
                own.append(item)
    return own


def tables() -> list[type[Table]]:
    """All tables, referenced ones first."""
    return sort_table_classes([table for package in PACKAGES for table in tables_of(package)])


def app_config(package: str) -> AppConfig:
    folder = Path(str(importlib.import_module(package).__file__)).parent
    return AppConfig(
        app_name=package,
        migrations_folder_path=str(folder / "piccolo_migrations"),
        table_classes=tables_of(package),
    )


async def create() -> None:
    """All tables straight from their declarations, for tests. A test holds migrations to the same result."""
    await create_db_tables(*tables())


def fingerprint(app_role: str) -> str:
    """SHA-256 of everything a migrated database follows from: tables, migrations, schema.sql files, the app role's name."""
    found = hashlib.sha256(app_role.encode())
    for package in PACKAGES:
        folder = Path(str(importlib.import_module(package).__file__)).parent
        parts = [*folder.rglob("tables.py"), *folder.glob("piccolo_migrations/*.py"), *folder.glob("schema.sql")]
        for path in sorted(parts):
            found.update(path.relative_to(folder).as_posix().encode() + path.read_bytes())
    return found.hexdigest()


async def recorded() -> str:
    """The fingerprint that the last complete migration left; empty in a database nobody has migrated."""
    return str(await value(Q("SELECT coalesce(obj_description('public'::regnamespace, 'pg_namespace'), '')")))


async def finish(app_role: str) -> None:
    """Everything migrations do not carry: schema.sql files (idempotent), the app role's rights, the fingerprint of it all."""
    for package in PACKAGES:
        script = Path(str(importlib.import_module(package).__file__)).parent / "schema.sql"
        if script.exists():
            async with DB.transaction() as tx:
                await tx.connection.execute(script.read_text(encoding="utf-8"))
    async with DB.transaction() as tx:
        await tx.connection.execute(rights(app_role))
        await tx.connection.execute(f"COMMENT ON SCHEMA public IS '{fingerprint(app_role)}'")


def rights(app_role: str) -> str:
    """Read and write everywhere, but append-only tables take no UPDATE or DELETE: grants, not promises."""
    role = '"' + app_role.replace('"', '""') + '"'
    lines = [
        f"GRANT USAGE ON SCHEMA public TO {role}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
        f"GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA public TO {role}",
    ]
    kept = sorted(t._meta.tablename for t in tables() if getattr(t, "APPEND_ONLY", False))
    lines += [f'REVOKE UPDATE, DELETE, TRUNCATE ON "{name}" FROM {role}' for name in kept]
    return ";\n".join(lines)
