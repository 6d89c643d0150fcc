"""Fields of forms: coercion that forgives harmless characters, sentences that say what and how to fix.

WTForms gives coercion and collects all errors; labels live in templates, so fields here have none.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date
from typing import Any

from wtforms import BooleanField, Field, HiddenField, SelectField, SelectMultipleField, StringField
from wtforms import Form as WTForm
from wtforms.validators import StopValidation

from kernel import money as amounts
from kernel.errors import Refused
from kernel.words import FORM

_WHOLE = re.compile("-?[0-9]{1,12}")
_SURROGATE = re.compile("[\x00\ud800-\udfff]")


def say(reason: str, **facts: object) -> StopValidation:
    return StopValidation(FORM[reason].format(**facts))


def clean(text: str | None) -> str:
    """What was typed, without blanks at the ends and with one kind of line break."""
    return (text or "").strip().replace("\r\n", "\n")


def plain(text: str | None) -> str:
    """A telephone number, a code or a name as people mean it: full width made half width, blanks and hyphens dropped.

    Never for an amount or a count: there a hyphen is a sign.
    """
    return re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", text or ""))


def whole(text: str | None) -> int:
    """A whole number as typed, its sign kept: what is below zero is refused as such and never taken for its opposite.

    ValueError for anything else; 1-2 is no 12, and 10 squared no 102.
    """
    typed = re.sub(r"\s", "", amounts.half_width(text or "")).replace("\N{MINUS SIGN}", "-")
    if not _WHOLE.fullmatch(typed):
        raise ValueError(f"no whole number: {typed[:20]}")
    return int(typed)


class Text(StringField):  # type: ignore[misc]
    """Any text. Lengths count characters as people do; rare Han and the middle dot are welcome."""

    def __init__(self, *, required: bool = True, min: int = 0, max: int = 200, **kwargs: Any) -> None:  # noqa: A002
        super().__init__(filters=[clean], **kwargs)
        self.required, self.min, self.max = required, min, max

    def pre_validate(self, form: Any) -> None:
        text = self.data or ""
        if _SURROGATE.search(text):
            raise say("not-usable")
        if not text:
            if self.required:
                raise say("required")
            return
        if len(text) > self.max:
            raise say("too-long", max=self.max, now=len(text))
        if len(text) < self.min:
            raise say("too-short", min=self.min, now=len(text))


class Pattern(Text):
    """Text of one shape (mobile number, e-mail), tidied before it is looked at."""

    def __init__(self, pattern: str, reason: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.pattern, self.reason = re.compile(pattern), reason

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        if self.data and not self.pattern.fullmatch(self.data):
            raise say(self.reason)


class _Typed(Field):  # type: ignore[misc]
    """A field whose text must become a value; `raw` is kept for the page when it does not."""

    data: Any

    reason = "required"

    def __init__(self, *, required: bool = True, min: Any = None, max: Any = None, **kwargs: Any) -> None:  # noqa: A002
        super().__init__(**kwargs)
        self.required, self.min, self.max = required, min, max
        self.raw = ""
        self.bad = False

    def _value(self) -> str:
        return self.raw if self.raw or self.data is None else self.show(self.data)

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        self.raw = clean(valuelist[0]) if valuelist else ""
        self.data, self.bad = None, False
        if self.raw:
            try:
                self.data = self.parse(self.raw)
            except (ValueError, Refused):
                self.bad = True

    def pre_validate(self, form: Any) -> None:
        if self.bad:
            raise say(self.reason)
        if self.data is None:
            if self.required:
                raise say("required")
            return
        if self.min is not None and self.data < self.min:
            raise say("below", min=self.show(self.min))
        if self.max is not None and self.data > self.max:
            raise say("above", max=self.show(self.max))

    def parse(self, text: str) -> Any:
        return text

    def show(self, value: Any) -> str:
        return str(value)


class _Counted(_Typed):
    """Nothing that is counted or paid here is below zero, unless a form says so."""

    def __init__(self, *, min: Any = 0, **kwargs: Any) -> None:  # noqa: A002
        super().__init__(min=min, **kwargs)


class Whole(_Counted):
    reason = "not-whole"

    def parse(self, text: str) -> Any:
        return whole(text)


class Money(_Counted):
    """An amount typed in yuan, held in fen."""

    reason = "not-money"

    def parse(self, text: str) -> amounts.Fen:
        return amounts.read(text)

    def show(self, value: Any) -> str:
        return amounts.show(value).replace(",", "")


class Day(_Typed):
    reason = "not-date"

    def parse(self, text: str) -> date:
        return date.fromisoformat(re.sub(r"[./\u5e74\u6708]", "-", unicodedata.normalize("NFKC", text)).rstrip("\u65e5"))


class Choice(SelectField):  # type: ignore[misc]
    """One of `choices` [(value, word)]. The empty choice is no answer."""

    data: Any

    def __init__(self, choices: Sequence[tuple[str, str]] = (), *, required: bool = True, **kwargs: Any) -> None:
        super().__init__(choices=(), validate_choice=False, **kwargs)
        self.choices = list(choices)
        self.required = required

    def pre_validate(self, form: Any) -> None:
        if not self.data or self.data == "None":
            self.data = ""
            if self.required:
                raise say("no-choice")
        elif self.data not in {value for value, _ in self.choices}:
            raise say("not-choice")


class Choices(SelectMultipleField):  # type: ignore[misc]
    """Any of `choices`; with required, at least one."""

    data: Any

    def __init__(self, choices: Sequence[tuple[str, str]] = (), *, required: bool = False, **kwargs: Any) -> None:
        super().__init__(choices=(), validate_choice=False, **kwargs)
        self.choices = list(choices)
        self.required = required

    def pre_validate(self, form: Any) -> None:
        if self.required and not self.data:
            raise say("no-choice")
        if not set(self.data or ()) <= {value for value, _ in self.choices}:
            raise say("not-choice")


class Tick(BooleanField):  # type: ignore[misc]
    """A box; with required, it must be ticked."""

    data: Any

    def __init__(self, *, required: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.required = required

    def pre_validate(self, form: Any) -> None:
        if self.required and not self.data:
            raise say("not-ticked")


class Upload(Field):  # type: ignore[misc]
    """A file sent with the form; `data` is Litestar's UploadFile or None."""

    data: Any

    def __init__(self, *, required: bool = True, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.required = required

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        sent = [item for item in valuelist if hasattr(item, "filename") and item.filename]
        self.data = sent[0] if sent else None

    @property
    def lost(self) -> str:
        """The file of a form that is shown again: no browser keeps it, so the page says to choose it anew."""
        return str(self.data.filename) if self.data is not None else ""

    def _value(self) -> str:
        return ""

    def pre_validate(self, form: Any) -> None:
        if self.required and self.data is None:
            raise say("no-file")


class Form(WTForm):  # type: ignore[misc]
    """Base of every form. Hidden fields travel with all: the row's version and the key that makes a double click harmless."""

    once = HiddenField()
    version = HiddenField()
    refused: str | None = None
    stale: dict[str, object] | None = None

    def refuse(self, no: Refused) -> None:
        """Show the refusal on top of this very form, everything typed still in it."""
        self.refused = str(no)

    @property
    def row_version(self) -> int:
        """The version of the row the page was made from; 0 when the form carries none."""
        text = self.version.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0

    @property
    def all_errors(self) -> list[tuple[str, str]]:
        """(field id, sentence) of everything that is wrong, in page order."""
        return [(field.id, str(errors[0])) for field in self for errors in [_flat(field.errors)] if errors]


def _flat(errors: Any) -> list[Any]:
    """Errors of a field; nested ones (rows of a list) flattened."""
    if isinstance(errors, dict):
        return [e for inner in errors.values() for e in _flat(inner)]
    return [e for item in errors for e in (_flat(item) if isinstance(item, dict | list | tuple) else [item])]


MOBILE = r"1[3-9]\d{9}"
EMAIL = r"[^@\s]{1,64}@[^@\s]{1,190}\.[^@\s.]{2,}"
