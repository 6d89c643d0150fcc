"""`python -m projects.matching.solving.child`: told a folder on a line, reads the puzzle there, writes the answer, then what explains it."""

from __future__ import annotations

import os
import sys
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import takewhile
from pathlib import Path

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")  # before numpy is imported: one thread gives one answer

import resource  # noqa: E402

import msgspec  # noqa: E402

from kernel import logs  # noqa: E402
from projects.matching.puzzle import Puzzle, Solved  # noqa: E402
from projects.matching.running import AFFINITY, ANSWER, ANSWERED, LOG, PUZZLE, REASONS, TROUBLE  # noqa: E402

MEMORY = 1_500_000_000
"""Bytes of private memory after which the kernel says no: a mistake ends this process, not the machine."""


EXPLAINED = 65.0
"""Seconds from the start after which no more words are looked for."""


def tell(share: float, what: str) -> None:
    sys.stdout.write(f"{share:.3f} {what}\n")
    sys.stdout.flush()


def work(folder: Path, heard: Callable[[float, str], None]) -> Iterator[None]:
    """Yields when the answer lies in the folder; ends when the extras do."""
    begun = time.monotonic()
    heard(0.0, "reading")
    puzzle = msgspec.json.decode((folder / PUZZLE).read_bytes(), type=Puzzle)
    from projects.matching.solving.solve import solve

    outcome = solve(puzzle, heard)
    (folder / AFFINITY).write_bytes(zlib.compress(outcome.affinity.astype("<i4").tobytes(), 1))
    _whole(folder / ANSWER, msgspec.json.encode(outcome.answer))
    heard(0.9, ANSWERED)
    yield
    if isinstance(outcome.answer, Solved):
        until = begun + EXPLAINED
        if outcome.log is not None:
            _whole(folder / LOG, zlib.compress(msgspec.json.encode(outcome.log()), 6))
        # A round too large to explain in time keeps ranks, loads and checks of every pair, and words of as many as there was time for.
        _whole(folder / REASONS, msgspec.json.encode(list(takewhile(lambda _: time.monotonic() < until, outcome.reasons))))


def _whole(path: Path, data: bytes) -> None:
    """A file that is there is complete."""
    draft = path.with_suffix(".draft")
    draft.write_bytes(data)
    draft.replace(path)


def limit() -> None:
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))


@contextmanager
def leaving_word(folder: Path) -> Iterator[None]:
    """What breaks inside leaves its kind and place in the folder: nobody reads what these processes say."""
    try:
        yield
    except Exception as trouble:
        _whole(folder / TROUBLE, logs.place(trouble).encode())
        raise


def watched(folder: Path) -> None:
    """All of the work."""
    with leaving_word(folder):
        for _ in work(folder, tell):
            pass


def main(do: Callable[[Path], None]) -> int:
    """The line that names the folder comes when all lies there, and not at all when nobody asks any more."""
    limit()
    folder = sys.stdin.readline().strip()
    if folder:
        do(Path(folder))
    return 0


if __name__ == "__main__":
    import projects.matching.solving.solve  # noqa: F401  # while the puzzle is still being put together

    sys.exit(main(watched))
