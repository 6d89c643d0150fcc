"""Where the servers of one data folder keep their things, who may hold them, and who owns them."""

from __future__ import annotations

import fcntl
import hashlib
import os
import pwd
import stat
from pathlib import Path
from typing import IO, NamedTuple
from urllib.parse import quote

from kernel import settings
from server.binaries import Identity, StartError

DATABASE, OWNER, APP = "mianshe", "mianshe_owner", "mianshe_app"
# A socket's path has 108 bytes in the kernel, and PostgreSQL's own name in it takes 20.
LONGEST_SOCKET_FOLDER = 80


class Place(NamedTuple):
    """Where the servers of one data folder keep their things. The same folder always gives the same place."""

    data_dir: Path
    sockets: Path
    secrets: settings.Secrets

    def urls(self) -> tuple[str, str, str]:
        host = quote(str(self.sockets), safe="/")
        app = f"postgresql://{APP}:{self.secrets.app_password}@/{DATABASE}?host={host}"
        owner = f"postgresql://{OWNER}:{self.secrets.owner_password}@/{DATABASE}?host={host}"
        return app, owner, f"unix://:{self.secrets.valkey_password}@{self.sockets}/valkey.sock"

    def log(self, name: str) -> Path:
        return self.data_dir / "logs" / f"{name}.log"


def find_place(data_dir: Path) -> Place:
    data_dir = settings.folder(str(data_dir))
    secrets = settings.load_secrets(data_dir)
    sockets = data_dir / "run"
    if len(str(sockets)) > LONGEST_SOCKET_FOLDER:
        digest = hashlib.sha256(str(data_dir).encode()).hexdigest()[:12]
        sockets = Path(f"/tmp/mianshe-{os.geteuid()}-{digest}")  # noqa: S108 - _private checks whose it is
    return Place(data_dir, sockets, secrets)


def hold(data_dir: Path, note: str = "") -> IO[str]:
    """Take the data folder for this process, or StartError. `note` tells others for how long."""
    lock = open(data_dir / "lock", "a+")  # noqa: SIM115 - held as long as the servers run
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock.close()
        raise StartError("in-use", path=data_dir) from error
    lock.truncate(0)
    lock.write(note)
    lock.flush()
    return lock


def make_private(folder: Path, identity: Identity, is_public: bool) -> None:
    """A folder of the server's alone. Under /tmp somebody else may have made it first: then refuse."""
    folder.mkdir(mode=0o700, exist_ok=True)
    seen = folder.lstat()
    is_ours = stat.S_ISDIR(seen.st_mode) and seen.st_uid in {os.geteuid(), identity.uid} and not seen.st_mode & 0o077
    if is_public and not is_ours:
        raise StartError("socket-folder", path=folder)
    os.chown(folder, identity.uid, identity.gid)


def hand_over(folder: Path, identity: Identity) -> None:
    """Hand a data folder to the identity: a machine may lose or gain user namespaces between two starts."""
    if folder.stat().st_uid == identity.uid:
        return
    if os.geteuid():
        raise StartError("owner", path=folder, owner=_name_of(folder.stat().st_uid))
    for path in (*folder.rglob("*"), folder):
        os.chown(path, identity.uid, identity.gid, follow_symlinks=False)


def _name_of(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
