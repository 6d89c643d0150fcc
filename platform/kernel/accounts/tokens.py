"""Signed tokens: who signed, for what, until when. No roles inside; those are read afresh on every request."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from jose import JWTError, jwt

from kernel import clock, settings
from kernel.errors import Missing

ALGORITHM = "HS256"
ISSUER = "mianshe"
_MUST = {f"require_{claim}": True for claim in ("exp", "iat", "iss", "aud", "sub")}


def sign(kind: str, subject: str, expires: datetime) -> str:
    """A token of one `kind` (session, link, …) that is good for nothing else."""
    key = settings.get().key()
    claims = {
        "iss": ISSUER,
        "aud": kind,
        "typ": kind,
        "sub": subject,
        "iat": int(clock.real_now().timestamp()),
        "exp": int(expires.timestamp()),
    }
    return str(jwt.encode(claims, key.derive(f"token:{kind}").hex(), algorithm=ALGORITHM, headers={"kid": str(key.version)}))


def subject_of(kind: str, token: str) -> str:
    """The subject of a good token of this kind, else Missing: expired, forged, of another type or audience."""
    try:
        version = int(jwt.get_unverified_header(token).get("kid", ""))
        secret = settings.get().key(version).derive(f"token:{kind}").hex()
        claims: dict[str, Any] = jwt.decode(
            token, secret, algorithms=[ALGORITHM], audience=kind, issuer=ISSUER, options={**_MUST, "leeway": 0}
        )
    except (JWTError, ValueError, KeyError, AttributeError, TypeError, RecursionError):
        raise Missing from None
    if claims.get("typ") != kind or not isinstance(claims.get("sub"), str):
        raise Missing
    return str(claims["sub"])
