"""Run as a script: becomes another program that dies with the process that started it. Imports only the standard library.

    launch.py PARENT SIGNAL same|namespace|user:UID:GID|passing:UID:GID PROGRAM [ARGUMENT…]

A script and not a preexec_fn: Python code between fork and exec can deadlock as soon as the parent has threads.
"""

from __future__ import annotations

import ctypes
import os
import sys

PR_SET_PDEATHSIG, PR_SET_SECUREBITS, PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE = 1, 28, 47, 2
NO_SETUID_FIXUP = 1 << 2
CLONE_NEWUSER = 0x10000000
CAPABILITY_VERSION, CAP_DAC_OVERRIDE = 0x20080522, 1
NOBODY = 65534


def main(parent: int, signal: int, identity: str, *command: str) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if identity == "namespace":
        enter_namespace(libc)
    elif identity != "same":
        kind, uid, gid = identity.split(":")
        become(libc, int(uid), int(gid), passes=kind == "passing")
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


def become(libc: ctypes.CDLL, uid: int, gid: int, passes: bool) -> None:
    """Another account, which with `passes` keeps one right of root's: to go where files and folders are only root's, as under /root."""
    # Else another uid loses its rights, and access(2), which initdb asks, would not count them.
    if passes and libc.prctl(PR_SET_SECUREBITS, NO_SETUID_FIXUP):
        raise OSError(ctypes.get_errno(), "securebits")
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)
    if passes:
        mask = 1 << CAP_DAC_OVERRIDE
        header, held = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION, 0), (ctypes.c_uint32 * 6)(mask, mask, mask)
        if libc.capset(header, held) or libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_DAC_OVERRIDE, 0, 0):
            raise OSError(ctypes.get_errno(), "capset")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:])
