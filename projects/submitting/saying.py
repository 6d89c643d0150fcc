"""What a proposal says about its subject, as the texts that matching compares with experts. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

SILENT = {"unit", "budget", "files"}
"""Sections of the form that say nothing about what an expert must know."""
SHORTEST = 12
"""Characters of an answer worth comparing."""


def texts(title: str, answers: Mapping[str, Mapping[str, Any]]) -> tuple[str, ...]:
    """The title, then each section that says something. A vector is found by the text, so there is one way to make it."""
    said = ["\n".join(_answers(given)) for code, given in answers.items() if code not in SILENT]
    return (title, *filter(None, said))


def _answers(given: Mapping[str, Any]) -> list[str]:
    return [value for value in given.values() if isinstance(value, str) and len(value) >= SHORTEST]
