"""What it looks like when PostgreSQL or Valkey is away for a moment."""

from __future__ import annotations

import asyncpg

AWAY = (OSError, TimeoutError, asyncpg.InterfaceError, asyncpg.PostgresConnectionError, asyncpg.TooManyConnectionsError)
