"""Each test of accounts begins with no tries spent."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from kernel import limits
from tests.conftest import forget_limits


@pytest.fixture(autouse=True)
async def fresh_limits(servers: Any, anyio_backend: str) -> AsyncIterator[None]:
    await forget_limits()
    yield
    await limits.close()
