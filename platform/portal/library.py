"""Published projects of other programmes: what they published, each with its source. Read-only; never a project with a state here."""

from __future__ import annotations

from departments import catalogue
from departments.city import PastProject


def search_past(text: str) -> list[PastProject]:
    """Published projects whose title, organisation, city or programme contains every word of `text`."""
    words = text.split()
    return [row for row in catalogue.past_projects() if all(word in _all_text(row) for word in words)]


def _all_text(row: PastProject) -> str:
    return " ".join((row.project_title, row.organisation, row.city, row.programme, row.area_or_track))
