"""The sheet of an import of projects: its columns and what people write in them."""

from __future__ import annotations

from departments.kinds import OrganisationKind, SupportMode
from kernel.sheets.importing import Layout
from projects.importing import words
from projects.importing.rules import MOST, Reason
from projects.importing.sheet import Row

CHOICES = {
    "kind": {kind.label: str(kind) for kind in OrganisationKind} | words.KIND_ALIAS,
    "state": words.STATE,
    "mode": {mode.label: str(mode) for mode in SupportMode} | words.MODE_ALIAS,
    "grade": words.GRADE,
}
LAYOUT = Layout(Row, words.COLUMNS, CHOICES, most=MOST, too_many=Reason.TOO_MANY)
