"""Where Piccolo's command line finds the database and the packages."""

import os

from piccolo.conf.apps import AppRegistry

from kernel.rows import DB

if url := os.environ.get("DATABASE_OWNER_URL"):
    DB.config = {"dsn": url}

APP_REGISTRY = AppRegistry(
    apps=["kernel.piccolo_app", "departments.piccolo_app", "talent_pool.piccolo_app", "projects.piccolo_app"]
)
