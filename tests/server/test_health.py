"""What those see who watch the platform."""

from __future__ import annotations

import json
from collections import Counter

import httpx
import msgspec
import pytest

from kernel import settings
from server import health, measure

pytestmark = pytest.mark.anyio


async def test_healthz_says_it_is_alive(db: None, client: httpx.AsyncClient) -> None:
    answer = await client.get("/healthz")

    assert (answer.status_code, answer.text) == (200, "ok\n")


async def test_readyz_names_what_is_missing(db: None, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    now = settings.get()
    settings.use(msgspec.structs.replace(now, valkey_url="redis://127.0.0.1:1"))
    try:
        answer = await client.get("/readyz")
    finally:
        settings.use(now)

    # The tests' tables come from their declarations, without migrations.
    assert answer.status_code == 503
    assert json.loads(answer.text) == {"ready": False, "missing": ["migrations", "valkey"]}


async def test_metrics_are_for_this_machine_or_for_who_knows_the_token(db: None, client: httpx.AsyncClient) -> None:
    near = await client.get("/metrics")
    assert near.status_code == 200
    assert 'mianshe_outbox_jobs{state="waiting"} 0' in near.text.splitlines()

    through_proxy = await client.get("/metrics", headers={"x-forwarded-for": "192.0.2.7"})
    nowhere = await client.get("/no-such-page")

    assert through_proxy.status_code == nowhere.status_code == 404

    now = settings.get()
    settings.use(msgspec.structs.replace(now, metrics_token="known"))
    try:
        knows = await client.get("/metrics", headers={"x-forwarded-for": "192.0.2.7", "authorization": "Bearer known"})
        guesses = await client.get("/metrics", headers={"x-forwarded-for": "192.0.2.7", "authorization": "Bearer guess"})
    finally:
        settings.use(now)
    assert (knows.status_code, guesses.status_code) == (200, 404)


def test_figures_count_by_method_and_status_and_fill_cumulative_buckets() -> None:
    figures = measure.Figures()
    figures.count("GET", 200, 0.004)
    figures.count("GET", 200, 0.3)
    figures.count("POST", 422, 60.0)

    lines = figures.lines()

    assert figures.requests == Counter({("GET", 200): 2, ("POST", 422): 1})
    assert 'mianshe_request_seconds_bucket{le="0.005"} 1' in lines
    assert 'mianshe_request_seconds_bucket{le="0.5"} 2' in lines
    assert 'mianshe_request_seconds_bucket{le="10.0"} 2' in lines
    assert 'mianshe_request_seconds_bucket{le="+Inf"} 3' in lines


def test_an_invented_method_makes_no_series_of_its_own() -> None:
    before = measure.FIGURES.requests["OTHER", 405]

    measure.done({"method": "X" * 50, "path": "/healthz", "request_id": "a"}, 405, 0.001)

    assert measure.FIGURES.requests["OTHER", 405] == before + 1


def test_every_watching_route_is_quiet() -> None:
    assert {path for route in health.routes for path in route.paths} <= {*measure.QUIET}
