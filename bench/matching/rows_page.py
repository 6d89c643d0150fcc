"""Row "page": a call of 2,000 projects and 500 experts as the page matches it, from the button to the stored answer.

A database of its own is filled by COPY; then the real verb, the real job and the real process of its own. Loads are 1.2
times the demand. Seconds are wall time, as somebody who waits would count them.
"""

from __future__ import annotations

import asyncio
import os
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import msgspec

from bench.matching.lines import Line, line

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "platform"))

ROWS = ("page", "page_total")
PROJECTS, EXPERTS, SEATS = 2_000, 500, 5
TOPICS = 40
_WORDS = Random(3)
_HAN = [chr(0x4E00 + number) for number in _WORDS.sample(range(6_000), 1_800)]
_COMMON = ["".join(_WORDS.choices(_HAN[:300], k=2)) for _ in range(400)]
_OF = [["".join(_WORDS.choices(_HAN, k=2)) for _ in range(120)] for _ in range(TOPICS)]
"""Words as speech spreads them: some everywhere, most in one subject."""


def page() -> Iterator[Line]:
    yield from asyncio.run(_measure("lottery"))


def page_total() -> Iterator[Line]:
    yield from asyncio.run(_measure("total"))


async def _measure(objective: str) -> list[Line]:
    from kernel import schema, settings
    from kernel.rows import DB
    from server import embedded

    with tempfile.TemporaryDirectory(prefix="bench-page-") as folder:
        running = embedded.start(Path(folder), durable=False)
        try:
            urls = {
                "DATABASE_URL": running.database_url,
                "VALKEY_URL": running.valkey_url,
                "DATABASE_OWNER_URL": running.owner_url,
            }
            settings.use(settings.read({"DATA_DIR": folder, "DEMO": "0", **urls}))
            await DB.open(running.owner_url)
            await schema.create()
            await schema.finish("mianshe_app")
            found = await _run(objective)
            await DB.close()
            return found
        finally:
            running.stop()


async def _run(objective: str) -> list[Line]:
    from kernel import clock, rows
    from kernel.rows import Q
    from projects.matching import actions, keeping

    coordinator, call = await _city(Random(7))
    began = time.monotonic()
    url = await actions.ask_run(coordinator, call, objective=objective, review_on=clock.today() + timedelta(days=1))
    asked = time.monotonic() - began
    run = UUID(url.rsplit("/", 1)[1])
    moments: dict[str, float] = {}
    keep = keeping.keep

    async def kept(*given: Any) -> bool:
        answer = await keep(*given)
        moments["stored"] = time.monotonic() - began
        return answer

    keeping.keep = kept  # type: ignore[assignment]
    await actions.match(run=str(run))
    keeping.keep = keep
    state, figures = (await rows.DB.run_querystring(Q("SELECT state, figures FROM match_run WHERE id = {}", run)))[0]
    figures = msgspec.json.decode(figures) if isinstance(figures, str) else figures
    name = f"{PROJECTS}x{EXPERTS} {objective}, loads 1.2"
    parent = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    return [
        _line(name, f"s from the button to the stored answer ({state})", round(moments["stored"], 2), "<= 5", figures),
        _line(
            name, "s until every pair is explained and the log written", round(time.monotonic() - began, 2), "reported", figures
        ),
        _line(name, "s of the request itself", round(asked, 2), "reported", figures),
        _line(name, "MB at most in the process that matches", figures.get("peak_mb"), "<= 500", figures),
        _line(name, "MB at most in the worker", parent, "reported", figures),
        _line(name, "gap to the bound", figures.get("gap"), "reported", figures),
    ]


def _line(instance: str, quantity: str, value: object, target: str, figures: dict[str, Any]) -> Line:
    return {**line("page", instance, quantity, value, target, figures.get("cpu")), "peak_mb": figures.get("peak_mb")}


