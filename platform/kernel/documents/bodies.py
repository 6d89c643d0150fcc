"""The sentences of a paper, written once in templates/documents/<kind>.txt and used by its PDF and its Word version.

A line is a paragraph; a line that begins with "# " is a heading.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from msgspec import Struct

from kernel import money
from kernel.documents.papers import KINDS, Paper
from kernel.documents.printing import clean
from kernel.templating import TEMPLATES, long_date, moment

FOLDER = TEMPLATES / "documents"


class Paragraph(Struct, frozen=True):
    text: str
    heading: bool = False


def paragraphs(paper: Paper) -> list[dict[str, Any]]:
    """For the typesetter."""
    return [{"text": part.text, "heading": part.heading} for part in body(paper)]


def body(paper: Paper) -> list[Paragraph]:
    """The sentences with this paper's facts in them; none when the kind is all tables."""
    name = f"{KINDS[type(paper)]}.txt"
    if not (FOLDER / name).exists():
        return []
    text = environment().get_template(name).render({field: getattr(paper, field) for field in paper.__struct_fields__})
    lines = [line.strip() for line in text.splitlines()]
    return [Paragraph(line.removeprefix("# "), line.startswith("# ")) for line in lines if line]


def one_line(value: Any) -> Any:
    """A fact never begins a paragraph of its own: what was typed over several lines becomes one."""
    return " ".join(clean(value).split()) if isinstance(value, str) else value


@cache
def environment() -> Environment:
    # Plain text, not HTML: nothing here is ever read by a browser.
    env = Environment(  # noqa: S701
        loader=FileSystemLoader(FOLDER),
        undefined=StrictUndefined,
        finalize=one_line,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters.update(yuan=money.show, capital=money.capital, date=long_date, moment=moment)
    return env
