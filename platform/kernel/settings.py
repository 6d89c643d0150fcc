"""What a machine may set, read from the environment, and the secrets kept beside the data. Nothing else reads os.environ."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import stat
from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from kernel.words import SETTING

ENVIRONMENTS = ("development", "production")
# Two accounts of one city must never share a key by accident of a short one; 32 bytes is what HMAC-SHA256 wants.
KEY_BYTES = 32


class SettingError(Exception):
    """A setting is wrong or missing. The message is one sentence for whoever starts the platform."""

    def __init__(self, reason: str, **facts: object) -> None:
        super().__init__(SETTING[reason].format(**facts))
        self.reason = reason


class SecretKey(msgspec.Struct, frozen=True):
    """One version of the platform's root secret. Never used itself: every purpose derives its own key."""

    version: int
    value: bytes

    def derive(self, purpose: str) -> bytes:
        return hmac.new(self.value, purpose.encode(), hashlib.sha256).digest()

    def __repr__(self) -> str:
        return f"SecretKey({self.version})"


class Secrets(msgspec.Struct, frozen=True):
    """What is made at the first start and kept in DATA_DIR/secrets.json, readable by its owner alone."""

    keys: str
    owner_password: str
    app_password: str
    valkey_password: str

    def __repr__(self) -> str:
        return "Secrets(…)"


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """All settings. The first secret key signs, every key verifies."""

    production: bool = False
    host: str = "127.0.0.1"
    port: int = 8000
    data_dir: Path
    database_url: str = ""
    database_owner_url: str = ""
    valkey_url: str = ""
    pool_size: int = 8
    demo: bool = False
    expose: bool = False
    public_url: str = ""
    trusted_proxies: str = "127.0.0.1"
    metrics_token: str = ""
    smtp_url: str = ""
    mail_from: str = ""
    sms_url: str = ""
    sms_token: str = ""
    secret_keys: tuple[SecretKey, ...] = ()
    letters_dir: Path
    files_dir: Path

    @property
    def embedded(self) -> bool:
        """Whether this machine has to bring its own PostgreSQL and Valkey."""
        return not (self.database_url or self.database_owner_url or self.valkey_url)

    @property
    def secure(self) -> bool:
        """Whether people reach us over TLS: cookies are then marked Secure."""
        return self.public_url.startswith("https://")

    def need(self, *names: str) -> Settings:
        """This, or a sentence that names the first setting that is missing."""
        for name in names:
            if not getattr(self, name):
                raise SettingError("missing", name=name.upper())
        return self

    def key(self, version: int | None = None) -> SecretKey:
        """The signing key, or the key of an older signature; KeyError when that version is gone."""
        if version is None:
            return self.need("secret_keys").secret_keys[0]
        return {key.version: key for key in self.secret_keys}[version]

    def __repr__(self) -> str:
        return f"Settings(data_dir={str(self.data_dir)!r}, port={self.port}, demo={self.demo}, production={self.production})"


_current: Settings | None = None


def get() -> Settings:
    """The settings of this process, read once."""
    global _current
    if _current is None:
        _current = read(os.environ)
    return _current


def use(settings: Settings | None) -> None:
    """Take these from now on; None reads the environment again at the next get()."""
    global _current
    _current = settings


def read(environ: Mapping[str, str]) -> Settings:
    """Settings out of an environment, or SettingError. Makes the data folder and its secrets when they are not there."""
    data_dir = folder(environ.get("DATA_DIR") or "var")
    production = _one_of(environ, "ENV", ENVIRONMENTS) == "production"
    urls = {
        "database_url": _url(environ, "DATABASE_URL", ("postgresql", "postgres")),
        "database_owner_url": _url(environ, "DATABASE_OWNER_URL", ("postgresql", "postgres")),
        "valkey_url": _url(environ, "VALKEY_URL", ("redis", "rediss", "valkey", "unix")),
    }
    own_servers = not any(urls.values())
    if production and not own_servers and not environ.get("SECRET_KEYS"):
        # Each machine would make its own keys, and none could read what another signed or encrypted.
        raise SettingError("missing", name="SECRET_KEYS")
    settings = Settings(
        production=production,
        host=_host(environ),
        port=_number(environ, "PORT", 8000, 1, 65535),
        data_dir=data_dir,
        pool_size=_number(environ, "POOL_SIZE", 8, 2, 100),
        demo=_flag(environ, "DEMO", own_servers and not production),
        expose=_flag(environ, "EXPOSE", False),
        public_url=_url(environ, "PUBLIC_URL", ("http", "https")).rstrip("/"),
        trusted_proxies=environ.get("TRUSTED_PROXIES") or "127.0.0.1",
        metrics_token=environ.get("METRICS_TOKEN", ""),
        smtp_url=_url(environ, "SMTP_URL", ("smtp", "smtps")),
        mail_from=environ.get("MAIL_FROM", ""),
        sms_url=_url(environ, "SMS_URL", ("http", "https")),
        sms_token=environ.get("SMS_TOKEN", ""),
        secret_keys=parse_keys(environ.get("SECRET_KEYS") or load_secrets(data_dir).keys),
        letters_dir=Path(environ.get("LETTERS_DIR") or data_dir / "letters").resolve(),
        files_dir=Path(environ.get("FILES_DIR") or data_dir / "files").resolve(),
        **urls,
    )
    check_demo(settings)
    return settings


