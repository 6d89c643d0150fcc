"""Whether a budget adds up and keeps the pack's and the funds' limits. Pure; amounts in fen, whole quantities."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from kernel.errors import Refused
from kernel.money import ZERO, Fen, percent, show, total, yuan
from projects.calls.rulepack import BudgetRules, RulePack, Share
from projects.submitting import words
from projects.submitting.rules import Reason

SUSPICIOUS = yuan(1_000)
"""Nobody applies for less: whoever typed 8 meant 80,000."""


class BudgetLine(Struct, frozen=True):
    category: str
    item: str
    quantity: int
    unit_price: Fen
    requested: Fen
    own: Fen = ZERO
    basis: str = ""


def requested(lines: Iterable[BudgetLine]) -> Fen:
    return total(line.requested for line in lines)


def by_category(lines: Iterable[BudgetLine]) -> dict[str, Fen]:
    sums: dict[str, Fen] = {}
    for line in lines:
        sums[line.category] = Fen(sums.get(line.category, ZERO) + line.requested)
    return sums


def budget_problems(
    lines: Sequence[BudgetLine], pack: RulePack, *, template: str, cap: Fen, forbidden: Collection[str] = ()
) -> list[Refused]:
    """`cap` is the applicant's ceiling in this call, `forbidden` what the funds on offer do not pay for."""
    found = [refusal for number, line in enumerate(lines, 1) for refusal in line_problems(number, line, pack.budget, forbidden)]
    whole = requested(lines)
    found += _total_problems(whole, pack, cap)
    if whole > 0:
        found += _cap_problems(by_category(lines), whole, pack.budget)
        for share in pack.budget.shares:
            if share.template == template:
                found += _share_problems(share, by_category(lines), whole, pack.budget)
    return found


def line_problems(number: int, line: BudgetLine, rules: BudgetRules, forbidden: Collection[str] = ()) -> Iterator[Refused]:
    """Of one line alone; `number` is the line's as the person sees it, unreadable ones counted."""
    category = rules.category(line.category)
    if category is None:
        yield Refused(Reason.LINE_CATEGORY, line=number)
    elif (category.cap == 0 or category.code in forbidden) and line.requested > 0:
        yield Refused(Reason.FORBIDDEN_CATEGORY, category=category.name, line=number)
    if line.quantity <= 0 or line.unit_price <= 0:
        yield Refused(Reason.LINE_EMPTY, line=number)
    if line.requested < 0 or line.own < 0:
        yield Refused(Reason.LINE_NEGATIVE, line=number)
    product = Fen(line.quantity * line.unit_price)
    if product != line.requested + line.own:
        yield Refused(Reason.LINE_SUM, line=number, product=show(product), requested=show(line.requested), own=show(line.own))
    if not line.basis.strip():
        yield Refused(Reason.LINE_BASIS, line=number)


def _total_problems(whole: Fen, pack: RulePack, cap: Fen) -> Iterator[Refused]:
    """The guard against wan typed as yuan, and yuan typed with too many zeros, speaks before the limits do."""
    if whole < SUSPICIOUS:
        yield Refused(Reason.LOOKS_LIKE_WAN, amount=show(whole))
    elif whole < pack.amounts.minimum:
        yield Refused(Reason.UNDER_MINIMUM, amount=show(whole), minimum=show(pack.amounts.minimum))
    elif whole >= cap * 100:
        yield Refused(Reason.LOOKS_TOO_LARGE, amount=show(whole))
    elif whole > cap:
        yield Refused(Reason.OVER_CAP, amount=show(whole), cap=show(cap))


def _cap_problems(sums: Mapping[str, Fen], whole: Fen, rules: BudgetRules) -> Iterator[Refused]:
    for category in rules.categories:
        limit = percent(whole, category.cap)
        amount = sums.get(category.code, ZERO)
        if category.cap > 0 and amount > limit:
            yield Refused(
                Reason.CATEGORY_CAP, category=category.name, amount=show(amount), percent=category.cap, limit=show(limit)
            )


def _share_problems(share: Share, sums: Mapping[str, Fen], whole: Fen, rules: BudgetRules) -> Iterator[Refused]:
    amount = total(sums.get(code, ZERO) for code in share.categories)
    names = words.SEPARATOR.join(category.name for category in rules.categories if category.code in share.categories)
    if amount * 100 > whole * share.max:
        limit = show(percent(whole, share.max))
        yield Refused(Reason.SHARE_OVER, categories=names, amount=show(amount), percent=share.max, limit=limit)
    if amount * 100 < whole * share.min:
        limit = show(percent(whole, share.min))
        yield Refused(Reason.SHARE_UNDER, categories=names, amount=show(amount), percent=share.min, limit=limit)


def effort_problems(here: Mapping[str, int], elsewhere: Mapping[str, int]) -> list[Refused]:
    """Percent of one person's time, here and over all other live projects, by name or merged identity."""
    together = Counter(here)
    together.update({person: share for person, share in elsewhere.items() if person in here})
    return [Refused(Reason.OVER_COMMITTED, person=person, percent=share) for person, share in together.items() if share > 100]
