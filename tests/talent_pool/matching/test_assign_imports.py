"""ortools and highspy each bring a HiGHS of their own: they must live in one process, whichever comes first."""

import subprocess
import sys

import pytest

ORTOOLS = "from ortools.graph.python import min_cost_flow; assert min_cost_flow.SimpleMinCostFlow().solve() is not None"
HIGHSPY = "import highspy; assert highspy.Highs().run() is not None"


@pytest.mark.parametrize("lines", [(ORTOOLS, HIGHSPY), (HIGHSPY, ORTOOLS)], ids=["ortools-first", "highspy-first"])
def test_both_solvers_live_in_one_process(lines: tuple[str, str]) -> None:
    ran = subprocess.run([sys.executable, "-c", "\n".join(lines)], capture_output=True, text=True, timeout=60)

    assert ran.returncode == 0, ran.stderr
