"""HiGHS set up so that equal input gives equal output, and made to listen while it works."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import highspy


def solver() -> Any:
    """Silent, one thread, a fixed seed."""
    made = highspy.Highs()
    made.setOptionValue("output_flag", False)
    made.setOptionValue("threads", 1)
    made.setOptionValue("random_seed", 0)
    made.setOptionValue("parallel", "off")
    return made


def heed(solver: Any, stop: Callable[[], bool]) -> None:
    """Ask `stop` while HiGHS works; it ends at the next safe point."""

    def ask(kind: Any, message: str, data_out: Any, data_in: Any, user: Any) -> None:
        if data_in is not None and stop():
            data_in.user_interrupt = True

    solver.setCallback(ask, None)
    for kind in ("kCallbackSimplexInterrupt", "kCallbackIpmInterrupt", "kCallbackMipInterrupt"):
        solver.startCallback(getattr(highspy.cb.HighsCallbackType, kind))


def status_of(solver: Any) -> str:
    """optimal, infeasible, best-so-far (an answer, not proven best) or limit (none in time)."""
    status, model = solver.getModelStatus(), highspy.HighsModelStatus
    if status == model.kOptimal:
        return "optimal"
    if status in (model.kInfeasible, model.kUnboundedOrInfeasible):
        return "infeasible"
    has_answer = solver.getInfo().primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    return "best-so-far" if has_answer else "limit"
