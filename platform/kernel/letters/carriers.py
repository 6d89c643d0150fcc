"""How a message leaves the platform: a folder in development, SMTP and an HTTP gateway where they are set."""

from __future__ import annotations

import os
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

import aiosmtplib
import httpx
import msgspec
from msgspec import Struct

from kernel import settings

PATIENCE = 15.0


class Message(Struct, frozen=True):
    """`key` is the same for every try, so that a gateway can drop a repetition."""

    key: str
    to: str
    subject: str
    text: str


class NotSent(Exception):  # noqa: N818 - an answer to the worker
    """Certainly not sent: worth another try. Any other error leaves open whether it was, and then it is not tried again."""


class Carrier(Protocol):
    async def send(self, message: Message) -> None: ...


class Folder:
    """Writes each message into a file, where developers and tests read it."""

    def __init__(self, folder: Path, channel: str) -> None:
        self.folder, self.channel = folder, channel

    async def send(self, message: Message) -> None:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self.folder / f"{message.key}-{self.channel}.json"
        content = {"channel": self.channel, **msgspec.structs.asdict(message)}
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:  # noqa: ASYNC230 - a few hundred bytes
            file.write(msgspec.json.format(msgspec.json.encode(content)))


class Smtp:
    """E-mail through the server of SMTP_URL (smtp://user:password@host:587, or smtps://…)."""

    def __init__(self, url: str, sender: str) -> None:
        parts = urlsplit(url)
        self.tls = parts.scheme == "smtps"
        self.host, self.port = parts.hostname or "localhost", parts.port or (465 if self.tls else 587)
        self.user, self.password = unquote(parts.username or "") or None, unquote(parts.password or "") or None
        self.sender = sender or (self.user or "")

    async def send(self, message: Message) -> None:
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = self.sender, message.to, message.subject
        mail["Message-ID"] = f"<{message.key}@{self.sender.rpartition('@')[2] or self.host}>"
        mail.set_content(message.text)
        try:
            await aiosmtplib.send(
                mail,
                hostname=self.host,
                port=self.port,
                username=self.user,
                password=self.password,
                use_tls=self.tls,
                timeout=PATIENCE,
            )
        except (aiosmtplib.SMTPConnectError, aiosmtplib.SMTPRecipientsRefused, aiosmtplib.SMTPResponseException) as error:
            raise NotSent from error


class Gateway:
    """SMS through an HTTP gateway: POST {to, text, key} as JSON; 2xx means taken."""

    def __init__(self, url: str, token: str) -> None:
        self.url, self.token = url, token
        self.transport: httpx.AsyncBaseTransport | None = None

    async def send(self, message: Message) -> None:
        headers = {"authorization": f"Bearer {self.token}"} if self.token else {}
        try:
            async with httpx.AsyncClient(timeout=PATIENCE, headers=headers, transport=self.transport) as client:
                answer = await client.post(self.url, json={"to": message.to, "text": message.text, "key": message.key})
        except httpx.ConnectError as error:
            raise NotSent from error
        if 400 <= answer.status_code < 500:
            raise NotSent
        answer.raise_for_status()


def carriers() -> dict[str, Carrier]:
    """The channels that lead somewhere on this machine."""
    current = settings.get()
    found: dict[str, Carrier] = {}
    if not current.production:
        found = {"sms": Folder(current.letters_dir, "sms"), "email": Folder(current.letters_dir, "email")}
    if current.sms_url:
        found["sms"] = Gateway(current.sms_url, current.sms_token)
    if current.smtp_url:
        found["email"] = Smtp(current.smtp_url, current.mail_from)
    return found
