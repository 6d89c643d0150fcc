"""What two teams write in their proposals."""

from __future__ import annotations

from typing import Any

from tests.projects.submitting.city import ANSWERS, LINES

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\nxref\n0 4\n0000000000 65535 f \n0000000009 00000 n \n0000000052 00000 n \n0000000101 00000 n \ntrailer<</Size 4/Root 1 0 R>>\nstartxref\n162\n%%EOF\n"
"""The smallest sound PDF."""

RIDERS = "骑手驿站社工服务（示例）"
NEIGHBOURS = "老旧小区邻里互助（示例）"
SECTIONS = ("basic", "unit", "need", "party", "theory", "value", "scene", "plan", "indicators", "team", "budget")
RECORD_PAPERS = ("registration", "inspection", "audit", "credit", "account")
"""Uploaded once into the organisation's record; every proposal takes them from there."""


def answers(section: str, title: str) -> dict[str, Any]:
    """The fields of a section by the names they have in its form."""
    typed = {name: value for name, value in ANSWERS.get(section, {}).items() if name != "places"}
    if section == "basic":
        typed |= {"title": title, "places_510703": ANSWERS["basic"]["places"]}
    return {name: [str(v) for v in value] if isinstance(value, list) else str(value) for name, value in typed.items()}


def lines(section: str, title: str) -> dict[str, str]:
    """The lines of a section. Nobody works in both projects."""
    typed: dict[str, str] = {}
    for number, line in enumerate(LINES.get(section, [])):
        for name, value in line.items():
            other = section == "team" and name == "name" and title != RIDERS
            typed[f"lines-{number}-{name}"] = f"{value}二" if other else value
    return typed
