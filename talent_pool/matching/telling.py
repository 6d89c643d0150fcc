"""Explanations as sentences, from the templates in `words`. Pure: names come from the caller."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from talent_pool.matching import words
from talent_pool.matching.draw.keyed import LARGEST
from talent_pool.matching.explained import Block, Match, PanelFacts, WhyNot


class Names(NamedTuple):
    """By row."""

    projects: Sequence[str]
    experts: Sequence[str]
    roles: Sequence[str]


def parts(millionths: int) -> str:
    return f"{millionths / 1_000_000:.3f}"


def number(key: int) -> str:
    """A number of the lot as people see it; two decimals unless that would hide who is lower."""
    return f"{key / LARGEST:.4f}"


def joined(rows: Sequence[int], names: Sequence[str]) -> str:
    return words.AND.join(names[row] for row in rows)


def why(match: Match, names: Names) -> list[str]:
    """Short sentences: the seat, the closeness with its evidence, rank, load, checks."""
    facts = {
        "role": names.roles[match.role],
        "affinity": parts(match.affinity),
        "rank": match.rank,
        "eligible": match.eligible,
        "before": match.load_before,
        "after": match.load_after,
        "most": match.load_most,
        "count": len(match.checks),
    }
    said = ["seat", "rank", *_evidence(match), "load"]
    if match.reasons is not None:
        facts |= {"terms": _terms(match), "fields": words.AND.join(match.reasons.fields)}
        if match.reasons.work:
            facts |= {"work": match.reasons.work[0], "near": f"{match.reasons.work[1]:.2f}"}
    if match.number is not None:
        facts |= {"number": number(match.number)}
        said.append("number" if match.numbered else "widened")
        if match.numbered:
            facts |= {"place": match.numbered[0], "qualified": match.numbered[1]}
    failed = [words.CHECK[check.code] for check in match.checks if not check.passed]
    facts |= {"failed": words.AND.join(failed)}
    said.append("checks-but" if failed else "checks")
    return [words.WHY[one].format(**facts) for one in said]


def _evidence(match: Match) -> list[str]:
    found = match.reasons
    if found is None:
        return []
    has = {"terms": bool(found.terms), "work": bool(found.work), "fields": bool(found.fields)}
    return [name for name, is_there in has.items() if is_there]


def _terms(match: Match) -> str:
    return words.AND.join(words.TERM.format(term=term, share=round(share * 100)) for term, share in match.reasons.terms)


def why_not(answer: WhyNot, names: Names) -> list[str]:
    """The decisive obstacle first, then what choosing this expert would cost."""
    said = [_block(block, answer, names) for block in answer.blocks]
    if answer.cost is not None:
        if answer.exact and answer.cost <= 0:
            said.append(words.WHY_NOT["equal"])
        else:
            said.append(words.WHY_NOT["cost" if answer.exact else "cost-at-least"].format(cost=parts(answer.cost)))
    return said or [words.WHY_NOT["not-chosen"]]


def _block(block: Block, answer: WhyNot, names: Names) -> str:
    if block.code in words.CONFLICT:
        return words.WHY_NOT["conflict"].format(conflict=words.CONFLICT[block.code])
    show = number if block.code in {"not-drawn", "reserved"} else parts if block.code == "below" else str
    rows = {"load-full": names.projects, "role-not-needed": names.roles}
    return words.WHY_NOT[block.code].format(
        names=joined(block.rows, rows.get(block.code, names.experts)),
        value=show(block.value),
        limit=show(block.limit),
        expert=names.experts[answer.expert],
    )


def panel(facts: PanelFacts) -> list[str]:
    said = [words.PANEL["score"].format(score=parts(facts.score), best=parts(facts.best), price=parts(facts.price))]
    if facts.floor is not None:
        code = "floor" if facts.score >= facts.floor else "below-floor"
        said.append(words.PANEL[code].format(floor=parts(facts.floor)))
    return said
