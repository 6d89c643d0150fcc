"""How a long calculation is watched: its time, its progress, the wish to stop. Pure."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic, process_time

Progress = Callable[[float, str], None]
Stop = Callable[[], bool]


class Cancelled(Exception):  # noqa: N818 - it is an answer, not an error
    """No answer to return: `why` is "stopped", "time", or that whole panels ("whole") or exact "numbers" were out of reach."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Watch:
    """`seconds` of wall time from its making. Time ends work, it never chooses between two answers."""

    progress: Progress | None = None
    stop: Stop | None = None
    seconds: float = math.inf
    begun: float = field(default_factory=monotonic)
    cpu: float = field(default_factory=process_time)

    def tell(self, share: float, what: str) -> None:
        """Report a share done in [0, 1] and what is going on, as a code; raise Cancelled where somebody wants it ended."""
        if self.progress is not None:
            self.progress(share, what)
        self.check()

    def check(self) -> None:
        if self.wants_end():
            raise Cancelled("stopped")
        if self.left() <= 0:
            raise Cancelled("time")

    def wants_end(self) -> bool:
        return self.stop is not None and self.stop()

    def left(self) -> float:
        """Seconds of wall time."""
        return self.seconds - (monotonic() - self.begun)

    def spent(self) -> float:
        """Seconds of CPU."""
        return process_time() - self.cpu