def check_demo(settings: Settings) -> None:
    """A demo has accounts that share a published password: never in production, never on a network unasked."""
    if not settings.demo:
        return
    if settings.production:
        raise SettingError("demo-in-production")
    if not ip_address(settings.host).is_loopback and not settings.expose:
        raise SettingError("demo-exposed", host=settings.host)


def folder(path: str) -> Path:
    """The data folder, absolute and writable, made if need be."""
    where = Path(path).expanduser().absolute()
    try:
        where.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise SettingError("folder", path=where, error=error.strerror) from error
    if not os.access(where, os.R_OK | os.W_OK | os.X_OK):
        raise SettingError("folder", path=where, error="EACCES")
    return where


def parse_keys(text: str) -> tuple[SecretKey, ...]:
    """`2:hex,1:hex` → keys, newest first as written."""
    try:
        pairs = [part.strip().split(":", 1) for part in text.split(",") if part.strip()]
        keys = tuple(SecretKey(int(version), bytes.fromhex(value)) for version, value in pairs)
    except ValueError as error:
        raise SettingError("keys") from error
    if not keys or len({key.version for key in keys}) < len(keys) or any(len(key.value) < KEY_BYTES for key in keys):
        raise SettingError("keys")
    return keys


def load_secrets(data_dir: Path) -> Secrets:
    """The secrets of this data folder. Several processes may start at once: the first to link its file wins."""
    path = data_dir / "secrets.json"
    if not path.exists():
        _write_secrets(path)
    try:
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise SettingError("secrets-open", path=path)
        return msgspec.json.decode(path.read_bytes(), type=Secrets)
    except (OSError, msgspec.MsgspecError) as error:
        raise SettingError("secrets-broken", path=path) from error


def _write_secrets(path: Path) -> None:
    made = Secrets(f"1:{secrets.token_hex(KEY_BYTES)}", *(secrets.token_urlsafe(24) for _ in range(3)))
    draft = path.with_name(f".secrets.{os.getpid()}.{secrets.token_hex(4)}")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(msgspec.json.format(msgspec.json.encode(made)))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _one_of(environ: Mapping[str, str], name: str, allowed: tuple[str, ...]) -> str:
    value = environ.get(name) or allowed[0]
    if value not in allowed:
        raise SettingError("one-of", name=name, value=value, allowed=" / ".join(allowed))
    return value


def _flag(environ: Mapping[str, str], name: str, default: bool) -> bool:
    value = (environ.get(name) or ("1" if default else "0")).lower()
    if value not in {"0", "1", "true", "false", "yes", "no", "on", "off"}:
        raise SettingError("one-of", name=name, value=value, allowed="1 / 0")
    return value in {"1", "true", "yes", "on"}


def _number(environ: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    value = environ.get(name) or str(default)
    if not (value.isascii() and value.isdigit() and low <= int(value) <= high):
        raise SettingError("number", name=name, value=value, low=low, high=high)
    return int(value)


def _host(environ: Mapping[str, str]) -> str:
    value = environ.get("HOST") or "127.0.0.1"
    value = "127.0.0.1" if value == "localhost" else value
    try:
        return str(ip_address(value))
    except ValueError as error:
        raise SettingError("host", value=value) from error


def _url(environ: Mapping[str, str], name: str, schemes: tuple[str, ...]) -> str:
    value = environ.get(name, "").strip()
    # The value may hold a password, so the sentence shows only what it should begin with.
    try:
        good = not value or urlsplit(value).scheme in schemes
    except ValueError:
        good = False
    if not good:
        raise SettingError("url", name=name, schemes=" / ".join(f"{scheme}://" for scheme in schemes))
    return value
