"""A file comes in once, is invisible until clean, and leaves only after its owner object was asked."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import UUID, uuid4

import anyio
import httpx
import pytest

from kernel import files, rows, settings
from kernel.access import Actor, Role
from kernel.errors import Missing, Refused
from kernel.files import actions, owners, queries, rules, scanning, storage
from kernel.files.life import FILE_LIFE, FileState
from kernel.files.rules import Reason
from kernel.jobs import drain
from kernel.life import LifeReason
from kernel.rows import Q
from tests import builders
from tests.conftest import SignIn
from tests.kernel.files import samples

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Iterator[Path]:
    storage.use(storage.Folder(tmp_path))
    yield tmp_path
    storage.use(None)
    scanning.use(None)
    samples.close_uploads()


@pytest.fixture
def shelf() -> Iterator[dict[UUID, set[UUID | None]]]:
    """Things of a kind that shows itself to the people noted beside it; None stands for visitors."""
    seen: dict[UUID, set[UUID | None]] = {}

    @files.owner("shelf")
    async def check(actor: Actor | None, ident: UUID) -> None:
        if (actor.person if actor else None) not in seen.get(ident, set()):
            raise Missing

    yield seen
    del owners.OWNERS["shelf"]


class Away:
    async def is_clean(self, path: Path) -> bool:
        raise scanning.ScannerAwayError


class Eicar:
    """A scanner that knows one signature, wherever it hides."""

    async def is_clean(self, path: Path) -> bool:
        return samples.EICAR not in path.read_bytes()


async def lines(file: UUID) -> list[str]:
    return await rows.column(Q("SELECT action FROM audit_line WHERE subject = {} ORDER BY id", file))


async def test_a_good_file_is_clean_at_once_and_listed_with_its_thing(db: None, folder: Path) -> None:
    sender, thing = await builders.actor(Role.APPLICANT), uuid4()

    file = await actions.receive(sender, samples.upload("../佐证\u202e材料.PDF", samples.pdf()), "shelf", thing, "evidence")

    (listed,) = await queries.of("shelf", thing)
    assert (listed.id, listed.name, listed.kind, listed.state, listed.slot) == (
        file.id,
        "佐证材料.pdf",
        "pdf",
        FileState.CLEAN,
        "evidence",
    )
    assert listed.size == len(samples.pdf())
    assert await queries.of("shelf", thing, "other") == []
    assert await queries.of_many("shelf", [thing, sender.person]) == {thing: [listed], sender.person: []}
    assert await lines(file.id) == ["file.upload", "file.clear"]
    assert [path.name for path in folder.rglob("*") if path.is_file()] == [file.key]
    assert "佐证" not in file.key


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("", b"", Reason.NO_FILE),
        ("a.pdf", b"", Reason.EMPTY),
        ("a.exe", b"MZ", Reason.EXTENSION),
        ("a.pdf", b"MZ" + bytes(99), Reason.WRONG_CONTENT),
        ("a.pdf", b"%PDF-" + bytes(rules.MAX_BYTES), Reason.TOO_BIG),
        ("a.jpg", samples.picture(size=(300, 300))[:900], Reason.DAMAGED),
    ],
)
async def test_a_refused_file_leaves_neither_row_nor_bytes(
    db: None, folder: Path, name: str, data: bytes, reason: Reason
) -> None:
    sender = await builders.actor(Role.APPLICANT)

    with pytest.raises(Refused) as refused:
        await actions.receive(sender, samples.upload(name, data), "shelf", uuid4())

    assert refused.value.reason is reason
    assert await rows.value(Q("SELECT count(*) FROM file")) == 0
    assert [path for path in folder.rglob("*") if path.is_file()] == []
    assert list((settings.get().files_dir / "incoming").iterdir()) == []


async def test_no_file_chosen_is_said_so(db: None) -> None:
    with pytest.raises(Refused) as refused:
        await actions.receive(await builders.actor(Role.APPLICANT), None, "shelf", uuid4())

    assert refused.value.reason is Reason.NO_FILE


async def test_a_slot_takes_only_so_many_files(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "MAX_FILES", 1)
    sender, thing = await builders.actor(Role.APPLICANT), uuid4()
    await actions.receive(sender, samples.upload("a.pdf", samples.pdf()), "shelf", thing, "evidence")

    with pytest.raises(Refused) as refused:
        await actions.receive(sender, samples.upload("b.pdf", samples.pdf()), "shelf", thing, "evidence")

    assert refused.value.reason is Reason.TOO_MANY_FILES


async def test_a_photograph_is_kept_without_the_place_it_was_taken_at(db: None) -> None:
    sender = await builders.actor(Role.APPLICANT)

    file = await actions.receive(sender, samples.upload("照片.jpg", samples.photograph()), None, None)

    kept = b"".join([chunk async for chunk in storage.current().read(file.key)])
    assert len(kept) == file.size
    assert b"SECRETPHONE" in samples.photograph()
    assert b"SECRETPHONE" not in kept


async def test_a_virus_inside_a_container_is_refused_when_there_is_a_scanner(db: None) -> None:
    sender = await builders.actor(Role.APPLICANT)
    data = samples.packed({"a.pdf": samples.pdf() + samples.EICAR + b"\n%%EOF"}, 0)
    await actions.receive(sender, samples.upload("a.zip", data), "shelf", uuid4())
    scanning.use(Eicar())

    with pytest.raises(Refused) as refused:
        await actions.receive(sender, samples.upload("a.zip", data), "shelf", uuid4())

    assert refused.value.reason is Reason.INFECTED


async def test_while_the_scanner_is_away_a_file_waits_unseen_and_a_job_asks_again(
    committed: str, as_: SignIn, shelf: dict[UUID, set[UUID | None]]
) -> None:
    sender, thing = await builders.actor(Role.APPLICANT), uuid4()
    shelf[thing] = {sender.person}
    scanning.use(Away())
    good = await actions.receive(sender, samples.upload("a.pdf", samples.pdf()), "shelf", thing)
    bad = await actions.receive(sender, samples.upload("b.pdf", samples.pdf() + samples.EICAR + b"\n%%EOF"), "shelf", thing)
    browser = await as_(sender)
    assert (await browser.get(f"/files/{good.id}")).status_code == 404
    assert await drain() == 0
    assert [file.state for file in await queries.of("shelf", thing)] == [FileState.PENDING, FileState.PENDING]

    scanning.use(Eicar())
    for file in (good, bad, good, bad):
        await actions.scan(file=str(file.id))

    assert [file.state for file in await queries.of("shelf", thing)] == [FileState.CLEAN, FileState.REFUSED]
    assert (await browser.get(f"/files/{good.id}")).status_code == 200
    assert (await browser.get(f"/files/{bad.id}")).status_code == 404
    assert await lines(bad.id) == ["file.upload", "file.refuse"]
    with pytest.raises(Missing):
        _ = [chunk async for chunk in storage.current().read(bad.key)]


async def test_only_its_sender_attaches_a_file_and_only_once(db: None) -> None:
    sender, other, thing = await builders.actor(Role.APPLICANT), await builders.actor(Role.OFFICER), uuid4()
    file = await actions.receive(sender, samples.upload("a.pdf", samples.pdf()), None, None)

    with pytest.raises(Refused) as foreign:
        await actions.attach(other, file.id, "shelf", thing)
    await actions.attach(sender, file.id, "shelf", thing, "scan")
    with pytest.raises(Refused) as twice:
        await actions.attach(sender, file.id, "shelf", uuid4())

    assert (foreign.value.reason, twice.value.reason) == (Reason.NOT_YOURS, Reason.NOT_YOURS)
    assert [(row.id, row.slot) for row in await queries.of("shelf", thing)] == [(file.id, "scan")]


async def test_a_removed_file_is_gone_from_list_and_address_and_only_its_own_thing_removes_it(
    db: None, as_: SignIn, shelf: dict[UUID, set[UUID | None]]
) -> None:
    sender, thing = await builders.actor(Role.APPLICANT), uuid4()
    shelf[thing] = {sender.person}
    file = await actions.receive(sender, samples.upload("a.pdf", samples.pdf()), "shelf", thing)
    browser = await as_(sender)
    assert (await browser.get(f"/files/{file.id}")).status_code == 200

    with pytest.raises(Missing):
        await actions.remove(sender, file.id, "shelf", uuid4())
    await actions.remove(sender, file.id, "shelf", thing)

    assert await queries.of("shelf", thing) == []
    assert (await browser.get(f"/files/{file.id}")).status_code == 404
    with pytest.raises(Refused) as refused:
        await actions.remove(sender, file.id, "shelf", thing)
    assert refused.value.reason is LifeReason.WRONG_STATE


async def test_the_owner_object_decides_who_opens_a_file_and_a_foreign_one_is_not_there(
    db: None, as_: SignIn, shelf: dict[UUID, set[UUID | None]]
) -> None:
    sender, stranger, thing = await builders.actor(Role.APPLICANT), await builders.actor(Role.DIRECTOR), uuid4()
    shelf[thing] = {sender.person}
    file = await actions.receive(sender, samples.upload("申报.docx", samples.word("只给自己看")), "shelf", thing)

    mine = await (await as_(sender)).get(f"/files/{file.id}")
    foreign = await (await as_(stranger)).get(f"/files/{file.id}")
    nowhere = await (await as_(stranger)).get(f"/files/{uuid4()}")
    anonymous = await (await as_(None)).get(f"/files/{file.id}")

    assert hashlib.sha256(mine.content).hexdigest() == file.sha256
    assert (foreign.status_code, nowhere.status_code, anonymous.status_code) == (404, 404, 404)
    assert "申报" not in foreign.text + str(foreign.headers)
    assert await rows.column(Q("SELECT action FROM access_log WHERE subject = {}", file.id)) == ["file.view"]


async def test_files_of_public_things_open_for_visitors(db: None, as_: SignIn, shelf: dict[UUID, set[UUID | None]]) -> None:
    sender, thing = await builders.actor(Role.COORDINATOR), uuid4()
    shelf[thing] = {None}
    file = await actions.receive(sender, samples.upload("a.pdf", samples.pdf()), "shelf", thing)

    assert (await (await as_(None)).get(f"/files/{file.id}")).status_code == 200


async def test_a_kind_nobody_answers_for_shows_nothing(db: None, as_: SignIn) -> None:
    sender = await builders.actor(Role.COORDINATOR)
    file = await actions.receive(sender, samples.upload("a.pdf", samples.pdf()), "unknown", uuid4())

    assert (await (await as_(sender)).get(f"/files/{file.id}")).status_code == 404


async def test_an_unattached_file_is_its_senders_alone(db: None, as_: SignIn) -> None:
    sender, other = await builders.actor(Role.APPLICANT), await builders.actor(Role.COORDINATOR)
    file = await actions.receive(sender, samples.upload("a.pdf", samples.pdf()), None, None)

    assert (await (await as_(sender)).get(f"/files/{file.id}")).status_code == 200
    assert (await (await as_(other)).get(f"/files/{file.id}")).status_code == 404
    assert (await (await as_(None)).get(f"/files/{file.id}")).status_code == 404


async def test_a_file_leaves_with_headers_that_let_no_browser_run_or_keep_it(db: None, as_: SignIn) -> None:
    sender = await builders.actor(Role.APPLICANT)
    file = await actions.receive(sender, samples.upload("预算 表.xlsx", samples.sheet()), None, None)

    answer: httpx.Response = await (await as_(sender)).get(f"/files/{file.id}")

    assert answer.headers["content-type"] == rules.SHEET
    assert (
        answer.headers["content-disposition"]
        == "attachment; filename=\"__ _.xlsx\"; filename*=UTF-8''%E9%A2%84%E7%AE%97%20%E8%A1%A8.xlsx"
    )
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert answer.headers["cache-control"] == "private, no-store"
    assert "etag" not in answer.headers
    assert int(answer.headers["content-length"]) == len(answer.content) == file.size


@pytest.mark.parametrize("address", ["/files/x", "/files/..%2f..%2fetc%2fpasswd", "/files/%00", "/files/0"])
async def test_an_address_that_is_no_file_is_not_found(db: None, client: httpx.AsyncClient, address: str) -> None:
    assert (await client.get(address)).status_code in {400, 404}


async def test_a_file_whose_bytes_are_lost_is_not_found_instead_of_cut_off(db: None, as_: SignIn) -> None:
    sender = await builders.actor(Role.APPLICANT)
    file = await actions.receive(sender, samples.upload("a.pdf", samples.pdf()), None, None)
    await storage.current().discard(file.key)

    assert (await (await as_(sender)).get(f"/files/{file.id}")).status_code == 404


@pytest.mark.parametrize("key", ["../../etc/passwd", "a/b", "..", "", "a\0b"])
async def test_the_storage_takes_only_keys_of_its_own_making(key: str) -> None:
    with pytest.raises(Missing):
        _ = [chunk async for chunk in storage.current().read(key)]


def test_a_clean_file_never_waits_again() -> None:
    assert [(source, target) for source, _, target in FILE_LIFE.edges()] == [
        (FileState.PENDING, FileState.CLEAN),
        (FileState.PENDING, FileState.REFUSED),
        (FileState.PENDING, FileState.REMOVED),
        (FileState.CLEAN, FileState.REMOVED),
        (FileState.REFUSED, FileState.REMOVED),
    ]


@pytest.fixture
async def clamd() -> AsyncIterator[int]:
    """Something that speaks clamd's protocol on this machine."""

    async def answer(stream: anyio.abc.SocketStream) -> None:
        async with stream:
            data = b""
            while not data.endswith(b"\0\0\0\0"):
                data += await stream.receive()
            await stream.send(b"stream: Eicar FOUND\0" if samples.EICAR in data else b"stream: OK\0")

    listener = await anyio.create_tcp_listener(local_host="127.0.0.1")
    async with anyio.create_task_group() as group:
        group.start_soon(listener.serve, answer)
        yield listener.extra(anyio.abc.SocketAttribute.local_port)  # noqa: S610 - not Django
        group.cancel_scope.cancel()
    await listener.aclose()


async def test_clamd_is_asked_about_every_byte(clamd: int, tmp_path: Path) -> None:
    good, bad = tmp_path / "good", tmp_path / "bad"
    good.write_bytes(b"x" * 200_000)
    bad.write_bytes(b"x" * 200_000 + samples.EICAR)

    scanner = scanning.Clamd("127.0.0.1", clamd)

    assert await scanner.is_clean(good)
    assert not await scanner.is_clean(bad)


async def test_a_clamd_that_is_not_there_is_away(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x")

    with pytest.raises(scanning.ScannerAwayError):
        await scanning.Clamd("127.0.0.1", 1, timeout=2).is_clean(tmp_path / "a")
