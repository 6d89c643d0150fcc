"""What is typed on the pages of deciding."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from departments.kinds import SupportMode
from kernel import web
from projects.deciding.rules import Outcome

OUTCOMES = [(outcome.value, outcome.label) for outcome in Outcome]
MODES = [(mode.value, mode.label) for mode in SupportMode]


class PrepareForm(web.Form):
    title = web.Text(max=120)
    money_line = web.Money(required=False, min=0)


class LineForm(web.Form):
    money_line = web.Money(required=False, min=0)


class ArrangeForm(web.Form):
    codes = web.Choices(required=True)
    outcome = web.Choice(OUTCOMES)


class ItemForm(web.Form):
    outcome = web.Choice(OUTCOMES)
    amount = web.Money(required=False)
    reason = web.Text(required=False, max=300)


class MoneyForm(web.Form):
    """One funding line."""

    fund = web.Choice()
    mode = web.Choice(MODES)
    amount = web.Money()


class ReasonForm(web.Form):
    reason = web.Text(max=300)


class Nothing(web.Form):
    pass


def apart(forms: Mapping[str, Any]) -> dict[str, Any]:
    """Several forms on one page: every field gets an id of its own, so that each label names its own box."""
    for name, form in forms.items():
        for field in form:
            field.id = f"{name}-{field.short_name}"
    return dict(forms)
