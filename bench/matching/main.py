"""`make bench-matching`: every row in a process of its own with one thread; prints JSON lines, asserts nothing.

    python -m bench.matching [--data FOLDER] [B1 B5 rows_fair:b7 ...]

`--data` (or MATCHING_DATA) names the folder of the real bids and texts; rows whose data is not at hand say so. A row is a
function that yields lines {row, instance, quantity, value, target, met, cpu_s, peak_mb}; `cpu_s` and `peak_mb` are of
its own process. Every process ends with a line of its whole CPU time and peak memory, starting and generating included.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import subprocess
import sys
import time
from typing import Any

ROWS = (
    ("B1", "rows_assign:b1"),
    ("B2", "rows_assign:b2"),
    ("B3", "rows_assign:b3"),
    ("B4", "rows_assign:b4_1000x2000"),
    ("B4", "rows_assign:b4_cvpr2017"),
    ("B5", "rows_assign:b5_300x2000"),
    ("B5", "rows_assign:b5_1000x5000"),
    ("B5", "rows_assign:b5_3000x5000"),
    ("B5", "rows_assign:b5_page"),
    ("B5", "rows_assign:b5_tight"),
    ("B6", "rows_fair:b6_midl"),
    ("B6", "rows_fair:b6_aamas2015"),
    ("B6", "rows_fair:b6_aamas2016"),
    ("B6", "rows_fair:b6_syn300"),
    ("B6", "rows_fair:b6_rules"),
    ("B7", "rows_fair:b7_midl"),
    ("B7", "rows_fair:b7_aamas2015"),
    ("B8", "rows_fair:b8"),
    ("B8", "rows_draw:b8"),
    ("B9", "rows_affinity:b9_characters"),
    ("B9", "rows_affinity:b9_plain"),
    ("B9", "rows_affinity:b9_meaning"),
    ("B9", "rows_affinity:b9_labels"),
    ("B9", "rows_affinity:b9_call"),
    ("B9b", "rows_affinity:b9b"),
    ("B10", "rows_affinity:b10"),
    ("B10", "rows_affinity:b10_times"),
    ("B11", "rows_draw:b11"),
    ("B12", "rows_assign:b12"),
    ("page", "rows_page:page"),
    ("page", "rows_page:page_total"),
)
"""Row of the table of targets, and where in this package it is measured."""

NOT_MEASURED = (
    ("B1", "the bids of MIDL and SIGIR may not be redistributed: instances of MIDL's size are generated instead"),
    ("B2", "ratios need openreview-matcher, which is not installed: own CPU seconds are printed"),
    ("B4", "the other matcher's memory is not measured for the same reason: own peak is printed"),
    ("B6", "FairFlow and FairSequence are not installed: their published figures stand as reference, on the same data only"),
    ("B7", "perturbed maximisation needs a licensed solver: its published figures stand as reference, on the same data only"),
    ("B9b", "the gold standard of expertise (d_20_1..10) is not at hand"),
    ("B10", "STS-B-zh and LCQMC are not at hand"),
)


def main(arguments: list[str] | None = None) -> int:
    """All rows, or those named by row (`B6`) or place (`rows_fair:b8`)."""
    parser = argparse.ArgumentParser(prog="python -m bench.matching")
    parser.add_argument("--data", default=os.environ.get("MATCHING_DATA", ""), help="folder of bids and texts")
    parser.add_argument("--alone", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("rows", nargs="*", help="rows or places; all when none is named")
    given = parser.parse_args(arguments)
    if given.alone:
        _measure(given.rows[0])
        return 0
    wanted = {name.lower() for name in given.rows}
    known = {name.lower() for row in ROWS for name in row}
    if unknown := wanted - known:
        parser.error(f"no such row: {', '.join(sorted(unknown))}")
    for row, reason in NOT_MEASURED:
        if not wanted or row.lower() in wanted:
            _say({"row": row, "not_measured": reason})
    broken = 0
    for row, place in ROWS:
        if not wanted or wanted & {row.lower(), place.lower()}:
            broken += _run(row, place, given.data)
    return 1 if broken else 0


def _run(row: str, place: str, data: str) -> bool:
    """One process, one thread, nothing inherited but the interpreter; whether it broke."""
    one = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"), "1")
    environment = {**os.environ, **one, "MATCHING_DATA": data, "PYTHONHASHSEED": "0"}
    begun = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-m", "bench.matching", "--alone", place], env=environment)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        _say({"row": row, "place": place, "broken": process.returncode})
        return True
    _say(
        {
            "row": row,
            "process": place,
            "cpu_s": round(used.ru_utime + used.ru_stime, 2),
            "wall_s": round(time.perf_counter() - begun, 2),
            "peak_mb": used.ru_maxrss // 1024,
        }
    )
    return False


def _measure(place: str) -> None:
    module, _, name = place.partition(":")
    for line in getattr(importlib.import_module(f"bench.matching.{module}"), name)():
        _say({**line, "met": line["met"] if "met" in line else _is_met(line.get("value"), line.get("target"))})


def _is_met(value: Any, target: Any) -> bool | None:
    """Of a target written as ">= 0.99" or "<= 3"; None where there is nothing to compare."""
    if not isinstance(target, str) or not isinstance(value, int | float):
        return None
    sign, _, rest = target.partition(" ")
    try:
        limit = float(rest.split(" ")[0])
    except ValueError:
        return None
    return {">=": value >= limit, "<=": value <= limit, "=": value == limit}.get(sign)


def _say(line: dict[str, Any]) -> None:
    print(
        json.dumps({key: value for key, value in line.items() if value is not None or key == "value"}, ensure_ascii=False),
        flush=True,
    )
