"""The list of candidates with the affinity of whole texts: reckoned by a job, because a page cannot wait for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import anyio.to_thread
import msgspec
from msgspec import Struct

from kernel import clock, jobs, rows
from kernel.errors import Missing
from kernel.rows import Q
from talent_pool.consultations import candidates, queries
from talent_pool.consultations.queries import Consulted
from talent_pool.consultations.ranking import TERMS, Because, Ranked, Why
from talent_pool.consultations.tables import Consultation, ConsultationCandidate
from talent_pool.life import ConsultationState
from talent_pool.matching.conflicts import ConflictKind
from talent_pool.meaning import queries as meaning
from talent_pool.profiles import saying
from talent_pool.profiles.saying import Said

if TYPE_CHECKING:
    from talent_pool.matching.affinity.comparing import Vectors

PATIENCE = timedelta(minutes=1)
WAITING = {ConsultationState.ASKED, ConsultationState.INVITING, ConsultationState.UNMET}


@jobs.job
async def reckon(*, consultation: str) -> None:
    """Store the list for the text as it is now. Twice or at once stores the same list."""
    try:
        row = await queries.consulted(Q("c.id = {}", UUID(consultation)))
    except Missing:
        return
    if row.state not in WAITING:
        return
    need = row.topic, row.need
    waits = await meaning.is_waiting(need)
    known = await candidates.pool(row)
    said = await saying.said([expert.expert for expert in known])
    vectors = await meaning.vectors([*need, *(text for one in said for text in one.texts)])
    compared = await anyio.to_thread.run_sync(_compare, row, said, vectors)
    places = await candidates.sift(row, known, compared.affinities)
    await _store(row, await anyio.to_thread.run_sync(_reasoned, compared, places))
    if waits:  # what the need means is still being read: this list is good, the next is better
        await jobs.later(reckon, consultation=consultation, after=PATIENCE)


class Compared(Struct, frozen=True):
    """How near each expert is, and how to ask why."""

    affinities: dict[UUID, int]
    why: Callable[[UUID], tuple[tuple[str, ...], str]]
    """Shared terms, and how the nearest work begins."""


def _compare(row: Consulted, said: Sequence[Said], vectors: Vectors) -> Compared:
    """Area and fields are left out: the sums count them apart, with their reasons."""
    # In here, because arrays cost half a second to import and only a worker needs them.
    from talent_pool.matching.affinity.comparing import compare
    from talent_pool.matching.affinity.reading import ExpertText, ProjectText, fit
    from talent_pool.matching.affinity.reasons import reasons

    need = ProjectText(str(row.id), (row.topic, row.need))
    texts = {one.expert: ExpertText(str(one.expert), tuple(one.works), tuple(one.led), one.about) for one in said}
    model = fit([need], list(texts.values()))
    found = compare(model, meaning=vectors)[0] if texts else []

    def why(expert: UUID) -> tuple[tuple[str, ...], str]:
        told = reasons(need, texts[expert], model)
        return tuple(term for term, _ in told.terms[:TERMS]), told.work[0] if told.work else ""

    return Compared({expert: int(value) for expert, value in zip(texts, found, strict=True)}, why)


def _reasoned(compared: Compared, places: Sequence[tuple[Ranked, list[ConflictKind]]]) -> list[tuple[Ranked, list[ConflictKind]]]:
    """The terms by which the texts are near, instead of the shared pairs of the quick list; the nearest work besides."""
    found = []
    for line, masked in places:
        terms, work = compared.why(line.expert)
        said = [Because(Why.WORDS, terms)] if terms else []
        nearest = [Because(Why.NEAREST, (work,))] if work else []
        others = [reason for reason in line.reasons if reason.why is not Why.WORDS]
        found.append((msgspec.structs.replace(line, reasons=[*others[:2], *said, *nearest, *others[2:]]), masked))
    return found


@rows.verb
async def _store(row: Consulted, places: Sequence[tuple[Ranked, list[ConflictKind]]]) -> None:
    """Unless the need was written anew meanwhile: then the job of the new text stores its own."""
    held = await rows.find(Consultation, Consultation.id == row.id)
    if (held.topic, held.need, held.area) != (row.topic, row.need, row.area):
        return
    await rows.execute(Q("DELETE FROM consultation_candidate WHERE consultation = {}", row.id))
    stored = [
        ConsultationCandidate(
            consultation=row.id,
            expert=line.expert,
            position=position,
            score=line.score,
            reasons=msgspec.json.encode(line.reasons).decode(),
            masked=msgspec.json.encode(masked).decode(),
        )
        for position, (line, masked) in enumerate(places)
    ]
    if stored:
        await ConsultationCandidate.insert(*stored)
    await held.update_self({Consultation.ranked_at: clock.now()})
