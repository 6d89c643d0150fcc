"""A person at a browser that knows no JavaScript: opens pages, follows links, fills in the form that is there, presses its button."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Self
from urllib.parse import urljoin, urlsplit

import httpx
from lxml import html  # type: ignore[import-untyped]

ORIGIN = "http://127.0.0.1"
SKIPPED = {"submit", "button", "reset", "image", "file"}


class Page:
    """An answer as a person sees it."""

    def __init__(self, url: str, content: bytes, is_html: bool = True) -> None:
        self.url = url
        self.content = content
        self.tree: Any = html.document_fromstring(content.decode()) if is_html else None

    @classmethod
    def of(cls, answer: httpx.Response) -> Self:
        return cls(answer.url.raw_path.decode(), answer.content, "html" in answer.headers.get("content-type", ""))

    @property
    def words(self) -> str:
        """Everything to read on it, in one line."""
        return _clean(self.tree.text_content())

    @property
    def links(self) -> dict[str, str]:
        """Address by text; the last one wins when two read alike."""
        return {_clean(link.text_content()): urljoin(self.url, link.get("href")) for link in self.tree.xpath("//a[@href]")}

    @property
    def addresses(self) -> set[str]:
        return {urljoin(self.url, link.get("href")) for link in self.tree.xpath("//main//a[@href]")}

    @property
    def complaints(self) -> str:
        """What the page says is wrong."""
        return _clean(" ".join(part.text_content() for part in self.tree.xpath("//*[@role='alert']")))

    def buttons(self, text: str) -> list[Any]:
        found = self.tree.xpath("//form//button[not(@disabled)]")
        return [b for b in found if text in {_clean(b.text_content()), b.get("aria-label")}]

    def is_blocked(self, text: str) -> str | None:
        """Why a step cannot be taken now: the words beside its dead button. None when there is no dead button of that name."""
        for dead in self.tree.xpath("//button[@disabled] | //*[@aria-disabled='true']"):
            if _clean(dead.text_content()) == text:
                why = dead.get("aria-describedby")
                beside = self.tree.get_element_by_id(why) if why else dead.getparent()
                return _clean(beside.text_content())
        return None


def _clean(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def values(form: Any, pressed: Any) -> dict[str, list[str]]:
    """What a browser would send of the form as it stands."""
    found: dict[str, list[str]] = {}
    for control in form.xpath(".//input[@name] | .//select[@name] | .//textarea[@name]"):
        kind = control.get("type", "text") if control.tag == "input" else control.tag
        if kind in SKIPPED or (kind in {"checkbox", "radio"} and control.get("checked") is None):
            continue
        if kind == "select":
            chosen = [o.get("value", _clean(o.text_content())) for o in control.xpath(".//option[@selected]")]
            chosen = chosen or [o.get("value", "") for o in control.xpath(".//option")[:1]]
        elif kind == "textarea":
            chosen = [control.text or ""]
        else:
            chosen = [control.get("value", "on" if kind == "checkbox" else "")]
        found.setdefault(control.get("name"), []).extend(chosen)
    if pressed.get("name"):
        found.setdefault(pressed.get("name"), []).append(pressed.get("value", ""))
    return found


def check_offered(form: Any, typed: Mapping[str, Any]) -> None:
    """Whoever types can only type into what stands on the page, and choose only what is offered."""
    for name, value in typed.items():
        controls = form.xpath(".//*[self::input or self::select or self::textarea][@name=$name]", name=name)
        assert controls, f"no field {name} in the form to {form.get('action')}"
        offered = {o.get("value") for c in controls if c.tag == "select" for o in c.xpath(".//option")}
        offered |= {c.get("value", "on") for c in controls if c.get("type") in {"radio", "checkbox"}}
        chosen = value if isinstance(value, list) else [value]
        assert not offered or set(chosen) <= offered, f"{name}: {chosen} is not among {sorted(map(str, offered))}"


class Visitor:
    """One browser window."""

    def __init__(self, app: Any, name: str, known: set[str] | None = None) -> None:
        """`known`: what somebody who has not signed in has tried already."""
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        self.browser = httpx.AsyncClient(transport=transport, base_url=ORIGIN, timeout=60)
        self.name = name
        self.page: Page
        self.dead: list[tuple[str, str, int]] = []
        self.known = set(known or ())

    async def open(self, url: str, status: int = 200) -> Page:
        answer = await self.browser.get(urlsplit(url)._replace(scheme="", netloc="").geturl(), follow_redirects=True)
        assert answer.status_code == status, (
            self.name,
            url,
            answer.status_code,
            answer.headers.get("location"),
            answer.text[-800:],
        )
        self.page = Page.of(answer)
        if self.page.tree is not None and status == 200:
            await self._try_links()
        return self.page

    async def _try_links(self) -> None:
        """A link that is shown leads somewhere, for whom it is shown."""
        fresh = {address.partition("#")[0] for address in self.page.addresses if address.startswith("/")} - self.known
        self.known |= fresh
        for address in sorted(fresh):
            answer = await self.browser.get(address, follow_redirects=True)
            if answer.status_code != 200:
                self.dead.append((self.page.url, address, answer.status_code))

    async def follow(self, text: str) -> Page:
        assert text in self.page.links, (self.name, self.page.url, text, sorted(self.page.links))
        return await self.open(self.page.links[text])

    async def press(self, text: str, papers: Mapping[str, bytes] | None = None, /, **typed: Any) -> Page:
        """Fill in the form with this button, press it, and arrive where it leads. It must lead somewhere."""
        answer = await self._send(text, papers, typed)
        assert answer.status_code == 303, (self.name, self.page.url, text, answer.status_code, Page.of(answer).complaints)
        return await self.open(urljoin(self.page.url, answer.headers["location"]))

    async def attempt(self, text: str, papers: Mapping[str, bytes] | None = None, /, **typed: Any) -> str:
        """Press a button that is refused: 422. What the page then complains about."""
        answer = await self._send(text, papers, typed)
        assert answer.status_code == 422, (self.name, self.page.url, text, answer.status_code)
        self.page = Page.of(answer)
        return self.page.complaints

    async def _send(self, text: str, papers: Mapping[str, bytes] | None, typed: Mapping[str, Any]) -> httpx.Response:
        found = self.page.buttons(text)
        assert len(found) == 1, (self.name, self.page.url, text, len(found), self._offers())
        form = found[0].xpath("ancestor::form")[0]
        check_offered(form, typed)
        sent = values(form, found[0]) | {name: value if isinstance(value, list) else [value] for name, value in typed.items()}
        files = {name: (f"{name}.pdf", body, "application/pdf") for name, body in (papers or {}).items()}
        is_multipart = form.get("enctype") == "multipart/form-data"
        assert is_multipart or not files, f"the form to {form.get('action')} cannot carry files"
        return await self.browser.post(self._target(found[0]), data=sent, files=files or None)

    def _target(self, button: Any) -> str:
        form = button.xpath("ancestor::form")[0]
        return str(urljoin(self.page.url, button.get("formaction") or form.get("action") or ""))

    def _offers(self) -> list[tuple[str, str]]:
        found = self.page.tree.xpath("//form//button")
        return [(_clean(b.text_content()), self._target(b)) for b in found]
