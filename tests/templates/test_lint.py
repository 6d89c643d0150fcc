"""Templates keep the rules of the look: controls only in macros, nothing inline, nothing from elsewhere, every name known."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kernel.templating import TEMPLATES, environment
from portal.nav import ENTRIES

PAGES = sorted(p for p in TEMPLATES.rglob("*.html") if "static" not in p.parts)
OWN = [p for p in PAGES if "ui" not in p.relative_to(TEMPLATES).parts]
SHELLS = ("base.html", "_shell_work.html", "_shell_my.html", "_shell_public.html", "_shell_review.html", "_shell_plain.html")
STATIC = TEMPLATES / "static"
SPRITE = set(re.findall(r'<symbol id="([\w-]+)"', (STATIC / "icons.svg").read_text()))


def name_of(path: Path) -> str:
    return path.relative_to(TEMPLATES).as_posix()


def markup_of(path: Path) -> str:
    """The template without Jinja comments, which may talk about anything."""
    return re.sub(r"\{#.*?#\}", "", path.read_text(), flags=re.S)


def is_page(path: Path) -> bool:
    """Neither a partial nor a shell nor a file of macros and words alone."""
    rest = re.sub(r"\{% macro .*?\{% endmacro %\}|\{% set .*?%\}", "", markup_of(path), flags=re.S)
    return not path.name.startswith("_") and path.name not in SHELLS and bool(rest.strip())


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_a_template_parses(path: Path) -> None:
    assert environment().get_template(name_of(path)) is not None


@pytest.mark.parametrize("path", OWN, ids=name_of)
def test_controls_are_written_by_macros_only(path: Path) -> None:
    assert re.findall(r"<(?:input|select|textarea)\b[^>]*", markup_of(path), re.I) == []


NOT_GIVEN_BACK = {
    "projects/signing/mine.html": ["form.account"],  # of a bank
    "ui/shell.html": ["q"],  # what a list is searched by is what its address says, whatever was typed there last
    "ui/table.html": ["find-{{ name }}"],
}


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_back_gives_back_what_was_typed(path: Path) -> None:
    """`autocomplete="off"` empties a field when one comes back to it, from an error page for one."""
    off = r"""(?:\bid="|ui\.\w+\(|macro )([\w.{} -]+)(?:(?!\bid="|ui\.\w+\().)*?autocomplete=["']off"""

    assert re.findall(off, markup_of(path), re.S) == NOT_GIVEN_BACK.get(name_of(path), [])


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_nothing_is_inline_unescaped_or_from_elsewhere(path: Path) -> None:
    markup = markup_of(path)

    assert re.findall(r"\sstyle\s*=|<style\b", markup, re.I) == []
    assert re.findall(r"<[^>]*\son[a-z]+\s*=", markup, re.I) == []
    assert re.findall(r"<script\b(?![^>]*\bsrc=)|javascript:", markup, re.I) == []
    assert re.findall(r"\|\s*safe\b|autoescape\s+false|\bMarkup\(", markup) == []
    assert re.findall(r"(?:src|href|action)\s*=\s*[\"'](?:https?:)?//[^\"']*", markup, re.I) == []


@pytest.mark.parametrize("path", [p for p in OWN if is_page(p)], ids=name_of)
def test_a_page_stands_in_a_shell_and_has_a_title(path: Path) -> None:
    source = path.read_text().lstrip()

    assert source.startswith("{% extends ")
    assert "{% block title %}" in source or not re.match(r'\{% extends "_shell', source)


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_every_icon_is_in_the_sprite(path: Path) -> None:
    markup = markup_of(path)
    named = re.findall(r"icons\.svg#([\w-]+)", markup) + re.findall(r"\bicon(?:_end)?=['\"]([\w-]+)['\"]", markup)
    named += re.findall(r"ui\.icon\(['\"]([\w-]+)['\"]", markup)

    assert set(named) - SPRITE == set()


def test_every_icon_of_the_navigation_is_in_the_sprite() -> None:
    assert {entry[2] for entry in ENTRIES} - SPRITE == set()


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_every_class_is_in_the_stylesheet(path: Path) -> None:
    known = set(re.findall(r"\.([a-zA-Z][\w-]*)", (STATIC / "app.css").read_text()))
    used = {c for value in re.findall(r'\bclass="([^"{}]*)"', markup_of(path)) for c in value.split()}

    assert used - known == set()


def test_the_kit_hands_on_every_macro() -> None:
    kit = environment().get_template("ui/kit.html").module
    families = ("page", "form", "table", "nav", "feedback", "doc", "chart", "review")
    written = {
        name
        for family in families
        for name in re.findall(r"\{% macro ([a-z]\w*)\(", (TEMPLATES / "ui" / f"{family}.html").read_text())
    }

    assert {name for name in written if not hasattr(kit, name)} == set()


def test_the_stylesheet_runs_on_the_oldest_browser_we_promise() -> None:
    css = re.sub(r"/\*.*?\*/", "", (STATIC / "app.css").read_text(), flags=re.S)

    assert (
        re.findall(r":has\(|@container|@layer|color-mix|oklch|light-dark|\d[ds]vh|\binset:|aspect-ratio|&|@import|url\(", css)
        == []
    )
    assert css.count("{") == css.count("}")


def test_the_script_runs_on_the_oldest_browser_we_promise() -> None:
    script = (STATIC / "app.js").read_text()

    assert re.findall(r"\?\.|\?\?|\|\|=|&&=|#\w+\s*=|\.at\(|replaceAll|structuredClone|\beval\b|innerHTML", script) == []
    assert len(script.encode()) < 16_000
