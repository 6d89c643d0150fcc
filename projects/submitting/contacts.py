"""Telephone numbers among the answers: sealed where they are stored, plain only while a page or a paper is made of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kernel import secrets_box
from projects.calls.form import FieldKind, Form

PURPOSE = "contact"
SEALED = "sealed"

Answers = Mapping[str, Mapping[str, Any]]


def sealed(form: Form, answers: Answers, stored: Answers) -> dict[str, dict[str, Any]]:
    """The answers as they are stored. A number that has not changed keeps its seal, so that equal answers stay equal."""
    phones = {
        (section.code, field.code) for section in form.sections for field in section.fields if field.kind is FieldKind.PHONE
    }
    return {
        section: {
            name: _seal(value, stored.get(section, {}).get(name)) if (section, name) in phones and value else value
            for name, value in given.items()
        }
        for section, given in answers.items()
    }


def _seal(number: Any, kept: Any) -> Any:
    return kept if _open(kept) == number else {SEALED: secrets_box.seal(PURPOSE, str(number))}


def opened(answers: Answers) -> dict[str, dict[str, Any]]:
    """What was typed. Answers from before numbers were sealed read as they are."""
    return {section: {name: _open(value) for name, value in given.items()} for section, given in answers.items()}


def _open(value: Any) -> Any:
    return secrets_box.open(PURPOSE, value[SEALED]) if isinstance(value, dict) and value.keys() == {SEALED} else value
