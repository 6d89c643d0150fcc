"""Links that work once: made, looked at, used up. The token is signed when it is sent and kept nowhere."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Generic, TypeVar
from uuid import UUID

from msgspec import Struct
from piccolo.table import Table

from kernel import clock, rows
from kernel.accounts import tokens
from kernel.errors import Missing, Reason, Refused
from kernel.rows import Q

T = TypeVar("T", bound=Table)
H = TypeVar("H", bound=Struct)


class Links(Generic[T, H]):
    """One table of links. `owner` is its column that says whose they are; `holders` reads H, whose first column is the link's id,
    from that table as l; tokens are signed for `signed_for` and the kind."""

    def __init__(
        self,
        table: type[T],
        owner: str,
        good_for: Mapping[Any, timedelta],
        holder: tuple[type[H], str],
        used: Reason,
        signed_for: str = "",
    ) -> None:
        self.table, self.owner, self.good_for, self.used, self.signed_for = table, owner, good_for, used, signed_for
        self.kept = table._meta.tablename
        self._row, self._holders = holder[0], Q(holder[1])

    async def make(self, kind: str, owner: UUID, by: UUID | None) -> T:
        """A new link; older ones of this kind stop working."""
        now = clock.real_now()
        older = f"UPDATE {self.kept} SET used_at = {{}} WHERE {self.owner} = {{}} AND kind = {{}} AND used_at IS NULL"  # noqa: S608 - our own names
        await rows.execute(Q(older, now, owner, kind))
        fields: dict[str, Any] = {
            self.owner: owner,
            "kind": kind,
            "made_by": by,
            "made_at": now,
            "expires_at": now + self.good_for[kind],
        }
        return await rows.insert(self.table(**fields))

    def token(self, link: Any) -> str:
        """Only for the eyes of its person."""
        return tokens.sign(f"{self.signed_for}{link.kind}", str(link.id), link.expires_at)

    async def holder(self, kind: str, token: str, *, lock: bool = False) -> H:
        """Whose link it is. Missing when forged or of another kind; Refused when used, replaced by a newer one, or too old."""
        ident = UUID(tokens.subject_of(f"{self.signed_for}{kind}", token))
        live = Q(
            "{} WHERE l.id = {} AND l.kind = {} AND l.used_at IS NULL AND l.expires_at > {} {}",
            self._holders,
            ident,
            kind,
            clock.real_now(),
            Q("FOR UPDATE OF l") if lock else Q(""),
        )
        found = await rows.one(self._row, live)
        if found is None:
            raise Refused(self.used)
        return found

    async def use(self, kind: str, token: str) -> H:
        """Use the link up, in the transaction of what it is used for."""
        found: Any = await self.holder(kind, token, lock=True)
        await rows.execute(Q(f"UPDATE {self.kept} SET used_at = {{}} WHERE id = {{}}", clock.real_now(), found.link))  # noqa: S608 - our own names
        holder: H = found
        return holder

    async def good(self, ident: UUID) -> T | None:
        """The link at the moment its message leaves; None when it has stopped working since."""
        table: Any = self.table
        try:
            link: Any = await rows.find(self.table, (table.id == ident) & table.used_at.is_null(), lock=False)
        except Missing:
            return None
        found: T = link
        return found if link.expires_at > clock.real_now() else None
