"""From cosines of single texts to one number of a pair: top three, standing in the row, weights that cannot be gamed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Places = NDArray[np.int64]

TOP = 3
"""Works that count: the mean of the best three. The best alone would reward one text written to fit."""
REACH = 3.0
"""Standing is squeezed between these: however well a text is stuffed, its section weighs no more than its share."""
MISSING = -1.0
"""Standing of a section that says nothing: below the average one, so that leaving out a weak text gains little."""
FLOOR = 0.01
"""Cosines closer together than this are as good as equal: a small pool does not turn noise into standing."""


def best(cosines: Floats, owned: Sequence[Places], most: int = TOP) -> Floats:
    """(projects, experts): the mean cosine of each expert's `most` nearest texts; NaN where there is none to compare.

    Who shows fewer is filled up with a low one (the project's lower quartile over everybody's texts), and
    never lifted by it. A NaN cosine (a text without a vector) makes the expert's number NaN: half a record misleads.
    """
    found = np.full((cosines.shape[0], len(owned)), np.nan)
    known = np.asarray(~np.isnan(cosines).any(axis=0), np.bool_)
    if not known.any():
        return found
    low = np.quantile(cosines[:, known], 0.25, axis=1)[:, None]
    shown = np.array([len(places) if known[places].all() else 0 for places in owned])
    for few in np.unique(shown[shown > 0]).tolist():
        experts = np.flatnonzero(shown == few).tolist()
        places = np.concatenate([owned[expert] for expert in experts])
        top = np.sort(cosines[:, places].reshape(len(cosines), len(experts), few), axis=2)[:, :, -most:]
        counted = top.shape[2]
        mean = top.sum(axis=2) / counted
        found[:, experts] = (counted * mean + (most - counted) * np.minimum(low, mean)) / most
    return found


def apart(values: Floats, projects: int, own: NDArray[np.bool_]) -> Floats:
    """The values of the projects less what each expert has on average with the marks below them, the own ones left out.

    Marks are works of the pool, not projects of the round: in a round about one subject its experts keep their lead.
    """
    known = ~(own | np.isnan(values[projects:]))
    usual = np.where(known, values[projects:], 0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    return np.asarray(values[:projects] - usual)


def standing(values: Floats) -> Floats:
    """How far above the row's average, in deviations, squeezed into (-REACH, REACH). NaN stays NaN."""
    known = ~np.isnan(values)
    count = np.maximum(known.sum(axis=1, keepdims=True), 1)
    mean = np.where(known, values, 0).sum(axis=1, keepdims=True) / count
    apart = np.where(known, values - mean, 0)
    deviation = np.sqrt((apart * apart).sum(axis=1, keepdims=True) / count)
    return np.where(known, REACH * np.tanh((values - mean) / np.maximum(deviation, FLOOR) / REACH), np.nan)


def average(parts: Sequence[tuple[float, Floats]]) -> Floats:
    """The weighted mean of what is known of each pair; NaN where nothing is."""
    weight = np.zeros_like(parts[0][1])
    total = np.zeros_like(weight)
    for share, values in parts:
        known = ~np.isnan(values)
        weight += share * known
        total += share * np.where(known, values, 0)
    return np.divide(total, weight, out=np.full_like(total, np.nan), where=weight > 0)


def near(one: str, other: str) -> float:
    """How close two codes of a controlled list are: 1 when equal, else the depth of their common branch over the deeper one.

    Branches are the parts between dots, or for plain digits their pairs and threes as in GB/T 13745 (840, 84027, 8402710).
    """
    if one == other:
        return 1.0
    left, right = _branch(one), _branch(other)
    common = 0
    for first, second in zip(left, right, strict=False):
        if first != second:
            break
        common += 1
    return common / max(len(left), len(right))


def _branch(code: str) -> list[str]:
    if code.isascii() and code.isdigit() and len(code) > 3:
        return [code[:3], *[code[at : at + 2] for at in range(3, len(code), 2)]]
    return code.split(".")


def declared(wanted: Sequence[Sequence[str]], offered: Sequence[Sequence[str]]) -> Floats:
    """(projects, experts) in [0, 1]: how well the declared codes meet; NaN where one side declares nothing.

    The mean over the project's codes of the nearest code offered. More than TOP codes offered count less each:
    declaring everything says nothing.
    """
    names = sorted({code for codes in (*wanted, *offered) for code in codes})
    place = {name: number for number, name in enumerate(names)}
    table = np.array([[near(one, other) for other in names] for one in names]).reshape(len(names), len(names))
    found = np.full((len(wanted), len(offered)), np.nan)
    # Projects of a call declare few different things: each is compared once.
    rows: dict[tuple[str, ...], list[int]] = {}
    for number, codes in enumerate(wanted):
        if codes:
            rows.setdefault(tuple(codes), []).append(number)
    for expert, codes in enumerate(offered):
        if not codes:
            continue
        closest = table[:, [place[code] for code in codes]].max(axis=1) * min(1.0, (TOP / len(codes)) ** 0.5)
        for alike, numbers in rows.items():
            found[numbers, expert] = closest[[place[code] for code in alike]].mean()
    return found
