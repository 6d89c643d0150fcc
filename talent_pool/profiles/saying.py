"""What experts say and show, as the texts that are compared with projects: put together here alone, so that a vector is found again by its text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from msgspec import Struct

from kernel import rows
from kernel.rows import Q


class Said(Struct, frozen=True):
    """Each work one text, each project led another, then what the expert says. `methods` are codes, and no text."""

    expert: UUID
    works: list[str]
    led: list[str]
    about: str
    methods: list[str]

    @property
    def texts(self) -> list[str]:
        """What vectors are made for and looked up for."""
        return [text for text in (self.about, *self.works, *self.led) if text.strip()]


async def said(experts: Sequence[UUID]) -> list[Said]:
    """Of these experts, in the order of ids. For jobs, which have asked by other means whether it may be read."""
    return await rows.fetch(
        Said,
        Q(
            "SELECT e.id AS expert,"
            " ARRAY(SELECT w.title || E'\\n' || w.text FROM expert_work w WHERE w.expert = e.id AND w.kind <> 'project'"
            "  ORDER BY w.position, w.id) AS works,"
            " ARRAY(SELECT w.title || E'\\n' || w.text FROM expert_work w WHERE w.expert = e.id AND w.kind = 'project'"
            "  ORDER BY w.position, w.id) AS led, e.keywords || E'\\n' || e.speciality AS about, e.methods"
            " FROM expert e WHERE e.id = ANY({}::uuid[]) ORDER BY e.id",
            list(experts),
        ),
    )


def texts_of(keywords: str, speciality: str, works: Iterable[tuple[str, str]]) -> list[str]:
    """The same of an expert who is only being entered."""
    about = f"{keywords}\n{speciality}"
    return [text for text in [about, *(f"{title}\n{text}" for title, text in works)] if text.strip()]
