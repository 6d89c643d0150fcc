"""The web process: `mianshe web`. Any number of them may run; they keep nothing between requests."""

from __future__ import annotations

import gc
import sys
from typing import Any

import uvicorn

from kernel import jobs, logs, settings
from server import measure
from server.app import create_app
from server.hints import Hints
from server.shell import Shell


def create() -> Shell:
    """What uvicorn serves: the application, measured, telling the workers about new jobs."""
    logs.configure()
    current = settings.get().need("database_url", "valkey_url")
    jobs.announce(Hints(current.valkey_url))
    return create_app(done=_done)


def _done(scope: dict[str, Any], status: int, seconds: float) -> None:
    measure.done(scope, status, seconds)


def main(wait: bool = False) -> None:
    """With `wait` everything is imported at once, and the port opened when a line comes on standard input."""
    current = settings.get().need("database_url", "valkey_url")
    application = create()
    # The program itself is four hundred thousand objects that never go. Looking through them for garbage again and again
    # would keep whoever is served at that moment waiting for a tenth of a second.
    gc.freeze()
    if wait and not sys.stdin.readline():
        return
    logs.event("web-starting", port=current.port)
    uvicorn.run(
        application,
        host=current.host,
        port=current.port,
        loop="uvloop",
        http="httptools",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=5,
        forwarded_allow_ips=current.trusted_proxies,
    )
