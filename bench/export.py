"""The officers' list as a sheet: seconds, rows, and what the web process grows by while it writes it."""

from __future__ import annotations

import http.client
import io
import time
from typing import Any

import python_calamine

from bench import processes
from bench.pages import City

PATH = "/w/proposals.xlsx?stage=review&area=elderly"
"""About ten thousand rows of the large city; the small city is exported whole."""
WHOLE = "/w/proposals.xlsx"


def measure(city: City) -> dict[str, Any]:
    """As the first account of the city's pages, who sees all of it."""
    token, port, web, postmaster = city.pages[0].token, city.port, city.web, city.postmaster
    rows, body = _rows(_get(PATH, token, port))
    path = PATH
    if rows < 5_000:
        path = WHOLE
        rows, body = _rows(_get(path, token, port))
    before, cpu = processes.peak_memory(web), processes.total([web, *processes.backends(postmaster)])
    begun = time.perf_counter()
    _get(path, token, port)
    return {
        "bench": "export",
        "rows": rows,
        "seconds": round(time.perf_counter() - begun, 2),
        "cpu_seconds": round(processes.total([web, *processes.backends(postmaster)]) - cpu, 2),
        "bytes": body,
        "peak_memory_mib": processes.peak_memory(web),
        "grown_mib": processes.peak_memory(web) - before,
    }


def _get(path: str, token: str, port: int) -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", path, headers={"cookie": f"session={token}"})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    if answer.status != 200:
        raise RuntimeError(f"export: {answer.status}")
    return body


def _rows(body: bytes) -> tuple[int, int]:
    """(rows below the heading, bytes)"""
    sheet = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(body)).get_sheet_by_index(0)
    return len(sheet.to_python()) - 1, len(body)
