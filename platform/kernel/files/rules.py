"""What may be uploaded, and under which name. Pure: names, sizes and first bytes; containers.py opens the rest."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

import filetype
from msgspec import Struct

from kernel.errors import Refused
from kernel.files.words import BETWEEN, REASON

MB = 1024 * 1024
MAX_BYTES = 20 * MB
BODY_LIMIT = MAX_BYTES + MB
"""What a route that takes a file sets as its request_max_body_size."""
MAX_ENTRIES = 2_000
MAX_RATIO = 50
MAX_UNPACKED = 200 * MB
SMALL_UNPACKED = 8 * MB
"""Below this no ratio is a danger: an honest table of one repeated word packs better than 50 to 1."""
MAX_PIXELS = 60_000_000
MAX_FILES = 30
HEAD = 8_192
NAME_BYTES = 180

ZIP = "application/zip"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SLIDES = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

# Names that a desktop would run if someone dropped the last extension, as "invoice.exe.pdf" hopes.
PROGRAMS = frozenset(
    [
        "exe",
        "com",
        "scr",
        "pif",
        "bat",
        "cmd",
        "msi",
        "dll",
        "vbs",
        "vbe",
        "js",
        "jse",
        "wsf",
        "wsh",
        "ps1",
        "hta",
        "jar",
        "lnk",
        "reg",
        "sh",
        "php",
        "asp",
        "aspx",
        "jsp",
        "html",
        "htm",
        "svg",
        "xhtml",
        "apk",
    ]
)


class Reason(StrEnum):
    NO_FILE = "no-file"
    NO_NAME = "no-name"
    EXTENSION = "extension"
    DOUBLE_EXTENSION = "double-extension"
    EMPTY = "empty"
    TOO_BIG = "too-big"
    WRONG_CONTENT = "wrong-content"
    DAMAGED = "damaged"
    ENCRYPTED = "encrypted"
    MACROS = "macros"
    BOMB = "bomb"
    TOO_MANY_ENTRIES = "too-many-entries"
    UNSAFE_ENTRY = "unsafe-entry"
    TWO_IN_ONE = "two-in-one"
    TOO_MANY_PIXELS = "too-many-pixels"
    INFECTED = "infected"
    TOO_MANY_FILES = "too-many-files"
    NOT_YOURS = "not-yours"

    @property
    def label(self) -> str:
        return REASON[self]


class FileKind(Struct, frozen=True):
    """One allowed kind: how it is served, what its first bytes may look like, and the part that proves what it is."""

    extension: str
    media_type: str
    magics: frozenset[str]
    proof: str = ""
    inline: bool = False


PDF = FileKind("pdf", "application/pdf", frozenset({"application/pdf"}), inline=True)
PNG = FileKind("png", "image/png", frozenset({"image/png"}), inline=True)
JPG = FileKind("jpg", "image/jpeg", frozenset({"image/jpeg"}), inline=True)
DOCX = FileKind("docx", WORD, frozenset({ZIP, WORD}), "word/document.xml")
XLSX = FileKind("xlsx", SHEET, frozenset({ZIP, SHEET}), "xl/workbook.xml")
PPTX = FileKind("pptx", SLIDES, frozenset({ZIP, SLIDES}), "ppt/presentation.xml")
OFD = FileKind("ofd", "application/ofd", frozenset({ZIP}), "OFD.xml")
ARCHIVE = FileKind("zip", ZIP, frozenset({ZIP}))

ALLOWED = {kind.extension: kind for kind in (PDF, JPG, PNG, DOCX, XLSX, PPTX, OFD, ARCHIVE)} | {"jpeg": JPG}
IMAGES = frozenset({PNG, JPG})
OFFICE = frozenset({DOCX, XLSX, PPTX})
ACCEPT = ",".join(f".{extension}" for extension in ALLOWED)
"""For the accept attribute of a file field."""


def clean_name(sent: str | None) -> str:
    """The sender's name for the file, harmless to show and to save: no path, no control or direction-changing signs."""
    name = re.split(r"[/\\]", unicodedata.normalize("NFC", sent or ""))[-1]
    # Cc control, Cf formatting (U+202E turns "gpj.exe" round), Cs lone surrogate, Co private, Zl/Zp line ends.
    name = "".join(sign for sign in name if unicodedata.category(sign) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
    name = re.sub(r'[<>:"|?*]', "_", name)
    name = re.sub(r"\s+", " ", name).strip(" .")
    stem, dot, extension = name.rpartition(".")
    if not (stem.strip(" .") and dot and extension):
        raise Refused(Reason.NO_NAME)
    room = NAME_BYTES - len(extension.encode()) - 1
    return f"{_cut(stem, room)}.{extension.lower()}"


def check_name(name: str) -> FileKind:
    """The kind that the name promises, or Refused."""
    *inner, extension = name.split(".")
    kind = ALLOWED.get(extension)
    if kind is None:
        raise Refused(Reason.EXTENSION, extension=extension[:20], allowed=BETWEEN.join(ALLOWED))
    for part in inner[1:]:
        if part.strip().lower() in PROGRAMS:
            raise Refused(Reason.DOUBLE_EXTENSION, name=name, extension=part)
    return kind


def check_size(name: str, size: int, limit: int = MAX_BYTES) -> None:
    if size == 0:
        raise Refused(Reason.EMPTY, name=name)
    if size > limit:
        raise Refused(Reason.TOO_BIG, name=name, limit=limit // MB)


def check_head(name: str, head: bytes, kind: FileKind) -> None:
    """The first bytes must be of the promised kind: an extension proves nothing."""
    if head.startswith(OLE) and kind in OFFICE:
        raise Refused(Reason.ENCRYPTED, name=name)
    if filetype.guess_mime(head) not in kind.magics:
        raise Refused(Reason.WRONG_CONTENT, name=name, extension=kind.extension)


def check_entry(name: str, entry: str) -> None:
    """A member of an archive must stay inside the folder it is unpacked into, on every system."""
    parts = re.split(r"[/\\]", entry)
    if entry.startswith(("/", "\\")) or ".." in parts or ":" in entry or "\0" in entry or not entry.strip():
        raise Refused(Reason.UNSAFE_ENTRY, name=name, entry=entry[:60])


def check_unpacked(name: str, unpacked: int, packed: int) -> None:
    if unpacked > MAX_UNPACKED or (unpacked > SMALL_UNPACKED and unpacked > MAX_RATIO * max(packed, 1)):
        raise Refused(Reason.BOMB, name=name, limit=MAX_UNPACKED // MB, ratio=MAX_RATIO)


def disposition(name: str, kind: str) -> str:
    """Content-Disposition as RFC 6266 has it: a plain fallback, and the real name in UTF-8 for all who can read it."""
    known = ALLOWED.get(kind)
    how = "inline" if known is not None and known.inline else "attachment"
    plain = "".join(sign if sign.isascii() and (sign.isalnum() or sign in " ._-") else "_" for sign in name)
    return f"{how}; filename=\"{plain}\"; filename*=UTF-8''{_percent(name)}"


def _percent(name: str) -> str:
    return "".join(
        chr(byte) if chr(byte).isascii() and (chr(byte).isalnum() or byte in b"._-") else f"%{byte:02X}" for byte in name.encode()
    )


def _cut(text: str, room: int) -> str:
    """Not in the middle of a character."""
    return text.encode()[:room].decode(errors="ignore")
