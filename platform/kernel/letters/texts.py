"""The words of a letter: from its template, and as a short message."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from kernel import settings
from kernel.letters.words import SEE, SIGNATURE, SMS
from kernel.templating import environment


class Text(Struct, frozen=True):
    title: str
    body: str
    url: str = ""


def write(kind: str, *, url: str = "", **facts: Any) -> Text:
    """templates/letters/<kind>.txt with its facts: the first line is the title, the rest the body."""
    text = environment().get_template(f"letters/{kind}.txt").render(**facts)
    title, _, body = text.strip().partition("\n")
    return Text(title[:200], body.strip(), url)


def absolute(url: str) -> str:
    """A path of ours as people outside can open it."""
    current = settings.get()
    return f"{current.public_url or f'http://{current.host}:{current.port}'}{url}"


def as_sms(text: Text) -> str:
    """One line; carriers cut or bill long ones, so the body is kept short and the link whole."""
    body = " ".join(text.body.split())
    url = SEE.format(url=absolute(text.url)) if text.url else ""
    return SMS.format(signature=SIGNATURE, title=text.title, body=body[:160], url=url)


def as_mail(text: Text) -> tuple[str, str]:
    """Subject and body."""
    url = "\n\n" + SEE.format(url=absolute(text.url)) if text.url else ""
    return " ".join(f"{SIGNATURE}：{text.title}".split()), f"{text.body}{url}\n\n{SIGNATURE}\n"
