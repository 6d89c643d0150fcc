"""From chances to a draw: whole units that keep every sum, and dependent rounding keyed by a seed.

Chances are integers in units of 1/UNIT, so the draw itself has no floating point: who holds the units and the seed gets
the same panels on any machine. Each pair is taken exactly with its chance; every project gets its seats, every expert
the whole number below or above the expected load.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Sequence
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

UNIT = 100_000
"""One: a certain seat."""

Longs = NDArray[np.int64]
Floats = NDArray[np.float64]


def whole(chances: Floats, seats: Longs, least: Longs, most: Longs, cap: int) -> Longs:
    """`chances` in units, off by one unit each, seldom more: rows sum exactly, columns stay within their loads.

    All cells are cut down first; what the rows then lack flows back through cells that have room, columns that would
    fall short of their least load first.
    """
    scaled = np.where(chances > 0, np.floor(chances * UNIT + 1e-6), 0).astype(np.int64)
    units = np.minimum(scaled, cap)
    rows, columns = units.shape
    left, right = np.nonzero(chances > 0)
    room = np.minimum(4, cap - units[left, right])
    first = np.minimum(1, room)
    lacking = seats * UNIT - units.sum(axis=1)
    held = units.sum(axis=0)
    short = np.clip(least * UNIT - held, 0, None)
    free = np.clip(most * UNIT - held, 0, None) - short
    sink = rows + columns
    flow = SimpleMinCostFlow()
    arcs = flow.add_arcs_with_capacity_and_unit_cost(left, rows + right, first, np.zeros(left.size, np.int64))
    more = flow.add_arcs_with_capacity_and_unit_cost(left, rows + right, room - first, np.ones(left.size, np.int64))
    each = rows + np.arange(columns)
    flow.add_arcs_with_capacity_and_unit_cost(each, np.full(columns, sink), short, np.full(columns, -100))
    flow.add_arcs_with_capacity_and_unit_cost(each, np.full(columns, sink), free, np.zeros(columns, np.int64))
    flow.set_nodes_supplies(np.arange(rows), lacking)
    flow.set_nodes_supplies(np.array([sink]), np.array([-int(lacking.sum())]))
    if flow.solve() != flow.OPTIMAL:
        raise ArithmeticError("the chances do not keep their sums")
    units[left, right] += flow.flows(arcs) + flow.flows(more)
    return units


def numbers(seed: str, purpose: str) -> Iterator[int]:
    """An endless stream of 64-bit numbers: HMAC-SHA256(seed, purpose|0), (seed, purpose|1), ..., four of each."""
    block = 0
    while True:
        found = hmac.digest(seed.encode(), f"{purpose}|{block}".encode(), sha256)
        yield from (int.from_bytes(found[at : at + 8], "big") for at in (0, 8, 16, 24))
        block += 1


def pick(projects: Sequence[int], experts: Sequence[int], units: Sequence[int], seed: str) -> list[bool]:
    """Which of the pairs are taken. Every project's units are a whole number of UNITs.

    Open pairs form a bipartite graph; along a cycle of it units are moved one way or the other, so that sums stay and on
    average nothing moves, until one pair of the cycle is settled (Gandhi, Khuller, Parthasarathy, Srinivasan 2006). What an
    expert's load lacks to a whole number is one more pair, with nobody's project: thus every node has no open pair or two.
    """
    graph = _Graph([*units], [*projects], [-1 - expert for expert in experts])
    loads: dict[int, int] = {}
    for expert, unit in zip(experts, units, strict=True):
        loads[expert] = loads.get(expert, 0) + unit
    for expert in sorted(loads):
        if loads[expert] % UNIT:
            graph.add(UNIT - loads[expert] % UNIT, max(projects) + 1, -1 - expert)
    graph.settle(numbers(seed, "dependent-rounding/1"))
    return [unit == UNIT for unit in graph.units[: len(projects)]]


class _Graph:
    """Open pairs by node; projects are 0, 1, ..., experts -1, -2, ..."""

    def __init__(self, units: list[int], left: list[int], right: list[int]) -> None:
        self.units, self.left, self.right = units, left, right
        self.open: dict[int, dict[int, None]] = {}
        for edge in range(len(units)):
            self._join(edge)

    def _join(self, edge: int) -> None:
        if 0 < self.units[edge] < UNIT:
            self.open.setdefault(self.left[edge], {})[edge] = None
            self.open.setdefault(self.right[edge], {})[edge] = None

    def add(self, units: int, left: int, right: int) -> None:
        self.units.append(units)
        self.left.append(left)
        self.right.append(right)
        self._join(len(self.units) - 1)

    def settle(self, stream: Iterator[int]) -> None:
        for begin in sorted(self.open):
            nodes, place = [begin], {begin: 0}
            edges: list[int] = []
            while self.open[nodes[-1]]:
                edge = self._onward(nodes[-1], edges[-1] if edges else -1)
                edges.append(edge)
                after = self.right[edge] if nodes[-1] >= 0 else self.left[edge]
                if after not in place:
                    place[after] = len(nodes)
                    nodes.append(after)
                    continue
                at = place[after]
                self._turn(edges[at:], next(stream))
                for gone in nodes[at + 1 :]:
                    del place[gone]
                del nodes[at + 1 :], edges[at:]

    def _onward(self, node: int, came: int) -> int:
        for edge in self.open[node]:
            if edge != came:
                return edge
        raise ArithmeticError("a project's chances are not a whole number of seats")

    def _turn(self, cycle: list[int], number: int) -> None:
        """Move as many units as fit along the cycle: up on every other pair and down on the rest, or the reverse."""
        units = self.units
        ups, downs = cycle[::2], cycle[1::2]
        forth = min(UNIT - max(units[edge] for edge in ups), min(units[edge] for edge in downs))
        back = min(UNIT - max(units[edge] for edge in downs), min(units[edge] for edge in ups))
        move = forth if number * (forth + back) >> 64 < back else -back
        for edge in ups:
            units[edge] += move
        for edge in downs:
            units[edge] -= move
        for edge in cycle:
            if not 0 < units[edge] < UNIT:
                del self.open[self.left[edge]][edge]
                del self.open[self.right[edge]][edge]
