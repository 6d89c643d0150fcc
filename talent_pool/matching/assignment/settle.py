"""Of all answers of the best total the one whose numbers add up to most (`ties`), found on the face the prices describe. Pure.

Weak duality counted column by column: an answer falls short of the bound of these prices by what its columns lose, by what
it leaves out that gains, and by what it leaves of a priced limit. Where that is more than the bound is above the total, no
best answer does it. The rest is a small programme; where it has too many free columns, or its search does not end, the
answer stays as it was found and says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from talent_pool.matching.assignment.candidates import Columns, columns_of, in_every_role, keys_of
from talent_pool.matching.assignment.lp import TINY, Model, Unsolved
from talent_pool.matching.assignment.prices import GRAIN, GroupPrices, Longs, Prices, price
from talent_pool.matching.assignment.rows import Family, families_of
from talent_pool.matching.assignment.ties import Ties
from talent_pool.matching.assignment.watch import Watch
from talent_pool.matching.problem import MILLION, Problem

MOST = 60_000
"""Free columns up to which the programme is worth its time."""
FEW = 3_000
"""The same where the bound is above the total, and whole panels must be searched for."""
NODES = 5_000
SCALE = 1 << 20
"""Numbers are divided by it: a difference of one is then far above what the solver takes for zero."""
TOTAL = "total"


@dataclass(frozen=True, eq=False)
class Face:
    """Columns any best answer may use, the pairs it must use, and how far it may be short of the bound (1/12 millionth)."""

    columns: Columns
    sure: NDArray[np.bool_]
    slack: int


def settle(problem: Problem, prices: Prices, taken: Columns, ties: Ties, watch: Watch) -> Columns | None:
    """The one best answer, sorted by project and expert; None where it cannot be told."""
    total = int(problem.affinity[taken.project, taken.expert].sum(dtype=np.int64))
    face = _face(problem, prices, total)
    mine = np.isin(keys_of(problem, face.columns), keys_of(problem, taken))
    if int(mine.sum()) != len(taken):
        return None  # the prices are not those of this answer
    free = int((~face.sure).sum())
    if mine.all():
        return taken
    if free > (FEW if face.slack else MOST):
        return None
    chosen = _best(problem, prices, face, ties, total, watch)
    if chosen is None:
        return None
    found = face.columns.take(chosen)
    same = int(problem.affinity[found.project, found.expert].sum(dtype=np.int64)) == total and len(found) == len(taken)
    return found.take(np.lexsort((found.expert, found.project))) if same else None


def _face(problem: Problem, prices: Prices, total: int) -> Face:
    """Nothing outside can be in an answer of this total."""
    nothing = np.empty(0, dtype=np.int64)
    slack = round(price(problem, prices, nothing).bound * GRAIN) - total * GRAIN
    near = price(problem, prices, nothing, slack + 1).missing
    locked = np.array(sorted(set(problem.locked)), dtype=np.int32).reshape(-1, 2)
    keys = [keys_of(problem, near), keys_of(problem, in_every_role(problem, locked[:, 0], locked[:, 1]))]
    columns = columns_of(problem, np.concatenate(keys))
    pair = columns.project.astype(np.int64) * problem.shape[1] + columns.expert
    wanted = np.isin(pair, locked[:, 0].astype(np.int64) * problem.shape[1] + locked[:, 1])
    margin = prices.margin(problem, columns)
    _, first, place = np.unique(pair, return_index=True, return_inverse=True)
    best = np.maximum.reduceat(margin, first)[place] if len(pair) else margin
    kept = np.where(wanted, best, np.maximum(best, 0)) - margin <= slack
    return Face(columns.take(kept), (wanted | (best > slack))[kept], slack)


def _best(problem: Problem, prices: Prices, face: Face, ties: Ties, total: int, watch: Watch) -> NDArray[np.bool_] | None:
    """The programme of the face: whole at once nearly always; searched where it is not."""
    sure = {(int(p), int(e)) for p, e in zip(face.columns.project[face.sure], face.columns.expert[face.sure], strict=True)}
    posed = replace(problem, locked=tuple(sorted(sure)))
    families = [_tight(problem, prices, family, face.slack) for family in families_of(posed)]
    if face.slack:
        families.append(_total(problem, total))
    model = Model(posed, face.columns, tuple(families))
    model.aim(ties.numbers(face.columns) / SCALE)
    for whole in (False, True):
        watch.check()
        if whole:
            model.whole(np.ones(len(model), dtype=bool))
            model.set("mip_rel_gap", 0.0)
            model.set("mip_max_nodes", NODES)
        try:
            model.solve(max(watch.left(), 0.0), watch.stop)
        except Unsolved:
            return None
        values = model.values
        if ((values < TINY) | (values > 1 - TINY)).all():
            return np.asarray(values > 0.5)
    return None


def _tight(problem: Problem, prices: Prices, family: Family, slack: int) -> Family:
    """With every limit reached that has a price: one short of it would already cost more than there is."""
    priced = dict(_priced(problem, prices)).get(family.name)
    if priced is None:
        return family
    keys, cost = priced
    full, least = keys[cost > slack], keys[cost < -slack]
    low, high = family.lower, family.upper
    required = full if family.required is None else np.union1d(full, family.required)
    return replace(
        family,
        lower=lambda asked: np.where(np.isin(asked, full), high(asked), low(asked)),
        upper=lambda asked: np.where(np.isin(asked, least), low(asked), high(asked)),
        required=required,
    )


def _priced(problem: Problem, prices: Prices) -> Iterator[tuple[str, tuple[Longs, Longs]]]:
    """Keys and prices of the rows, by the name of their family; seats are filled anyway."""
    for name, dense in (("role", prices.role.ravel()), ("load", prices.load)):
        keys = np.flatnonzero(dense)
        yield name, (keys, dense[keys])
    groups: tuple[tuple[str, GroupPrices], ...] = (("employer", prices.employer), ("district", prices.district))
    for name, sparse in groups:
        yield name, (sparse.keys, sparse.prices)


def _total(problem: Problem, total: int) -> Family:
    return Family(
        TOTAL,
        lambda columns: np.zeros(len(columns), dtype=np.int64),
        lambda keys: np.full(len(keys), (total - 0.5) / MILLION),
        lambda keys: np.full(len(keys), np.inf),
        weight=lambda columns: np.asarray(problem.affinity[columns.project, columns.expert] / MILLION),
        required=np.zeros(1, dtype=np.int64),
    )
