"""Fields and forms of accounts that several pages share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wtforms import StringField

from kernel.accounts.rules import LONGEST_PASSWORD, Reason
from kernel.errors import Refused
from kernel.forms.fields import EMAIL, MOBILE, Form, Pattern, plain, say


class Secret(StringField):  # type: ignore[misc]
    """A password, taken exactly as typed: nothing trimmed, nothing folded."""

    def __init__(self, *, required: bool = True, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.required = required

    def pre_validate(self, form: Any) -> None:
        text = self.data or ""
        if self.required and not text:
            raise say("required")
        if len(text) > LONGEST_PASSWORD:
            raise say("too-long", max=LONGEST_PASSWORD, now=len(text))
        if any(char == "\0" or "\ud800" <= char <= "\udfff" for char in text):
            raise say("not-usable")


class Mobile(Pattern):
    """A mobile number, forgiving blanks, hyphens and full-width digits."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(MOBILE, "not-mobile", **{"max": 30, **kwargs})

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        super().process_formdata([plain(text) for text in valuelist])


class Email(Pattern):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(EMAIL, "not-email", **{"max": 190, **kwargs})


class NewPasswordForm(Form):
    password = Secret()
    again = Secret()

    def check_same(self) -> None:
        if self.password.data != self.again.data:
            raise Refused(Reason.PASSWORD_DIFFERS)
