"""Who could help: the pool as a need sees it, the list that was reckoned for it, and the quick one until then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from msgspec import Struct

from kernel import clock, rows
from kernel.rows import Q
from talent_pool.consultations import room
from talent_pool.consultations.queries import Consulted
from talent_pool.consultations.ranking import Because, Known, Masked, Need, Ranked, Why, rank
from talent_pool.consultations.rules import Parties
from talent_pool.matching.conflicts import Conflict, ConflictKind, find_conflicts
from talent_pool.profiles.queries import roster
from talent_pool.profiles.rules import Entry, consent_over, facts

LOOKED_AT = 40
SHOWN = 10
BUSY = (
    "(SELECT count(*) FROM same_expert bs JOIN invitation bv ON bv.expert = bs.also JOIN consultation bc ON bc.id = bv.consultation"
    " WHERE bs.expert = e.id AND"
    " ((bv.state = 'invited' AND bc.state = 'inviting') OR (bv.state = 'accepted' AND bc.state IN ('inviting', 'agreed'))))"
)
_FREE = (
    "e.state = 'admitted' AND NOT EXISTS (SELECT 1 FROM same_expert fs JOIN invitation av ON av.expert = fs.also"
    " WHERE fs.expert = e.id AND av.consultation = {}"
    " AND av.state IN ('invited', 'accepted', 'declined'))"
)


class Listed(Struct, frozen=True):
    """`reckoned` is False while the job has not come round: the quick list, then."""

    ranked: list[Ranked]
    masked: list[Masked]
    reckoned: bool


class Placed(Struct, frozen=True):
    """One stored place with the expert as of now."""

    expert: UUID
    name: str
    employer: str
    title: str
    busy: int
    score: int
    reasons: list[Because]
    masked: list[ConflictKind]
    person: UUID
    max_load: int
    max_year: int


def need_of(row: Consulted) -> Need:
    return Need(row.topic, row.need, row.area, row.fields, row.county, row.wished_on)


async def pool(row: Consulted) -> list[Known]:
    """Every admitted expert whom nobody has asked to this consultation, with what the sums need."""
    return await rows.fetch(
        Known,
        Q(
            f"SELECT e.id AS expert, e.person, pe.name, coalesce(u.name, e.employer_name) AS employer, e.title, e.areas, e.fields,"  # noqa: S608 - our own words
            f" CASE WHEN e.county = '' THEN e.counties ELSE e.counties || to_jsonb(e.county) END AS counties,"
            f" concat_ws(' ', e.title, e.keywords, e.speciality, (SELECT string_agg(w.title, ' ' ORDER BY w.position)"
            f"  FROM expert_work w WHERE w.expert = e.id)) AS text, {BUSY} AS busy,"
            f" (SELECT count(*) FROM same_expert ds JOIN invitation dv ON dv.expert = ds.also"
            f"  JOIN consultation dc ON dc.id = dv.consultation WHERE ds.expert = e.id"
            f"  AND dv.state = 'accepted' AND dc.state IN ('held', 'finished') AND dc.area = {{}}) AS done,"
            f" EXISTS (SELECT 1 FROM expert_absence a WHERE a.expert = e.id AND {{}}::date BETWEEN a.since AND a.until) AS absent, e.max_load, e.max_year"
            f" FROM expert e JOIN person pe ON pe.id = e.person LEFT JOIN unit u ON u.id = e.employer WHERE {_FREE} ORDER BY e.id",
            row.area,
            row.wished_on,
            row.id,
        ),
    )


async def conflicts(parties: Parties, persons: Sequence[UUID], today: date) -> dict[UUID, list[Conflict]]:
    """By expert."""
    return {entry.expert: _conflicts(parties, entry, today) for entry in await roster(list(persons))}


def _conflicts(parties: Parties, entry: Entry, today: date) -> list[Conflict]:
    """Who has recused from the project counts as in conflict with it."""
    declared = frozenset({parties.project}) if str(entry.person) in parties.recused else frozenset[str]()
    return find_conflicts(facts(entry, declared), parties.facts(), today)


async def sift(
    row: Consulted, known: Sequence[Known], affinities: Mapping[UUID, int] | None = None
) -> list[tuple[Ranked, list[ConflictKind]]]:
    """The best of them in order, each with the hard conflicts that mask it; a soft one is a reason to think twice."""
    best = rank(need_of(row), known, affinities, LOOKED_AT)
    person_of = {expert.expert: expert.person for expert in known}
    entries = {entry.expert: entry for entry in await roster([person_of[line.expert] for line in best])}
    today, sifted = clock.today(), []
    for line in best:
        entry = entries[line.expert]
        with_whom = _conflicts(row.parties, entry, today)
        if consent_over(entry.consents, row.wished_on or today):
            line.reasons.append(Because(Why.CONSENT))
        if any(not conflict.is_hard for conflict in with_whom):
            line.reasons.append(Because(Why.ASSOCIATION))
        sifted.append((line, list(dict.fromkeys(c.kind for c in with_whom if c.is_hard))))
    return sifted


async def listed(row: Consulted) -> Listed:
    """The stored list when there is one for this text, else the quick one."""
    if row.ranked_at is None:
        known = await pool(row)
        places, limits = await sift(row, known), [_limits(one) for one in known]
    else:
        stored = await _stored(row.id)
        places, limits = [(_ranked(place), place.masked) for place in stored], [_limits(place) for place in stored]
    free = {line.expert for line, kinds in places if not kinds}
    full = await room.full([one for one in limits if one.expert in free], row.wished_on or clock.today())
    masked = [
        Masked(line.expert, line.name, line.employer, [kind.label for kind in kinds] or [full[line.expert]])
        for line, kinds in places
        if kinds or line.expert in full
    ]
    return Listed(
        ranked=[line for line, kinds in places if not kinds and line.expert not in full][:SHOWN],
        masked=masked[:SHOWN],
        reckoned=row.ranked_at is not None,
    )


def _limits(one: Known | Placed) -> room.Limits:
    return room.Limits(one.expert, one.person, one.max_load, one.max_year)


def _ranked(place: Placed) -> Ranked:
    return Ranked(place.expert, place.name, place.employer, place.title, place.busy, place.score, place.reasons)


async def _stored(consultation: UUID) -> list[Placed]:
    return await rows.fetch(
        Placed,
        Q(
            f"SELECT e.id AS expert, pe.name, coalesce(u.name, e.employer_name) AS employer, e.title, {BUSY} AS busy, k.score,"  # noqa: S608 - our own words
            f" k.reasons, k.masked, e.person, e.max_load, e.max_year FROM consultation_candidate k JOIN expert e ON e.id = k.expert JOIN person pe ON pe.id = e.person"
            f" LEFT JOIN unit u ON u.id = e.employer WHERE k.consultation = {{}} AND {_FREE} ORDER BY k.position",
            consultation,
            consultation,
        ),
    )
