"""The demo city: fictional people and projects of any size, reproducible from a seed, made by the real verbs where it matters."""

from kernel.accounts.demo import PASSWORD
from server.demo.build import build
from server.demo.prints import fingerprint

__all__ = ["PASSWORD", "build", "fingerprint"]
