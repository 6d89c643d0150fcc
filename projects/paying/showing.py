"""How instalments and requests look on pages: tones, whether one may be asked for, whose fault a late one is."""

from __future__ import annotations

from typing import Any

from kernel.errors import Refused
from projects.paying import plan, queries
from projects.paying.queries import Step
from projects.signing.queries import Head
from projects.signing.rules import Gate
from projects.states import PaymentState

PAYMENT_TONES = {
    PaymentState.REQUESTED: "warn",
    PaymentState.RETURNED: "bad",
    PaymentState.CHECKED: "warn",
    PaymentState.APPROVED: "info",
    PaymentState.REGISTERED: "info",
    PaymentState.PAID: "good",
}
TIMELINESS_TONES = {
    plan.Timeliness.NOT_DUE: "plain",
    plan.Timeliness.FUNDS_LATE: "warn",
    plan.Timeliness.BEHIND: "warn",
    plan.Timeliness.NEXT_YEAR: "plain",
    plan.Timeliness.PAID: "good",
}


def obstacle(step: Step, steps: list[Step], gates: set[Gate], head: Head) -> str:
    """Why an instalment cannot be asked for now; empty when it can."""
    try:
        queries.check_may_request(step, steps, gates, head.state)
    except Refused as no:
        return str(no)
    return ""


async def money(head: Head) -> dict[str, Any]:
    """What the pages of a project show of its instalments."""
    steps, gates = await queries.steps(head.id), await queries.passed(head.id)
    return {
        "steps": steps,
        "timeliness": {step.id: queries.shown(step, gates) for step in steps},
        "obstacles": {step.id: obstacle(step, steps, gates, head) for step in steps},
        "tones": PAYMENT_TONES,
        "time_tones": TIMELINESS_TONES,
    }
