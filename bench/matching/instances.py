"""The instances the rows of the assignment are measured on: real bids from a folder, the rest generated from a seed."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
from numpy.random import default_rng

from bench.matching.families import plain, topics
from talent_pool.matching.problem import MILLION, Problem

BIDS = ("aamas2015", "aamas2016")
"""Real bids: `<name>.npz` in the folder MATCHING_DATA, with S (P, E), demand (P,), load (E,), lo (E,)."""

GENERATED = {
    "midl-size": (118, 177, 3, 4, 0),
    "midl-size-lb": (118, 177, 3, 4, 2),
    "syn300": (300, 500, 5, 6, 0),
    "1000x500": (1000, 500, 5, 12, 0),
    "1000x2000": (1000, 2000, 5, 5, 0),
    "cvpr2017-size": (2623, 1373, 3, 7, 0),
}
"""Projects, experts, seats, load, least load: topic mixtures of the sizes of instances that may not be redistributed."""

NAMES = ("midl-size", "midl-size-lb", *BIDS, "syn300", "1000x500", "1000x2000", "cvpr2017-size")


def plain_instance(name: str) -> Problem | None:
    """An instance without rules of a panel; None where its data is not at hand."""
    if name in BIDS:
        return _bids(name)
    projects, experts, seats, load, least = GENERATED[name]
    return plain(topics(default_rng(projects * 7 + experts), projects, experts), seats, load, least=least)


def _bids(name: str) -> Problem | None:
    folder = os.environ.get("MATCHING_DATA", "")
    file = Path(folder) / f"{name}.npz"
    if not folder or not file.exists():
        return None
    with np.load(file) as data:
        problem = plain(data["S"].astype(np.float64), int(data["demand"][0]), int(data["load"][0]), least=int(data["lo"][0]))
        assert problem.affinity.max(initial=0) <= MILLION
        return problem
