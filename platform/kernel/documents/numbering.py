"""Numbers of papers and verification codes: without gaps per kind and year, codes that nobody can guess."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping

from kernel import rows, settings
from kernel.documents.papers import PaperKind
from kernel.documents.words import EXAMPLE, ISSUER, NUMBER, PREFIX
from kernel.rows import Q

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford: no I, L, O, U to misread
CODE_LENGTH = 16
ALIKE = str.maketrans({"O": "0", "I": "1", "L": "1"})

_prefixes: Mapping[str, str] = PREFIX
_issuer = ISSUER


def configure(*, prefixes: Mapping[str, str] | None = None, issuer: str | None = None, confirmed: bool = True) -> None:
    """The city's own prefixes per kind and its issuer; what is not given keeps its example, what is not confirmed says so."""
    global _prefixes, _issuer
    _prefixes = {**PREFIX, **(prefixes or {})}
    _issuer = (issuer if confirmed else EXAMPLE.format(issuer=issuer)) if issuer else ISSUER


def issuer() -> str:
    return _issuer


async def number(kind: PaperKind, year: int) -> str:
    """The next number of the kind in the year. Its row stays locked until the verb ends, so a refusal leaves no gap."""
    last = await rows.value(
        Q(
            "INSERT INTO counter (id, kind, year, last) VALUES ({}, {}, {}, 1)"
            " ON CONFLICT (kind, year) DO UPDATE SET last = counter.last + 1 RETURNING last",
            rows.new_id(),
            f"document:{kind}",
            year,
        )
    )
    return NUMBER.format(prefix=_prefixes[kind], year=year, number=last)


def new_code() -> str:
    """80 random bits."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def read_code(typed: str) -> str:
    """What was typed or scanned, as stored: without blanks and hyphens, look-alikes put right."""
    return re.sub(r"[\s-]", "", typed).upper().translate(ALIKE)


def show_code(code: str) -> str:
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def url(code: str) -> str:
    """The address in the QR. Without PUBLIC_URL it is this machine's own, good for a demonstration."""
    here = settings.get()
    return f"{here.public_url or f'http://{here.host}:{here.port}'}/verify/{code}"
