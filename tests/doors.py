"""Every door of the application, for tests that try all of them: read off once for a whole run."""

from __future__ import annotations

from server import law
from server.app import litestar

DOORS = tuple(law.doors(litestar(open_pools=False)))
