"""What is kept of every request: a line in the log and its place in the figures that /metrics shows."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from typing import Any

from kernel import logs

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
# Probes and pictures would drown what people did.
QUIET = ("/healthz", "/readyz", "/metrics", "/static/")


class Figures:
    """What this process has answered since it started."""

    def __init__(self) -> None:
        self.requests: Counter[tuple[str, int]] = Counter()
        self.buckets = [0] * (len(BUCKETS) + 1)
        self.seconds = 0.0

    def count(self, method: str, status: int, seconds: float) -> None:
        self.requests[method, status] += 1
        self.buckets[bisect_left(BUCKETS, seconds)] += 1
        self.seconds += seconds

    def lines(self) -> list[str]:
        """Prometheus' text format."""
        out = ["# TYPE mianshe_requests_total counter"]
        for (method, status), number in sorted(self.requests.items()):
            out.append(f'mianshe_requests_total{{method="{method}",status="{status}"}} {number}')
        out.append("# TYPE mianshe_request_seconds histogram")
        total = 0
        for edge, number in zip((*BUCKETS, "+Inf"), self.buckets, strict=True):
            total += number
            out.append(f'mianshe_request_seconds_bucket{{le="{edge}"}} {total}')
        return [*out, f"mianshe_request_seconds_sum {self.seconds:.6f}", f"mianshe_request_seconds_count {total}"]


FIGURES = Figures()
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def done(scope: dict[str, Any], status: int, seconds: float) -> None:
    """The shell calls this after every request."""
    # The method is whatever the client typed; a label per invention would fill the memory.
    method = scope["method"] if scope["method"] in METHODS else "OTHER"
    FIGURES.count(method, status, seconds)
    if not scope["path"].startswith(QUIET):
        ms = round(seconds * 1000, 1)
        logs.event("request", request=scope["request_id"], route=route_of(scope), method=method, status=status, ms=ms)


def route_of(scope: dict[str, Any]) -> str:
    """The name of the handler, never the path: paths hold codes and ids."""
    handler = scope.get("route_handler")
    return str(getattr(handler, "name", None) or getattr(handler, "handler_name", "")) if handler else ""
