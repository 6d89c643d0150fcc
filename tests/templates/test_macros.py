"""What the macros promise: labels, errors and hints belong together, typing is kept, hostile text stays text."""

from __future__ import annotations

from typing import Any

from kernel import web
from kernel.templating import environment
from portal.styleguide.pages import SampleForm, Typed

HOSTILE = "\"><script>alert(1)</script>'&"


class NoteForm(web.Form):
    note = web.Text(min=5, max=10)
    area = web.Choice([("a", "甲"), ("b", HOSTILE)])


def made(source: str, **context: Any) -> str:
    """The markup a page would get from one line of template."""
    template = environment().from_string('{% import "ui/kit.html" as ui %}' + source)
    return " ".join(template.render(**context).split())


def test_a_refused_field_carries_its_error_its_hint_and_what_was_typed() -> None:
    form = NoteForm(Typed(note=["短"], area=["a"]))
    form.validate()

    html = made("{{ ui.text(form.note, '说明', hint='五到十个字') }}", form=form)

    assert 'value="短"' in html
    assert 'aria-describedby="note-hint note-error" aria-invalid="true"' in html
    assert 'id="note-hint">五到十个字' in html
    assert 'id="note-error"' in html
    assert '<span class="must">必填</span>' in html


def test_the_error_summary_names_the_field_as_the_page_does() -> None:
    form = NoteForm(Typed(note=[""], area=["a"]))
    form.validate()

    html = made("{% call ui.form('/x', 'token', 'once', form=form) %}{{ ui.text(form.note, '说明') }}{% endcall %}", form=form)

    assert '<a href="#note">说明：' in html
    assert html.index("err-sum") < html.index("<form")


def test_a_form_carries_token_key_and_version() -> None:
    html = made("{% call ui.form('/x', 'token', 'key', version=3, files=true) %}.{% endcall %}")

    assert '<input type="hidden" name="csrf" value="token">' in html
    assert '<input type="hidden" name="once" value="key">' in html
    assert '<input type="hidden" name="version" value="3" id="version">' in html
    assert 'enctype="multipart/form-data"' in html


def test_a_refusal_stands_on_top_with_everything_typed() -> None:
    form = NoteForm(Typed(note=["写好的说明"], area=["a"]))
    form.refused = "已过截止时间"

    html = made("{% call ui.form('/x', 'token', form=form) %}{{ ui.textarea(form.note, '说明') }}{% endcall %}", form=form)

    assert "没有办理成功" in html
    assert "已过截止时间" in html
    assert "写好的说明</textarea>" in html


def test_the_counter_is_right_without_script() -> None:
    short = made("{{ ui.textarea(form.note, '说明') }}", form=NoteForm(Typed(note=["三个字"])))
    fits = made("{{ ui.textarea(form.note, '说明') }}", form=NoteForm(Typed(note=["写好的说明"])))
    over = made("{{ ui.textarea(form.note, '说明') }}", form=NoteForm(Typed(note=["一二三四五六七八九十百千"])))

    assert "已输入 3 字，还差 2 字（5–10 字）" in short
    assert "已输入 5 / 10 字" in fits
    assert "已输入 12 字，超出 2 字" in over


def test_hostile_text_stays_text_in_every_field() -> None:
    form = NoteForm(Typed(note=[HOSTILE], area=["b"]))
    form.validate()

    html = made(
        "{{ ui.text(form.note, hostile, hint=hostile) }}{{ ui.textarea(form.note, hostile) }}{{ ui.select(form.area, hostile) }}"
        "{{ ui.radios(form.area, hostile) }}{{ ui.kv([(hostile, hostile)]) }}{{ ui.links([(hostile, '#', hostile, hostile, 'info')]) }}"
        "{{ ui.bars([(hostile, 3)], hostile, hostile, 'x') }}{{ ui.tilemap({}, hostile, hostile) }}{{ ui.conflict(hostile, hostile, [(hostile, hostile, '')]) }}"
        "{{ ui.banner(hostile) }}{{ ui.timeline([(hostile, hostile, hostile, hostile)]) }}{{ ui.btn(hostile, name='n', value=hostile) }}",
        form=form,
        hostile=HOSTILE,
    )

    assert "alert(1)" in html
    assert "<script" not in html
    assert HOSTILE not in html


def test_lines_keep_names_ids_and_errors_apart() -> None:
    form = SampleForm(Typed({"lines-0-amount": ["12"], "lines-1-amount": ["三千"], "lines-2-amount": [""]}))
    form.validate()

    html = made(
        "{% call(line, n) ui.rows(form.lines, '经费明细', ['金额'], sum='amount') %}{{ ui.cell_number(line.amount, '金额', n) }}{% endcall %}",
        form=form,
    )

    assert [f'name="lines-{n}-amount"' in html for n in range(4)] == [True, True, True, False]
    assert 'aria-label="第 2 行 金额"' in html
    assert 'value="三千"' in html
    assert html.count("cell-bad") == 1
    assert '<button class="btn btn-quiet btn-small" type="submit" name="add" value="lines" formnovalidate data-row-add>' in html


def test_counts_are_bounded_and_the_pager_knows_its_ends() -> None:
    over = made("{{ ui.pager(1, 50, 1001, '?page=') }}")
    last = made("{{ ui.pager(3, 50, 120, '?page=') }}")
    none = made("{{ ui.pager(1, 50, 0, '?page=') }}")

    assert "1000+" in over
    assert "下一页" in over
    assert "第 3 / 3 页" in last
    assert "下一页" not in last
    assert "上一页" in last
    assert none == ""


def test_a_score_on_the_border_of_two_bands_belongs_to_the_upper_one() -> None:
    form = SampleForm(Typed(score=["18"]))

    html = made("{{ ui.criterion(1, '需求', 20, '', [('优秀', 18, 20), ('良好', 16, 18)], form.score) }}", form=form)

    assert html.count(" checked") == 1
    assert 'value="18" data-band checked' in html
