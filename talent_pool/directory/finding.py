"""How a search becomes a condition on the index: every way of finding has an index of its own, and no text is read in vain."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from uuid import UUID

from departments import catalogue
from kernel import clock
from kernel.rows import Q
from talent_pool.directory import rules
from talent_pool.directory.rules import Side, Sought
from talent_pool.profiles import fields
from talent_pool.profiles.kinds import Category
from talent_pool.profiles.rules import PATIENCE

AFTER_Z = "{"
"""The character that follows the last letter."""


@cache
def labels() -> list[tuple[str, str]]:
    """Every token that has a word of its own, with that word."""
    areas = [(f"area:{area.code}", area.name) for area in catalogue.load().areas]
    known = [(f"field:{code}", name) for code, name in {**fields.names(), **fields.method_names()}.items()]
    counties = [(f"county:{county.code}", county.name) for county in catalogue.counties()]
    return areas + known + counties + [(f"category:{kind}", kind.label) for kind in Category]


_COLUMNS = {Side.WHOLE: ("x.codes", "x.whole", "x.current"), Side.AGREED: ("x.agreed_codes", "x.agreed", "x.published")}


def _word(word: str, of: Side) -> Q:
    """One word: as characters side by side, as the beginning of a name in pinyin or initials, as the label of a code.

    Every way has an index of its own, so the planner joins bitmaps and reads no text.
    """
    codes, text, _ = _COLUMNS[of]
    ways = [Q(f"text_pairs({text}) @> bigrams({{}})", word)] if len(word) > 1 else []
    if len(word) == 1 and not rules.is_latin(word):
        ways.append(Q(f"{codes} @> {{}}::text[]", [word]))
    if rules.is_latin(word):
        ways.append(_beginning(word))
    if coded := rules.labelled(word, labels()):
        ways.append(Q(f"{codes} && {{}}::text[]", coded))
    return Q("(" + " OR ".join("{}" for _ in ways) + ")", *ways)


def _beginning(letters: str) -> Q:
    """As a range of bytes: a plan made once for every word still reads the index, which LIKE would not."""
    within = "x.{0} ~>=~ {{}} AND x.{0} ~<~ {{}}"
    parts = [Q(within.format(column), letters, f"{letters}{AFTER_Z}") for column in ("letters", "initials")]
    return Q("({} OR {})", *parts)


def _exactly(word: str, of: Side) -> Q:
    """Pairs may stand apart in a text; a longer word is looked for once more, in the rows that a page needs."""
    codes, text, _ = _COLUMNS[of]
    ways = [_beginning(word)] if rules.is_latin(word) else []
    if coded := rules.labelled(word, labels()):
        ways.append(Q(f"{codes} && {{}}::text[]", coded))
    ways.append(Q(f"strpos({text}, {{}}) > 0", word))
    return Q("(" + " OR ".join("{}" for _ in ways) + ")", *ways)


def _all(parts: Sequence[Q]) -> Q:
    return Q(" AND ".join("{}" for _ in parts), *parts) if parts else Q("true")


def _matches(words: Sequence[str], of: Side, word: Callable[[str, Side], Q]) -> Q:
    """Every word must be found; syllables typed apart may also be one name."""
    every = _all([word(one, of) for one in words])
    if len(words) > 1 and all(rules.is_latin(one) for one in words):
        return Q("({} OR {})", every, _beginning("".join(words)))
    return every


def _where(sought: Sought, of: Side, full: Sequence[UUID] = ()) -> Q:
    codes, _, shown = _COLUMNS[of]
    parts = [Q("true") if of is Side.WHOLE and sought.state else Q(shown)]
    if sought.words:
        parts.append(_matches(sought.words, of, _word))
    if sought.codes:
        parts.append(Q(f"{codes} @> {{}}::text[]", sought.codes))
    if sought.free_on:
        away = "SELECT 1 FROM expert_absence ab WHERE ab.expert = x.expert AND ab.since <= {} AND ab.until >= {}"
        parts.append(Q(f"NOT EXISTS ({away})", sought.free_on, sought.free_on))
    if sought.silent:
        asked = "SELECT 1 FROM expert e WHERE e.id = x.expert AND e.asked_on < {}"
        parts.append(Q(f"EXISTS ({asked})", clock.today() - PATIENCE))
    if sought.room:
        parts.append(Q("x.codes @> ARRAY['state:admitted'] AND NOT x.person = ANY({}::uuid[])", list(full)))
    return _all(parts)


def found(sought: Sought, of: Side, order: Q | None = None, full: Sequence[UUID] = ()) -> Q:
    """The index rows (as x) that match, sorted before the longer words are looked for, so that a page reads few texts."""
    sorting = Q("ORDER BY {}", order) if order else Q("")
    found = Q("SELECT x.* FROM expert_index x WHERE {} {}", _where(sought, of, full), sorting)
    if not any(len(word) > 2 for word in sought.words):
        return found
    return Q("SELECT x.* FROM ({} OFFSET 0) x WHERE {}", found, _matches(sought.words, of, _exactly))
