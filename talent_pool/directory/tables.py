"""What experts are found by, one row each, prepared so that search never reads profiles."""

from __future__ import annotations

from piccolo.columns import UUID, Array, Boolean, ForeignKey, Text, Varchar
from piccolo.columns.base import OnDelete
from piccolo.table import Table

from talent_pool.profiles.tables import Expert


class ExpertIndex(Table):
    """Written by the triggers of schema.sql alone, so that no verb can forget it. Merged experts have none.

    `whole` is everything the host may find an expert by, `agreed` only what the expert agreed to show; each with its
    codes: the single characters of the name, and one code per filter (`area:`, `field:`, `county:`, `category:`, `state:`,
    `seat:`). Pages are cut from here; profiles are joined for what one page shows.
    """

    expert = ForeignKey(Expert, primary_key=True, null=False, on_delete=OnDelete.cascade)
    person = UUID()
    name = Varchar(length=60, default="")
    sort_key = Varchar(length=240, default="")
    letters = Varchar(length=240, default="")
    """The name in pinyin without spaces or tones."""
    initials = Varchar(length=60, default="")
    current = Boolean(default=False)
    """Invited, applying, in the pool or pausing: what a list shows that asks for no state."""
    published = Boolean(default=False)
    whole = Text(default="")
    codes = Array(base_column=Text())
    agreed = Text(default="")
    agreed_codes = Array(base_column=Text())
