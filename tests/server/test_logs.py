"""What the log says, and that it has no way to say more."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest

from kernel import logs

SECRET = "510703199001011234"


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    root, ours = logging.getLogger(), logging.getLogger("mianshe")
    before = root.handlers[:], root.level, ours.level
    out = io.StringIO()
    monkeypatch.setattr("sys.stderr", out)
    logs.configure()
    yield out
    root.handlers[:], root.level, ours.level = before[0], before[1], before[2]


def lines(written: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in written.getvalue().splitlines()]


def test_an_event_is_one_line_of_json(written: io.StringIO) -> None:
    logs.event("request", request="ab12", route="calls.show", method="GET", status=200, ms=3.4)

    (line,) = lines(written)
    assert line.pop("time")
    assert line == {
        "level": "info", "event": "request", "request": "ab12", "route": "calls.show", "method": "GET", "status": 200, "ms": 3.4,
    }  # fmt: skip


def test_a_field_that_nobody_allowed_is_an_error() -> None:
    with pytest.raises(TypeError, match="name"):
        logs.event("signed-in", name="张三")


def test_an_error_says_where_and_what_kind_but_not_what_it_quoted(written: io.StringIO) -> None:
    try:
        try:
            raise ValueError(f"Key (id_number)=({SECRET}) already exists")
        except ValueError as cause:
            raise RuntimeError(SECRET) from cause
    except RuntimeError as error:
        logs.event("mishap", error=error)

    (line,) = lines(written)
    assert line["error"] == ["RuntimeError", "ValueError"]
    assert "test_logs.py" in str(line["frames"])
    assert SECRET not in written.getvalue()


def test_a_library_is_heard_when_something_is_wrong_but_not_quoted(written: io.StringIO) -> None:
    library = logging.getLogger("some.library")

    library.info("all is well")
    library.warning("bad value %s", SECRET)
    library.warning(f"bad value {SECRET}")

    assert [line["event"] for line in lines(written)] == ["some.library", "some.library"]
    assert SECRET not in written.getvalue()
