"""One JSON line per event on standard error, without personal data: fields are an allow-list, free text is not logged."""

from __future__ import annotations

import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import Any

import msgspec

# A new field is a decision: it must never hold a name, a number of a person, a query string or a body.
FIELDS = frozenset({
    "request", "route", "method", "status", "ms", "job", "outbox", "attempts", "count", "pid", "port", "version", "missing", "seq",
    "where",
})  # fmt: skip
LONGEST = 120
_ours = logging.getLogger("mianshe")


def configure(level: int = logging.INFO) -> None:
    """Everything this process logs goes through Lines. Libraries speak only when something is wrong."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Lines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    _ours.setLevel(level)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access", "arq", "arq.worker", "litestar"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True


def event(name: str, *, level: int = logging.INFO, error: BaseException | None = None, **fields: object) -> None:
    """Log that `name` happened. `error` adds where it was raised, never what it said: messages quote rows."""
    unknown = fields.keys() - FIELDS
    if unknown:
        raise TypeError(f"not a field of the log: {', '.join(sorted(unknown))}")
    if _ours.isEnabledFor(level):
        _ours.log(level, name, extra={"fields": fields}, exc_info=error)


class Lines(logging.Formatter):
    """A record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
        }
        if record.name.split(".")[0] == _ours.name:
            line["event"] = record.msg
            line |= {"request": record.request_id} if hasattr(record, "request_id") else {}
            line |= {name: _plain(value) for name, value in getattr(record, "fields", {}).items() if value is not None}
        else:
            # A library's text may quote anything, so only its place is kept.
            line |= {"event": record.name, "at": f"{record.module}:{record.lineno}"}
        if record.exc_info and record.exc_info[1]:
            line |= described(record.exc_info[1])
        return msgspec.json.encode(line).decode()


def described(error: BaseException) -> dict[str, object]:
    """The kinds of an exception and of its causes, and the innermost frames."""
    kinds: list[str] = []
    cause: BaseException | None = error
    while cause is not None and len(kinds) < 5:
        kinds.append(type(cause).__name__)
        cause = cause.__cause__ or cause.__context__
    frames = [f"{frame.filename.rsplit('/', 2)[-2]}/{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno} {frame.name}"
              for frame in traceback.extract_tb(error.__traceback__)[-12:]]  # fmt: skip
    return {"error": kinds, "frames": frames}


def place(error: BaseException) -> str:
    """Its kind and where it was raised: for a process that has no log of its own."""
    found: Any = described(error)
    return f"{found['error'][0]} {found['frames'][-1]}"


def _plain(value: object) -> object:
    if isinstance(value, bool | int | float):
        return value
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return str(value)[:LONGEST]
