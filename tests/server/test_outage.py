"""PostgreSQL or Valkey away for a while: pages that say so, nothing lost, and everything goes on by itself afterwards."""

from __future__ import annotations

import asyncio
import contextlib
import re
import time
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import msgspec
import pytest

from kernel import jobs, limits, rows, settings
from kernel.access import Action, Actor, Role
from kernel.outage import AWAY
from kernel.rows import DB, Q
from projects.states import State
from server.hints import Hints
from server.worker_main import Desk, motor, repeat
from tests import builders
from tests.conftest import SignIn
from tests.kernel.accounts.people import account, enter

pytestmark = pytest.mark.anyio
done: list[str] = []


@jobs.job
async def write_down(*, word: str) -> None:
    done.append(word)


class Line:
    """A wire between the platform and one of its servers, which can be cut and mended."""

    def __init__(self, here: Path, there: Path) -> None:
        self.here, self.there = here, there
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def mend(self) -> None:
        self._server = await asyncio.start_unix_server(self._connect, self.here)

    async def cut(self) -> None:
        """Nobody gets through any more, and who was through is thrown off."""
        if self._server is not None:
            self._server.close()
            self._server = None
        self.here.unlink(missing_ok=True)
        for writer in list(self._open):
            writer.transport.abort()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        behind, before = await asyncio.open_unix_connection(str(self.there))
        for source, target in ((reader, before), (behind, writer)):
            self._open.add(target)
            task = asyncio.create_task(self._carry(source, target))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _carry(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.CancelledError):
            while chunk := await source.read(65_536):
                target.write(chunk)
                await target.drain()
        self._open.discard(target)
        target.transport.abort()


@pytest.fixture
async def database(committed: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Line]:
    """The wire to PostgreSQL, with pools that use it."""
    folder = re.search(r"host=([^&]+)", committed)
    assert folder
    there = next(Path(folder[1]).glob(".s.PGSQL.*[0-9]"))
    line = Line(tmp_path_factory.mktemp("pg") / there.name, there)
    await line.mend()
    pools = DB.pool, DB.read_pool
    await DB.open(committed.replace(folder[1], str(line.here.parent)))
    yield line
    DB.pool.terminate()
    DB.read_pool.terminate()
    await line.cut()
    DB.pool, DB.read_pool = pools


@pytest.fixture
async def valkey(committed: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Line]:
    """The wire to Valkey, which the settings name for as long as the test runs."""
    before = settings.get()
    path = re.search(r"@(/[^?]+)", before.valkey_url)
    assert path
    line = Line(tmp_path_factory.mktemp("vk") / "valkey.sock", Path(path[1]))
    await line.mend()
    await limits.close()
    settings.use(msgspec.structs.replace(before, valkey_url=before.valkey_url.replace(path[1], str(line.here))))
    yield line
    await limits.close()
    settings.use(before)
    await line.cut()


@pytest.fixture
async def officer(committed: str) -> Actor:
    return await builders.actor(Role.COORDINATOR, await builders.unit("society"), "示例主办经办")


async def test_with_postgresql_away_every_page_says_so_and_afterwards_it_goes_on(
    officer: Actor, database: Line, as_: SignIn, client: httpx.AsyncClient
) -> None:
    project = await builders.project(State.SUBMITTED)
    browser = await as_(officer)
    page = await browser.get(f"/w/proposals/{project.code}")
    typed = {name: builders.hidden(page.text, name) for name in ("csrf", "once", "version")} | {
        "grounds": "材料不齐，写了很久的理由"
    }

    await database.cut()
    pages = [await browser.get(url) for url in ("/w/proposals", "/calls", "/w/no-such-page", f"/w/proposals/{project.code}")]
    sent = await browser.post(f"/w/proposals/{project.code}/refuse", data=typed)
    alive, ready = await browser.get("/healthz"), await browser.get("/readyz")
    await database.mend()
    back = await browser.get("/w/proposals")
    again = await browser.post(f"/w/proposals/{project.code}/refuse", data=typed)

    assert [(answer.status_code, answer.headers["retry-after"]) for answer in (*pages, sent)] == [(503, "5")] * 5
    assert all("系统正在恢复" in answer.text and "数据没有丢失" in answer.text for answer in (*pages, sent))
    assert (alive.status_code, ready.status_code, ready.json()["missing"]) == (200, 503, ["postgresql"])
    assert (back.status_code, again.status_code) == (200, 303)
    assert await rows.value(Q("SELECT count(*) FROM audit_line WHERE action = {}", Action.REFUSE_PROJECT)) == 1


