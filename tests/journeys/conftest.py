"""A city of its own for each journey."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.journeys.city import City, opened


@pytest.fixture
async def city(committed: str) -> AsyncIterator[City]:
    async with opened() as city:
        yield city
