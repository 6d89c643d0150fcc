"""The styleguide: one form twice, untouched and refused, so that tests and people see every state."""

from __future__ import annotations

from typing import Any

from litestar import Request, get
from litestar.response import Template
from wtforms import FieldList, FormField, PasswordField
from wtforms import Form as Lines

from kernel import web
from kernel.access import Action
from portal.styleguide import words


class Typed(dict[str, list[str]]):
    """What a browser would have sent."""

    def getlist(self, name: str) -> list[str]:
        return self.get(name, [])


class LineForm(Lines):  # type: ignore[misc]
    category = web.Choice(words.CATEGORIES, required=False)
    use = web.Text(required=False)
    amount = web.Money(required=False)


class SampleForm(web.Form):
    title = web.Text(max=30)
    asked = web.Money(max=50_000_000)
    people = web.Whole(min=1)
    begin = web.Day()
    area = web.Choice(words.AREAS)
    mode = web.Choice(words.MODES)
    places = web.Choices(words.PLACES, required=True)
    plan = web.Text(min=300, max=3000)
    paper = web.Upload(required=False)
    lines = FieldList(FormField(LineForm), min_entries=3)
    promise = web.Tick(required=True)
    reason = web.Text(required=False, max=300)
    contact = web.Text(required=False, max=20)
    phone = web.Pattern(r"1\d{10}", "not-mobile", required=False)
    share = web.Text(required=False)
    secret = PasswordField()
    meeting = web.Text(required=False)
    score = web.Whole(required=False)
    comment = web.Text(required=False)


@get("/styleguide", name="styleguide", action=Action.PUBLIC)
async def styleguide(request: Request[Any, Any, Any]) -> Template:
    wrong = SampleForm(Typed(words.WRONG))
    wrong.validate()
    return web.page(request, "portal/styleguide.html", clean=SampleForm(), wrong=wrong)


routes = [styleguide]
