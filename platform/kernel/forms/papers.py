"""The form of a paper approval, as every phase enters one."""

from __future__ import annotations

from kernel.forms.fields import Choice, Day, Form, Text, Upload
from kernel.signoff import Paper
from kernel.words import SIGNOFF_KIND


class PaperForm(Form):
    kind = Choice(list(SIGNOFF_KIND.items()))
    number = Text(max=80)
    signed_on = Day()
    body = Text(max=120)
    votes = Text(max=200, required=False)
    summary = Text(max=1000, required=False)
    scan = Upload()

    def paper(self) -> Paper:
        return Paper(
            self.kind.data, self.number.data, self.signed_on.data, self.body.data, self.votes.data or "", self.summary.data or ""
        )
