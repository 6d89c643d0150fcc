"""Asking for the vectors of texts, and the job that makes them. Whoever saves a text calls `later`, and no one waits."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from datetime import timedelta

from msgspec import Struct

from kernel import clock, jobs, rows
from kernel.rows import Q
from talent_pool.matching.affinity import texts
from talent_pool.meaning.models import KINDS, Kind, encode, have_meaning, pieces

PATIENCE = timedelta(minutes=1)
"""A profile is saved several times while it is written: what is typed within a minute is read once."""
PIECES = 64
"""Pieces of text that one run reads. At a quarter second each that is far from the end of a claim, also on a slow machine."""
MOST = 50


class Waiting(Struct, frozen=True):
    digest: str
    text: str


async def later(said: Iterable[str]) -> None:
    """Have these texts understood, in the caller's transaction. Nothing happens without the extra, or when it is done already.

    The one place that decides what is read: works and self-descriptions of experts, sections of formal submissions.
    """
    if not have_meaning():
        return
    found = {texts.digest(text): text for text in map(texts.normalise, said) if text}
    unknown = await _unknown(sorted(found))
    if not unknown:
        return
    new = await rows.column(
        Q(
            "INSERT INTO text_waiting (id, digest, text, asked_at)"
            " SELECT gen_random_uuid(), n.digest, n.text, {} FROM unnest({}::text[], {}::text[]) AS n(digest, text)"
            " ON CONFLICT (digest) DO NOTHING RETURNING digest",
            clock.real_now(),
            unknown,
            [found[digest] for digest in unknown],
        )
    )
    if new:
        await jobs.later(embed, after=PATIENCE)


async def _unknown(digests: Sequence[str]) -> list[str]:
    """Those for which a model has nothing yet."""
    known = await rows.column(
        Q(
            "SELECT v.digest FROM text_vector v WHERE v.digest = ANY({}::text[]) AND (v.model || ' ' || v.version) = ANY({}::text[])"
            " GROUP BY v.digest HAVING count(*) = {}",
            list(digests),
            [f"{kind.name} {kind.version}" for kind in KINDS],
            len(KINDS),
        )
    )
    return sorted(set(digests) - set(known))


@jobs.job
async def embed() -> None:
    """Read the texts that have waited longest; when more wait, once more. Two at once do the same work, and it counts once."""
    if not have_meaning():
        await rows.execute(Q("DELETE FROM text_waiting"))
        return
    batch = _fitting(
        await rows.fetch(Waiting, Q("SELECT w.digest, w.text FROM text_waiting w ORDER BY w.asked_at, w.digest LIMIT {}", MOST))
    )
    if not batch:
        return
    made = [(kind, await asyncio.to_thread(encode, kind, [one.text for one in batch])) for kind in KINDS]
    await _keep([one.digest for one in batch], made)


def _fitting(waiting: Sequence[Waiting]) -> list[Waiting]:
    """As many as one run can read, at least one."""
    chosen: list[Waiting] = []
    left = PIECES
    for one in waiting:
        left -= len(pieces(one.text))
        if chosen and left < 0:
            break
        chosen.append(one)
    return chosen


@rows.verb
async def _keep(digests: Sequence[str], made: Sequence[tuple[Kind, Sequence[bytes]]]) -> None:
    for kind, vectors in made:
        await rows.execute(
            Q(
                "INSERT INTO text_vector (id, digest, model, version, vector, made_at)"
                " SELECT gen_random_uuid(), n.digest, {}, {}, n.vector, {} FROM unnest({}::text[], {}::bytea[]) AS n(digest, vector)"
                " ON CONFLICT (digest, model, version) DO NOTHING",
                kind.name,
                kind.version,
                clock.real_now(),
                list(digests),
                list(vectors),
            )
        )
    await rows.execute(Q("DELETE FROM text_waiting WHERE digest = ANY({}::text[])", list(digests)))
    if await rows.value(Q("SELECT 1 FROM text_waiting LIMIT 1")) is not None:
        await jobs.later(embed)