async def test_a_verb_whose_wire_is_cut_in_its_middle_has_done_nothing(officer: Actor, database: Line) -> None:
    before = await rows.value(Q("SELECT count(*) FROM person"))

    @rows.verb
    async def half(meanwhile: asyncio.Event) -> None:
        await builders.person("半途")
        await jobs.later(write_down, word="never")
        meanwhile.set()
        await builders.person("而废")

    cut = asyncio.Event()
    with pytest.raises(AWAY):
        async with asyncio.timeout(10):
            await _while_cutting(half(cut), cut, database)
    await database.mend()

    assert await rows.value(Q("SELECT count(*) FROM person")) == before
    assert await rows.value(Q("SELECT count(*) FROM outbox")) == 0


async def _while_cutting(verb: object, cut: asyncio.Event, line: Line) -> None:
    running = asyncio.ensure_future(verb)  # type: ignore[arg-type]
    await cut.wait()
    await line.cut()
    await running


async def test_the_worker_goes_on_with_its_rounds_when_postgresql_is_back(officer: Actor, database: Line) -> None:
    done.clear()
    await _queue("kept")
    desk = Desk()
    await database.cut()
    rounds = asyncio.create_task(repeat(0.05, desk.sweep, "sweep"))
    await asyncio.sleep(0.3)
    before = list(done)

    await database.mend()
    await _until(["kept"])

    rounds.cancel()
    await desk.close(2)
    assert before == []
    assert await rows.column(Q("SELECT state FROM outbox")) == ["done"]


async def test_with_valkey_away_people_sign_in_and_limits_count_in_postgresql(
    committed: str, valkey: Line, client: httpx.AsyncClient
) -> None:
    await account("zhang.san", role=Role.MEMBER)
    await valkey.cut()

    entered = await enter(client)
    client.cookies.clear()
    wrong = [(await enter(client, "nobody", "不对的密码")).status_code for _ in range(21)]

    assert (entered.status_code, entered.headers["location"]) == (303, "/home")
    assert (set(wrong[:20]), wrong[20]) == ({422}, 429)
    assert await rows.value(Q("SELECT max(spent) FROM limit_window")) == 21


async def test_with_valkey_away_jobs_wait_and_then_run(committed: str, valkey: Line) -> None:
    """Kept by the outbox, done by the sweep; when Valkey is back, by the hint again."""
    done.clear()
    told = Hints(settings.get().valkey_url)
    jobs.announce(told)
    await valkey.cut()
    begun = time.monotonic()
    await _queue("一")
    waited = time.monotonic() - begun
    waiting = await rows.column(Q("SELECT state FROM outbox"))
    desk = Desk()
    listening = asyncio.create_task(motor(desk, settings.get().valkey_url))
    await desk.sweep()
    await _until(["一"])

    await valkey.mend()
    told = Hints(settings.get().valkey_url)
    jobs.announce(told)
    await asyncio.sleep(1.2)
    await _queue("二")
    await _until(["一", "二"])

    listening.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await listening
    await desk.close(2)
    await told.close()
    assert (waiting, waited < 2) == (["waiting"], True)


async def _queue(word: str) -> None:
    @rows.verb
    async def verb() -> None:
        await jobs.later(write_down, word=word)

    await verb()


async def _until(words: list[str], within: float = 30) -> None:
    deadline = time.monotonic() + within
    while done != words and time.monotonic() < deadline:
        await asyncio.sleep(0.02)
    assert done == words
