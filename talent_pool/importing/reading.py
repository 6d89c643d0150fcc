"""The sheet of an import of experts: its columns and what people write in them."""

from __future__ import annotations

from kernel.sheets.importing import Layout
from talent_pool.importing import words
from talent_pool.importing.rules import MOST, Reason
from talent_pool.importing.sheet import Row
from talent_pool.profiles.kinds import Category, FeeClass

CHOICES = {
    "category": {**words.CATEGORY_ALIAS, **{kind.label: str(kind) for kind in Category}},
    "fee_class": {kind.label: str(kind) for kind in FeeClass},
}
LAYOUT = Layout(Row, words.COLUMNS, CHOICES, most=MOST, too_many=Reason.TOO_MANY)
