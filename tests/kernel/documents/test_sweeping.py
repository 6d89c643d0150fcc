"""Bytes without a row go after a day; bytes with one never do."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from kernel.access import Role
from kernel.documents import actions, sweeping
from kernel.files import actions as files
from kernel.files import storage
from tests import builders
from tests.kernel.documents.samples import SAMPLES
from tests.kernel.files import samples

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Iterator[Path]:
    storage.use(storage.Folder(tmp_path))
    yield tmp_path
    storage.use(None)
    samples.close_uploads()


async def leftover(days: int) -> Path:
    """Bytes kept by a verb whose transaction was undone."""
    key = storage.new_key()
    with storage.draft() as draft:
        draft.write_bytes(b"x")
        await storage.current().keep(draft, key)
    return age(next(path for path in storage.current().root.rglob(key)), days)  # type: ignore[attr-defined]


def age(path: Path, days: int) -> Path:
    moment = path.stat().st_mtime - days * 86_400 - 60
    os.utime(path, (moment, moment))
    return path


async def test_only_old_bytes_that_no_row_speaks_of_are_discarded(db: None, folder: Path) -> None:
    file = await files.receive(await builders.actor(Role.APPLICANT), samples.upload("a.pdf", samples.pdf()), None, None)
    paper = await actions.issue(None, ("shelf", uuid4()), SAMPLES[3], "立项通知书")
    for path in [path for path in folder.rglob("*") if path.is_file()]:
        age(path, 9)
    old, young = await leftover(1), await leftover(0)

    await sweeping.sweep()
    await sweeping.sweep()

    assert {path.name for path in folder.rglob("*") if path.is_file()} == {file.key, paper.pdf_key, paper.docx_key, young.name}
    assert not old.exists()


async def test_a_full_folder_beside_an_empty_database_is_left_alone(db: None) -> None:
    old = await leftover(9)

    await sweeping.sweep()

    assert old.exists()


async def test_drafts_of_a_dead_process_are_cleared(db: None) -> None:
    with storage.draft() as living, storage.draft() as dead:
        living.write_bytes(b"x")
        dead.write_bytes(b"x")
        age(dead, 2)

        await sweeping.sweep()

        assert (living.exists(), dead.exists()) == (True, False)