def _text(random: Random, topic: int, length: int) -> str:
    """Half common words, the rest of the topic, now and then of another."""
    parts: list[str] = []
    for _ in range(length // 2):
        kind = random.random()
        words = _COMMON if kind < 0.5 else _OF[topic if kind < 0.92 else random.randrange(TOPICS)]
        parts.append(words[int(len(words) * random.random() ** 2)])
    return "".join(parts)


async def _city(random: Random) -> tuple[Any, str]:
    from kernel import clock, rows
    from kernel.access import Actor, Membership, Role
    from kernel.accounts.tables import Person, Unit
    from kernel.rows import Q
    from projects.calls.rulepack import default_pack
    from projects.states import CallState, State
    from projects.tables import Call, Project

    pack, now = default_pack(), clock.now()
    async with rows.transaction():
        people = [rows.new_id() for _ in range(EXPERTS + 1)]
        units = [rows.new_id() for _ in range(PROJECTS + 1)]
        await rows.copy(
            Person, ("id", "name", "sort_key", "created_at"), [(p, f"示例{n}", f"{n:05d}", now) for n, p in enumerate(people)]
        )
        await rows.copy(
            Unit,
            ("id", "kind", "code", "name"),
            [(u, "organisation" if n else "department", f"{n:018d}", f"示例单位{n}") for n, u in enumerate(units)],
        )
        call = await rows.insert(
            Call(
                code="C2026", year=2026, title="示例批次", state=CallState.CLOSED, host=units[0], areas='["new-employment"]',
                pack=pack.to_json(), pack_hash=pack.sha256, opens_on=date(2026, 1, 1), fill_until=date(2026, 2, 1),
                endorse_until=date(2026, 2, 2), drafted_by=people[0], published_at=now, created_at=now,
            )
        )  # fmt: skip
        answers = [
            msgspec.json.encode({s: {"text": _text(random, n % TOPICS, 300)} for s in ("need", "value", "scene")}).decode()
            for n in range(PROJECTS)
        ]
        await rows.copy(
            Project,
            ("id", "code", "call", "state", "title", "area", "organisation", "lead", "author", "answers", "requested", "submitted_at", "created_at", "changed_at"),
            [
                (rows.new_id(), f"MY{n:05d}", call.id, State.ACCEPTED.value, f"{_text(random, n % TOPICS, 12)}{n}", "new-employment",
                 units[n + 1], units[0], people[0], answers[n], 5_000_000, now, now, now)
                for n in range(PROJECTS)
            ],
        )  # fmt: skip
        await _experts(random, people[1:], now)
    await rows.execute(Q("ANALYZE"))
    return Actor(people[0], "示例", (Membership(people[0], Role.COORDINATOR, units[0], ""),)), call.code


async def _experts(random: Random, people: list[UUID], now: Any) -> None:
    from kernel import rows
    from talent_pool.profiles.tables import Expert, ExpertWork

    load = -(-PROJECTS * SEATS * 12 // (EXPERTS * 10))
    experts = [rows.new_id() for _ in people]
    await rows.copy(
        Expert,
        ("id", "person", "state", "employer_name", "category", "areas", "finance", "community", "max_load", "max_year", "speciality", "county", "added_at"),
        [
            (expert, person, "admitted", f"示例机构{random.randrange(220)}", "academia", '["new-employment"]', n % 4 == 0, n % 4 == 1,
             load, 100, _text(random, n % TOPICS, 120), f"5107{n % 9:02d}", now)
            for n, (expert, person) in enumerate(zip(experts, people, strict=True))
        ],
    )  # fmt: skip
    await rows.copy(
        ExpertWork,
        ("id", "expert", "position", "kind", "title", "text", "changed_at"),
        [
            (rows.new_id(), expert, position, "paper", _text(random, n % TOPICS, 20), _text(random, n % TOPICS, 200), now)
            for n, expert in enumerate(experts)
            for position in range(1, 5)
        ],
    )


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    for name in sys.argv[1:] or ROWS:
        for found in globals()[name]():
            print(found)
