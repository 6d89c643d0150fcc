"""`python -m projects.matching.solving.forced`: told a folder on a line, answers what the best answer would be with one more expert wanted in it.

The problem of the run is posed again from what was kept of it and solved with the pair locked, everything else free to
move. The difference to the run's total is what the wish costs, exactly: no estimate from prices, no single exchange.
"""

from __future__ import annotations

import sys
import time
import zlib
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np

from projects.matching.puzzle import Forced, Question
from projects.matching.running import AFFINITY, ANSWER, PUZZLE
from projects.matching.solving.child import leaving_word, main
from projects.matching.solving.posing import pose
from talent_pool.matching.assignment.assign import Cancelled, Infeasible, assign
from talent_pool.matching.problem import Problem


def force(question: Question, affinity: bytes) -> list[Forced]:
    """For as many of the experts as there is time for; for none when the problem is not the one that was solved."""
    until = time.monotonic() + question.seconds
    size = (len(question.frame.seats), len(question.frame.load))
    problem = pose(question.frame, np.frombuffer(zlib.decompress(affinity), "<i4").reshape(size).astype(np.int32))
    found: list[Forced] = []
    if problem.digest() != question.input_hash:
        return found
    for expert in question.experts:
        try:
            found.append(_forced(problem, question, expert, until - time.monotonic()))
        except Cancelled:
            break
    return found


def _forced(problem: Problem, question: Question, expert: int, seconds: float) -> Forced:
    wanted = replace(problem, locked=(*problem.locked, (question.project, expert)))
    try:
        best = assign(wanted, seconds=seconds)
    except Infeasible:
        return Forced(expert, possible=False)
    return Forced(expert, best.total, int(best.bound))


def answered(folder: Path) -> None:
    with leaving_word(folder):
        question = msgspec.json.decode((folder / PUZZLE).read_bytes(), type=Question)
        answer = force(question, (folder / AFFINITY).read_bytes())
        (folder / ANSWER).write_bytes(msgspec.json.encode(answer))


if __name__ == "__main__":
    sys.exit(main(answered))
