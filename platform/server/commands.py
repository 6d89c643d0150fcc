"""What each command of `mianshe` does. What it needs is imported when it is called, so that a wrong word costs no second."""

from __future__ import annotations

import argparse
import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import TypeVar

import msgspec

from kernel import settings
from kernel.access import Actor
from kernel.settings import SettingError, Settings
from server.words import ANSWER

T = TypeVar("T")
Arguments = argparse.Namespace


class CommandError(SettingError):
    """What was asked for cannot be done; one sentence."""

    def __init__(self, reason: str, **facts: object) -> None:
        Exception.__init__(self, ANSWER[reason].format(**facts))
        self.reason = reason


def say(what: str, **facts: object) -> None:
    print(ANSWER[what].format(**facts), flush=True)


@contextmanager
def reached(start: bool = True) -> Iterator[Settings]:
    """Settings whose urls work: those given, else those of this data folder's own servers, started for the while if need be."""
    from server import embedded
    from server.binaries import StartError

    current = settings.get()
    if not current.embedded:
        yield current
        return
    if not start and not embedded.is_running(current.data_dir):
        raise StartError("not-running", path=current.data_dir)
    with embedded.reach(current.data_dir) as (database, owner, valkey):
        current = msgspec.structs.replace(current, database_url=database, database_owner_url=owner, valkey_url=valkey)
        settings.use(current)
        yield current


def in_database(job: Callable[[Settings], Awaitable[T]]) -> T:
    """Run async `job` with the database open, as the application's role."""

    async def run(current: Settings) -> T:
        from kernel import demo_clock
        from kernel.rows import DB
        from server.worker_main import routines

        routines()  # every job a verb may queue has to be known
        await DB.open(current.need("database_url").database_url, reads=2, writes=current.pool_size)
        try:
            async with demo_clock.followed(current.demo):
                return await job(current)
        finally:
            await DB.close()

    with reached() as current:
        return asyncio.run(run(current))


def up(_: Arguments) -> int:
    from server import supervisor

    return supervisor.up(settings.get())


def web(arguments: Arguments) -> int:
    with reached(start=False):
        from server import web_main

        web_main.main(arguments.wait)
    return 0


def worker(_: Arguments) -> int:
    with reached(start=False):
        from server import worker_main

        worker_main.main()
    return 0


def migrate(_: Arguments) -> int:
    from server import prepare

    with reached() as current:
        say("migrated", number=len(asyncio.run(prepare.migrate(current))))
    return 0


def demo(arguments: Arguments) -> int:
    from server import demo as city
    from server import prepare

    async def build(current: Settings) -> int:
        if arguments.fingerprint:
            print(await city.fingerprint())
            return 0
        settings.check_demo(msgspec.structs.replace(current, demo=True))
        if not await prepare.is_empty():
            say("not-empty")
            return 1
        begun = time.monotonic()
        sizes = {name: getattr(arguments, name) for name in ("proposals", "experts", "scores", "seed")}
        await city.build(**sizes)
        say("built", seconds=f"{time.monotonic() - begun:.1f}")
        return 0

    if not arguments.fingerprint:
        with reached() as current:
            asyncio.run(prepare.migrate(current))
    return in_database(build)


def import_(arguments: Arguments) -> int:
    """As somebody who may: the same verb, the same audit line as from the page."""
    path = _existing(arguments.file)
    importing = import_module("projects.importing.actions")

    async def run(_: Settings) -> int:
        actor = await _actor(arguments.actor)
        number = await importing.load(actor, path.name, path.read_bytes())
        say("imported", number=number)
        return 0

    return in_database(run)


async def _actor(username: str) -> Actor:
    """The person with their roles, exactly as a signed-in browser of theirs would have them."""
    from kernel.accounts import queries, sessions

    found = await queries.credentials(username)
    token = await sessions.open_session(found.person) if found and found.usable else ""
    known = await sessions.recognise(token) if token else None
    if known is None:
        raise CommandError("no-such-user", name=username)
    await sessions.end(known[0].session or known[0].person)
    return known[0]


def routes(_: Arguments) -> int:
    from server import routes as listing

    print("\n".join(listing.table()))
    return 0


def check(_: Arguments) -> int:
    checking = import_module("server.check")

    async def run(_: Settings) -> int:
        wrong = await checking.run()
        for line in wrong:
            print(line)
        say("check-bad" if wrong else "check-good", number=len(wrong))
        return 1 if wrong else 0

    return in_database(run)


def audit(arguments: Arguments) -> int:
    """Verify the chain, or print its anchors: kept elsewhere, they find a log whose end was cut off."""
    from kernel import seals

    async def run(_: Settings) -> int:
        if arguments.what == "anchors":
            for seal in await seals.anchors():
                print(seal.seq, seal.line, seal.at.isoformat(), seal.hash)
            return 0
        verdict = await seals.verify()
        say("audit-good" if verdict.good else "audit-bad", lines=verdict.lines, line=verdict.line, why=verdict.why)
        return 0 if verdict.good else 1

    return in_database(run)


def backup(arguments: Arguments) -> int:
    from server import backup as backing

    with reached() as current:
        path = Path(arguments.file).absolute()
        size = backing.backup(current.need("database_owner_url"), path, arguments.force)
        say("backed-up", path=path, size=f"{size / 1e6:.1f}", secrets=current.data_dir / "secrets.json")
    return 0


def restore(arguments: Arguments) -> int:
    from server import backup as backing
    from server import prepare

    with reached() as current:
        current.need("database_owner_url", "database_url")
        made = backing.restore(current, Path(arguments.file).absolute(), arguments.force)
        asyncio.run(prepare.migrate(current))
        say("restored", path=arguments.file, files=made.files, made=made.made)
    return 0


def admin(arguments: Arguments) -> int:
    """Three people with three separate duties; each gets a single-use link to set a password."""
    from kernel.accounts.administration import actions

    people = [tuple(pair.split("=", 1)) for pair in arguments.people]
    if any(len(pair) != 2 or not all(pair) for pair in people):
        raise CommandError("people")

    async def run(current: Settings) -> int:
        for made in await actions.create_first_administrators([(username, name) for username, name in people]):
            base = current.public_url or f"http://{current.host}:{current.port}"
            print(f"{made.role.label}  {made.username}  {made.name}  {base}{made.path}")
        return 0

    return in_database(run)


def bench(arguments: Arguments) -> int:
    from bench import main as benching

    return benching.main(tuple(arguments.sizes)) if arguments.sizes else benching.main()


def _existing(name: str) -> Path:
    path = Path(name).absolute()
    if not path.is_file():
        raise CommandError("no-file", path=path)
    return path
