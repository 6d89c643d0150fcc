"""Run as a script: becomes another program that dies with the process that started it. Imports only the standard library.

    launch.py PARENT SIGNAL same|namespace|UID:GID PROGRAM [ARGUMENT…]

A script and not a preexec_fn: Python code between fork and exec can deadlock as soon as the parent has threads.
"""

from __future__ import annotations

import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1
CLONE_NEWUSER = 0x10000000
NOBODY = 65534


def main(parent: int, signal: int, identity: str, *command: str) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if identity == "namespace":
        enter_namespace(libc)
    elif identity != "same":
        uid, gid = map(int, identity.split(":"))
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    # Last, because changing credentials clears it.
    libc.prctl(PR_SET_PDEATHSIG, signal)
    if os.getppid() != parent:
        sys.exit("the parent is gone")
    os.execv(command[0], command)  # noqa: S606 - the whole point


def enter_namespace(libc: ctypes.CDLL) -> None:
    """Root outside, nobody inside: PostgreSQL refuses uid 0, but its files may stay root's and under /root."""
    uid, gid = os.getuid(), os.getgid()
    if libc.unshare(CLONE_NEWUSER):
        raise OSError(ctypes.get_errno(), "unshare")
    for name, text in (("setgroups", "deny"), ("uid_map", f"{NOBODY} {uid} 1"), ("gid_map", f"{NOBODY} {gid} 1")):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(text)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:])
