"""Who acts in the story: people as their memberships make them, and the one paper they all upload."""

from __future__ import annotations

import io
from datetime import date, datetime, time, timedelta
from uuid import UUID

from msgspec import Struct

from kernel import clock, rows
from kernel.access import Actor, Membership, Role
from kernel.rows import Q
from server.demo.names import Seed
from server.demo.words import STORY


class Paper:
    """A small, sound PDF the way a form hands over an upload."""

    def __init__(self, filename: str) -> None:
        self.filename, self.file = filename, io.BytesIO(_PDF)

    async def read(self, size: int = -1) -> bytes:
        return self.file.read(size)

    async def seek(self, offset: int) -> int:
        return self.file.seek(offset)


def _pdf() -> bytes:
    parts = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
    )
    out, offsets = io.BytesIO(b"%PDF-1.4\n"), []
    out.seek(0, io.SEEK_END)
    for number, part in enumerate(parts, 1):
        offsets.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, part))
    start = out.tell()
    out.write(b"xref\n0 4\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % at for at in offsets))
    out.write(b"trailer\n<< /Size 4 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start)
    return out.getvalue()


_PDF = _pdf()


class _Held(Struct, frozen=True):
    name: str
    id: UUID
    role: Role
    unit: UUID | None
    unit_name: str


class Cast:
    """Everybody by user name or id. `days` count from the day of building: -30 is thirty days ago."""

    def __init__(
        self, seed: Seed, unit_of: dict[str, UUID], who: dict[str, UUID], teams: list[tuple[UUID, UUID, str]], today: date
    ) -> None:
        self.seed, self.unit_of, self.who, self.teams, self.today = seed, unit_of, who, teams, today
        self._known: dict[UUID, Actor] = {}

    def morning(self, days: int, hour: int = 9, minute: int = 30) -> datetime:
        return datetime.combine(self.day(days), time(hour, minute), clock.SHANGHAI)

    def day(self, days: int) -> date:
        return self.today + timedelta(days=days)

    def words(self, key: str) -> str:
        return STORY[key].format(year=self.today.year)

    async def actor(self, who: str | UUID) -> Actor:
        """The person with all live memberships, as a signed-in browser of theirs would have them."""
        person = self.who[who] if isinstance(who, str) else who
        if person not in self._known:
            held = await rows.fetch(
                _Held,
                Q(
                    "SELECT p.name, m.id, m.role, m.unit, coalesce(u.name, '') AS unit_name FROM membership m"
                    " JOIN person p ON p.id = m.person LEFT JOIN unit u ON u.id = m.unit WHERE m.person = {}"
                    " ORDER BY m.starts_on, m.id",
                    person,
                ),
            )
            memberships = tuple(Membership(m.id, m.role, m.unit, m.unit_name) for m in held)
            self._known[person] = Actor(person, held[0].name, memberships)
        return self._known[person]

    async def team(self, number: int) -> Actor:
        return await self.actor(self.teams[number - 1][1])

    def unit(self, number: int) -> UUID:
        """The organisation that applies under this number."""
        return self.teams[number - 1][0]

    async def admin(self, number: int) -> Actor:
        account = f"orgadmin-{number:02}"
        return await self.actor(self.who.get(account) or self.seed.id("orgadmin", number))

    async def colleague(self, number: int) -> Actor:
        """A second applicant of the same organisation."""
        return await self.actor(self.seed.id("colleague", number))

    async def owner(self, unit: UUID, post: str) -> Actor:
        """The officer, head or finance officer of a department."""
        code = next(code for code, ident in self.unit_of.items() if ident == unit)
        return await self.actor(f"{post}-{code}")


async def version(table: str, ident: UUID) -> int:
    """The row's version, as the page the actor looks at carries it."""
    return int(await rows.value(Q(f'SELECT version FROM "{table}" WHERE id = {{}}', ident)))  # noqa: S608 - our own names


async def project(ref: str) -> UUID:
    """The id behind a code, or behind the id that stands in its place before there is one."""
    found = await rows.value(Q("SELECT id FROM project WHERE code = {} OR id::text = {}", ref, ref))
    return UUID(str(found))
