"""What is typed into a field means what it says: a minus is a sign, a hyphen in a telephone number is not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from litestar.datastructures import UploadFile
from msgspec import Struct
from wtforms import Form as WTForm

from kernel.accounts.forms import Mobile
from kernel.forms.fields import Choice, Choices, Form, Money, Tick, Upload, Whole, plain, whole
from kernel.words import FORM
from projects.calls.form import Field, FieldKind, Section
from projects.calls.rulepack import default_pack
from projects.scoring import sheet as scoring
from projects.submitting import lines
from projects.submitting.completeness import field_problems
from projects.submitting.form_fields import values_of
from projects.submitting.rules import Reason
from server.app import litestar

NEGATIVE = ["-1", "-12", "－1", "−1", " - 1 ", "-１"]
"""Half width, full width, the sign of mathematics, blanks between."""
PACK = default_pack()
OURS = ("kernel.", "departments.", "talent_pool.", "projects.", "portal.")


class Sent:
    """A form of which every field was filled with the same text."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 1

    def __contains__(self, name: str) -> bool:
        return True

    def getlist(self, name: str) -> list[str]:
        return [self.text]


def forms() -> list[type[WTForm]]:
    """Every form of the platform that counts something; pages make the others of the same fields."""
    litestar(open_pools=False)
    found: list[type[WTForm]] = []
    rest: list[type[WTForm]] = [WTForm]
    while rest:
        own = rest.pop().__subclasses__()
        rest += own
        found += [one for one in own if one.__module__.startswith(OURS) and counted(one)]
    return found


def counted(form: type[WTForm]) -> list[str]:
    made = {name: getattr(form, name) for name in dir(form) if not name.startswith("_")}
    return [
        name
        for name, field in made.items()
        if isinstance(kind := getattr(field, "field_class", None), type) and issubclass(kind, Whole | Money)
    ]


class Typed(Struct):
    data: str


class Amounts(Form):
    money = Money()
    count = Whole(required=False)
    mobile = Mobile()


@pytest.mark.parametrize("text", NEGATIVE)
def test_no_form_takes_a_negative_number_or_amount(text: str) -> None:
    found = forms()
    assert len(found) > 10

    for form in found:
        filled = form(Sent(text))
        filled.validate()
        for name in counted(form):
            assert filled[name].errors, (form, name, filled[name].data)
            assert filled[name]._value() == text.strip()


@pytest.mark.parametrize("text", NEGATIVE)
def test_the_sentence_says_what_is_wrong_with_a_negative(text: str) -> None:
    form = Amounts(Sent(text))

    form.validate()

    assert form.count.errors == [FORM["below"].format(min=0)]
    assert form.money.errors[0] in {FORM["below"].format(min="0.00"), FORM["not-money"]}
    assert form.mobile.errors == [FORM["not-mobile"]]


def test_a_score_below_nothing_is_no_score() -> None:
    form = scoring.sheet_class(PACK.rubric)(Sent("-1"))

    form.validate()

    assert {field.errors[0] for field in form if field.name.startswith("s-")} == {FORM["not-score"]}


@pytest.mark.parametrize(("text", "number"), [("12", 12), (" 1 2 ", 12), ("１２", 12), ("-3", -3), ("0", 0)])
def test_a_whole_number_is_what_was_typed(text: str, number: int) -> None:
    assert whole(text) == number


@pytest.mark.parametrize("text", ["1-2", "10²", "--1", "-", "1.5", "1e3", "1_000", "+5", "一", "१", "9" * 13])
def test_what_is_no_whole_number_is_not_made_one(text: str) -> None:
    with pytest.raises(ValueError, match="no whole number"):
        whole(text)


def test_hyphens_in_a_telephone_number_or_a_code_are_harmless() -> None:
    assert plain("138-0013-8000 ") == "13800138000"
    assert plain("１２３－４５６") == "123456"


@pytest.mark.parametrize("kind", [FieldKind.INTEGER, FieldKind.MONEY])
def test_a_negative_answer_of_a_proposal_is_named(kind: FieldKind) -> None:
    field = Field("people", "服务人数", kind)

    stored = values_of(Section("facts", "概况", fields=(field,)), {"people": Typed("-3")})["people"]
    found = list(field_problems(field, stored))

    assert stored in {-3, -300}
    assert [(no.reason, no.facts["min"]) for no in found] == [(Reason.TOO_SMALL, 0)]


def test_a_negative_cell_of_a_line_is_named() -> None:
    read = lines.read("team", [{"name": "张三", "percent": "-3"}], PACK)

    assert read.rows == {}
    assert [(wrong.column, wrong.refusal.reason) for wrong in read.wrong] == [("percent", Reason.TOO_SMALL)]


class Asked(Form):
    one = Choice([("a", "A")])
    some = Choices([("a", "A")], required=True)
    box = Tick(required=True)
    paper = Upload()


def test_what_is_missing_is_named_by_what_a_person_does_there() -> None:
    form = Asked()

    form.validate()

    said = {name: errors[0] for name, errors in form.errors.items()}
    assert said == {"one": FORM["no-choice"], "some": FORM["no-choice"], "box": FORM["not-ticked"], "paper": FORM["no-file"]}


def test_a_form_shown_again_names_the_file_that_no_browser_keeps() -> None:
    form = Asked()

    before = form.paper.lost
    form.paper.data = sent = UploadFile(content_type="application/pdf", filename="回单.pdf")
    sent.file.close()

    assert (before, form.paper.lost) == ("", "回单.pdf")


def test_a_budget_line_is_told_all_that_is_wrong_with_it_at_once() -> None:
    typed = {"category": "没有的科目", "item": "x", "quantity": "abc", "unit_price": "5", "requested": "-100", "own": "-1"}

    wrong = lines.read("budget", [typed], PACK).wrong

    assert [(one.column, one.refusal.reason) for one in wrong] == [
        ("quantity", Reason.NOT_A_NUMBER),
        ("requested", Reason.LINE_NEGATIVE),
        ("own", Reason.LINE_NEGATIVE),
        ("category", Reason.LINE_CATEGORY),
    ]
