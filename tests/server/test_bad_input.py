"""Whatever is sent, the answer is a page in Chinese that says so: never a traceback, never a 500, never half a row."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from jose import jwt

from kernel import clock, rows, settings
from kernel.access import GRANTS, Action, Actor, Role
from kernel.accounts import sessions, tokens
from kernel.rows import Q
from projects.calls import actions as calls
from projects.states import State
from tests import builders
from tests.asking import Asking
from tests.conftest import SignIn
from tests.doors import DOORS

pytestmark = pytest.mark.anyio
FORM = b"application/x-www-form-urlencoded"
CHINESE = re.compile("[\u4e00-\u9fff]")
HOSTILE_TEXT = [
    "\x00",
    "甲\x00乙",
    "\ud800",
    "\u202e\u2066",
    "{{7*7}}",
    "<script>alert(1)</script>",
    "' OR 1=1 --",
    "字" * 50_000,
]


def check_page(answer: httpx.Response, *allowed: int) -> None:
    """A page for people, of one of these statuses."""
    assert answer.status_code in allowed, (answer.status_code, str(answer.request.url)[:200], answer.text[:300])
    if answer.status_code not in {301, 302, 303}:
        assert answer.headers["content-type"].startswith("text/html")
        assert CHINESE.search(answer.text)
    assert "Traceback" not in answer.text
    assert "asyncpg" not in answer.text


async def raw(
    app: Any,
    method: bytes,
    path: bytes,
    headers: list[tuple[bytes, bytes]],
    body: list[dict[str, Any]] | bytes = b"",
    query: bytes = b"",
) -> httpx.Response:
    """What no well-behaved client can send, straight into the application as uvicorn would hand it on."""
    events = [{"type": "http.request", "body": body, "more_body": False}] if isinstance(body, bytes) else list(body)
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return events.pop(0) if events else {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method.decode(),
        "scheme": "http",
        "path": path.decode("latin-1"),
        "raw_path": path,
        "query_string": query,
        "root_path": "",
        "headers": [(b"host", b"127.0.0.1"), *headers],
        "client": ("127.0.0.1", 5),
        "server": ("127.0.0.1", 80),
        "state": {},
    }
    await app(scope, receive, send)
    start = next(message for message in sent if message["type"] == "http.response.start")
    text = b"".join(message.get("body", b"") for message in sent if message["type"] == "http.response.body")
    return httpx.Response(
        start["status"],
        headers=start["headers"],
        content=text,
        request=httpx.Request(method.decode(), f"http://127.0.0.1{path.decode('latin-1')}"),
    )


@pytest.fixture
async def coordinator(committed: str) -> Actor:
    return await builders.actor(Role.COORDINATOR, await builders.unit("society"), "示例主办经办")


@pytest.fixture
async def inside(coordinator: Actor, as_: SignIn) -> httpx.AsyncClient:
    return await as_(coordinator)


def cookies_of(browser: httpx.AsyncClient) -> tuple[bytes, bytes]:
    return b"cookie", "; ".join(f"{name}={value}" for name, value in browser.cookies.items()).encode()


async def hidden(browser: httpx.AsyncClient, page: str) -> dict[str, str]:
    shown = await browser.get(page)
    assert shown.status_code == 200, shown.text[:300]
    return {name: builders.hidden(shown.text, name) for name in ("csrf", "once", "version") if f'name="{name}"' in shown.text}


# ── tokens ──


def forged_tokens(session: str) -> dict[str, str]:
    """Each differs from a good one in one thing."""
    now = clock.real_now()
    good = {"iss": "mianshe", "aud": "session", "typ": "session", "sub": session, "iat": int(now.timestamp())}
    good["exp"] = int((now + timedelta(hours=1)).timestamp())
    key = settings.get().key()
    secret, kid = key.derive("token:session").hex(), {"kid": str(key.version)}

    def made(secret: str = secret, headers: dict[str, str] = kid, algorithm: str = "HS256", **changes: Any) -> str:
        return str(jwt.encode({**good, **changes}, secret, algorithm=algorithm, headers=headers))

    head, payload, mac = made().split(".")
    return {
        "expired": made(exp=int(now.timestamp()) - 1),
        "another secret": made(secret="x" * 64),
        "another audience": made(aud="link"),
        "another type": made(typ="link"),
        "another issuer": made(iss="somebody"),
        "another algorithm": made(algorithm="HS512"),
        "no algorithm": f"eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{payload}.",
        "no such key": made(headers={"kid": "99"}),
        "key that is no number": made(headers={"kid": "../../etc/passwd"}),
        "of another kind": tokens.sign("invite", session, now + timedelta(hours=1)),
        "cut": f"{head}.{payload}",
        "changed": f"{head}.{payload[:-2]}AA.{mac}",
        "subject that is no id": made(sub="1; DROP TABLE session"),
        "subject with nul": made(sub="\x00"),
        "unknown session": made(sub=str(rows.new_id())),
        "long": "A" * 7_000,
        "not a token": "%00%ff",
    }


async def test_a_token_that_is_not_good_is_nobody(committed: str, client: httpx.AsyncClient) -> None:
    who = await builders.actor(Role.COORDINATOR, await builders.unit("society"))
    good = await sessions.open_session(who.person)
    session = tokens.subject_of("session", good)
    client.cookies.set(sessions.COOKIE, good)
    assert (await client.get("/w/proposals")).status_code == 200

    for name, token in forged_tokens(session).items():
        client.cookies.clear()
        client.cookies.set(sessions.COOKIE, token)
        answer = await client.get("/w/proposals")
        assert (answer.status_code, answer.headers["location"]) == (303, "/login?next=%2Fw%2Fproposals"), name


async def test_a_forged_or_foreign_form_token_is_a_page_that_says_so(inside: httpx.AsyncClient) -> None:
    good = await hidden(inside, "/w/import")

    for token in ["", "x", "=" * 44, "甲", "\x00", good["csrf"][:-4] + "AAAA", good["once"]]:
        check_page(await inside.post("/w/import", data={"csrf": token}), 403)
        check_page(await inside.post("/w/calls/new", data={"csrf": token}), 403)
    assert await rows.value(Q("SELECT count(*) FROM call")) == 0


async def test_links_that_were_tampered_with_lead_nowhere(committed: str, client: httpx.AsyncClient) -> None:
    who = await builders.person()
    session = tokens.sign("session", str(who), clock.real_now() + timedelta(hours=1))
    shown = [
        await client.get(f"/{path}/{quote(token, safe='')}")
        for path in ("invite", "reset")
        for token in (session, "x.y.z", "\x00")
    ]

    for answer in shown:
        check_page(answer, 404, 422, 200)
    assert all('type="password"' not in answer.text for answer in shown)


# ── bodies ──


async def forms(browser: httpx.AsyncClient, project: str, call: str) -> dict[str, tuple[str, dict[str, str]]]:
    """Real forms with the hidden fields of their pages: a call, two of screening, an account's own."""
    screening = await hidden(browser, f"/w/proposals/{project}")
    return {
        f"/w/calls/{call}/edit/basic": ("/w/calls", await hidden(browser, f"/w/calls/{call}/edit/basic")),
        f"/w/proposals/{project}/refuse": ("/w/proposals", screening),
        f"/w/proposals/{project}/budget": ("/w/proposals", screening),
        "/account/password": ("/account", await hidden(browser, "/account/password")),
    }


@pytest.fixture
async def targets(coordinator: Actor, inside: httpx.AsyncClient) -> dict[str, dict[str, str]]:
    await builders.unit("society")
    project = await builders.project(State.SUBMITTED)
    url = await calls.draft(coordinator)
    found = await forms(inside, str(project.code), url.split("/")[3])
    return {address: fields for address, (_, fields) in found.items()}


async def state() -> list[Any]:
    return [
        tuple(row) for row in await rows.DB.run("SELECT state, version FROM project UNION ALL SELECT state, version FROM call")
    ]


async def test_nul_lone_surrogates_and_markup_in_any_field_are_text_or_a_sentence(
    inside: httpx.AsyncClient, targets: dict[str, dict[str, str]]
) -> None:
    names = ("title", "grounds", "note", "audited", "opens_on", "fill_until", "budget", "contact", "password", "old", "new")

    for address, fields in targets.items():
        for text in HOSTILE_TEXT:
            body = "&".join(
                [f"{name}={quote(value)}" for name, value in fields.items()]
                + [f"{name}={quote(text, errors='surrogatepass')}" for name in names]
            )
            answer = await inside.post(address, content=body.encode(), headers={"content-type": FORM.decode()})
            check_page(answer, 303, 400, 409, 413, 422, 429)
            assert "<script>alert" not in answer.text
            assert answer.status_code != 303 or "\x00" not in text


async def test_invalid_utf8_and_broken_percent_signs_are_no_mishap(
    app: Any, inside: httpx.AsyncClient, targets: dict[str, Any]
) -> None:
    for address, fields in targets.items():
        head = "&".join(f"{name}={quote(value)}" for name, value in fields.items()).encode()
        for tail in (b"&title=%ff%fe%80", b"&title=%", b"&title=%zz", b"&\xff\xfe=\xff", b"&=&&&;;==", b"&csrf=2&csrf=3"):
            headers = [(b"content-type", FORM), cookies_of(inside)]
            answer = await raw(app, b"POST", address.encode(), headers, head + tail)
            check_page(answer, 303, 400, 403, 409, 422, 429)


async def test_versions_and_once_keys_that_nobody_gave_out(inside: httpx.AsyncClient, targets: dict[str, dict[str, str]]) -> None:
    before = await state()

    for address, fields in targets.items():
        for junk in ("-1", "99999999999999999999", "1e3", "٣", "\x00", "null", "[]"):
            check_page(await inside.post(address, data={**fields, "version": junk, "grounds": "理由"}), 409, 422, 429)
            check_page(await inside.post(address, data={**fields, "version": "0", "once": junk * 30}), 400, 409, 422, 429)
    assert await state() == before


async def test_ten_megabytes_are_too_much(inside: httpx.AsyncClient, targets: dict[str, dict[str, str]]) -> None:
    for address, fields in targets.items():
        check_page(await inside.post(address, data={**fields, "title": "甲" * 3_500_000}), 413)
    check_page(await inside.post("/login", data={"username": "a" * 10_000_000}), 413)


async def test_ten_megabytes_that_do_not_say_so_are_too_much(
    app: Any, inside: httpx.AsyncClient, targets: dict[str, Any]
) -> None:
    """Chunked, without a length: counted as they come, and not read to their end."""
    for address in targets:
        chunks = [{"type": "http.request", "body": b"a" * 65_536, "more_body": True} for _ in range(160)]
        answer = await raw(app, b"POST", address.encode(), [(b"content-type", FORM), cookies_of(inside)], chunks)
        check_page(answer, 413)


async def test_two_hundred_thousand_fields_are_refused(app: Any, inside: httpx.AsyncClient, targets: dict[str, Any]) -> None:
    many = "&".join(f"f{n}=1" for n in range(200_000)).encode()
    same = b"a=&" * 80_000

    for address in (*targets, "/login", "/objection"):
        for body in (many, same):
            answer = await raw(app, b"POST", address.encode(), [(b"content-type", FORM), cookies_of(inside)], body)
            check_page(answer, 400, 403, 413)


async def test_many_parts_and_wrong_boundaries(app: Any, inside: httpx.AsyncClient, targets: dict[str, Any]) -> None:
    part = b'--x\r\nContent-Disposition: form-data; name="f"\r\n\r\n1\r\n'
    bodies = {
        b"multipart/form-data; boundary=x": [part * 3_000 + b"--x--\r\n", b"", b"--x", b"--x\r\n\r\n", part, b"\x00" * 5_000],
        b"multipart/form-data; boundary=other": [part + b"--x--\r\n"],
        b"multipart/form-data; boundary=": [part + b"--x--\r\n"],
        b"multipart/form-data": [part + b"--x--\r\n"],
        b"multipart/form-data; boundary=" + b"y" * 5_000: [part],
        b'multipart/form-data; boundary="\xff\xfe"': [part],
        b"multipart/form-data; boundary=x; charset=no-such": [part + b"--x--\r\n"],
    }
    headless = (
        b'--x\r\nContent-Disposition: form-data; name="csrf"; filename="\xff\x00"\r\nContent-Type: \xff\r\n\r\n1\r\n--x--\r\n'
    )
    bodies[b"multipart/form-data; boundary=x"].append(headless)

    for address in (*targets, "/w/import", "/login"):
        for kind, contents in bodies.items():
            for body in contents:
                answer = await raw(app, b"POST", address.encode(), [(b"content-type", kind), cookies_of(inside)], body)
                check_page(answer, 400, 403, 413)


async def test_content_types_nobody_asked_for(app: Any, inside: httpx.AsyncClient, targets: dict[str, Any]) -> None:
    deep = b"[" * 100_000 + b"]" * 100_000
    kinds = [
        b"application/json",
        b"application/xml",
        b"text/plain",
        b"application/msgpack",
        b"image/png",
        b"",
        b"/;=",
        b"\xff\xff",
        b"a" * 9_000,
    ]

    for address in (*targets, "/login", "/objection"):
        for kind in kinds:
            for body in (deep, b'{"csrf": 1}', b"\x00"):
                answer = await raw(app, b"POST", address.encode(), [(b"content-type", kind), cookies_of(inside)], body)
                check_page(answer, 400, 403, 415)


async def test_a_body_cut_off_in_the_middle_leaves_nothing_half_done(
    app: Any, inside: httpx.AsyncClient, targets: dict[str, Any]
) -> None:
    before = await state()

    for address, fields in targets.items():
        head = "&".join(f"{name}={quote(value)}" for name, value in fields.items()).encode() + b"&grounds=" + b"%E7" * 10
        events = [{"type": "http.request", "body": head, "more_body": True}, {"type": "http.disconnect"}]
        length = (b"content-length", str(len(head) + 1_000).encode())
        answer = await raw(app, b"POST", address.encode(), [(b"content-type", FORM), length, cookies_of(inside)], events)
        check_page(answer, 400)
    assert await state() == before
    assert await rows.value(Q("SELECT count(*) FROM once")) == 0


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # Litestar leaves the half upload to the collector
async def test_an_upload_cut_off_in_the_middle_leaves_no_file(app: Any, inside: httpx.AsyncClient) -> None:
    fields = await hidden(inside, "/w/import")
    parts = b"".join(
        f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode() for name, value in fields.items()
    )
    begun = parts + b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.xlsx"\r\n\r\nPK\x03\x04' + b"\0" * 50_000
    headers = [(b"content-type", b"multipart/form-data; boundary=x"), cookies_of(inside)]

    gone = await raw(app, b"POST", b"/w/import", headers, [{"type": "http.request", "body": begun, "more_body": True}])
    unended = await raw(app, b"POST", b"/w/import", headers, begun)

    check_page(gone, 400)
    check_page(unended, 400, 422)
    assert await rows.value(Q("SELECT count(*) FROM import_batch")) == 0


# ── addresses, headers, cookies, methods ──

WATCHED = {"/healthz", "/readyz", "/metrics"}
"""For machines, not for people."""
QUERIES = [
    "page=-1", "page=0", "page=99999999999", "page=99999999999999999999999999", "page=x", "page=1.5", "page=&page=2", "page=%00",
    "q=%00", "q=%ff%fe", "q=%ED%A0%80", "q=" + "a" * 6_000, "q=%25%27%22%5C", "state=%00&call=%00&area=%00", "state=nope&stage=nope",
    "tab=%3Cscript%3E", "since=2026-99-99&until=x", "since=0001-01-01&until=9999-12-31", "fund=%00&event=%00&project=%00",
    "%00=%00", "=", "&&&", "q[]=1&q[a]=2", "mine=%00", "next=//evil.example", "as=%00", "code=%00", "rows=99999999999", "check=%00",
]  # fmt: skip


async def test_no_query_makes_a_list_fall_over(app: Any, inside: httpx.AsyncClient, coordinator: Actor, committed: str) -> None:
    """Every page without an id in its address, as one who may open it."""
    asked = 0
    doors = [door for door in DOORS if door.method == "GET" and "{" not in door.path and door.path not in WATCHED]
    people = {role: await builders.actor(role, await builders.unit("society")) for role in Role}
    for door in doors:
        grants = GRANTS.get(door.action or Action.PUBLIC) or {Role.COORDINATOR: None}
        role = next(iter(grants)) if Role.COORDINATOR not in grants else Role.COORDINATOR
        browser = Asking(app, await sessions.open_session(people[role].person))
        for query in QUERIES:
            answer = await browser.get(f"{door.path}?{query}")
            assert answer.status_code in {200, 303, 400, 404, 422}, (door.path, query, answer.status_code)
            assert "<script>" not in answer.text.replace("<script src", "")
            asked += 1
    assert asked > 500


async def test_no_id_in_an_address_falls_over(inside: httpx.AsyncClient) -> None:
    doors = [door for door in DOORS if door.method == "GET" and door.path.count("{") == 1]
    for door in doors:
        if door.action and Role.COORDINATOR not in GRANTS.get(door.action, {Role.COORDINATOR: None}):
            continue
        for junk in ("%00", "%FF", "..%2F..%2Fetc%2Fpasswd", "0", "9" * 30, "a" * 3_000, "%E2%80%AE", "'%3B--"):
            answer = await inside.get(re.sub(r"\{[^}]+\}", junk, door.path))
            assert answer.status_code in {303, 400, 404}, (door.path, junk, answer.status_code)


async def test_header_and_cookie_junk(app: Any, inside: httpx.AsyncClient) -> None:
    good = cookies_of(inside)
    junk: list[list[tuple[bytes, bytes]]] = [
        [(b"cookie", b"\xff\xfe=\x00; session=\xff")],
        [(b"cookie", b"session=" + b"a" * 60_000)],
        [(b"cookie", b";;;===;a;=b; session")],
        [(b"cookie", b"said=<script>; size=\x00; theme=../../x; visitor=\xff" + b"x" * 30)],
        [good, (b"cookie", b"session=other")],
        [(b"accept-language", b"\xff" * 500), (b"user-agent", b"\x00\xff" * 500), (b"referer", b"\xff")],
        [(b"x-forwarded-for", b"'; DROP TABLE session; --"), (b"forwarded", b"\xff"), (b"host", b"evil.example")],
        [(b"content-length", b"-5")],
        [(b"content-length", b"nonsense")],
        [(b"if-none-match", b"\xff"), (b"if-modified-since", b"\xff"), (b"range", b"bytes=9-1")],
        [(b"hx-request", b"\xff"), (b"x-csrf-token", b"\xff\x00")],
        [(b"accept", b"*/*;q=\xff"), (b"accept-encoding", b"gzip;q=nan")],
    ]

    for headers in junk:
        for method, path in (
            (b"GET", b"/"),
            (b"GET", b"/login"),
            (b"GET", b"/w/proposals"),
            (b"POST", b"/login"),
            (b"POST", b"/w/calls"),
        ):
            answer = await raw(app, method, path, headers)
            check_page(answer, 200, 303, 400, 403, 404, 422)


async def test_methods_are_what_they_say_they_are(app: Any, inside: httpx.AsyncClient, targets: dict[str, Any]) -> None:
    before = await state()
    overrides = [(b"x-http-method-override", b"POST"), (b"x-method-override", b"DELETE")]

    for address in targets:
        for method in (b"GET", b"PUT", b"DELETE", b"PATCH", b"TRACE", b"FOO", b"get"):
            answer = await raw(app, method, address.encode(), [cookies_of(inside), *overrides], query=b"_method=POST")
            assert answer.status_code in {200, 303, 404, 405}, (address, method)
            assert "Traceback" not in answer.text
    assert await state() == before


# ── uploads ──

NAMES = ["../../../etc/passwd.xlsx", "..\\..\\windows\\a.xlsx", "a\x00.xlsx", "\u202ecod.xlsx", "." * 200 + "xlsx", "字" * 5_000 + ".xlsx", "a.exe.xlsx", "con.xlsx", "", " ", ".xlsx", "a", 'a";b="c.xlsx', "<script>.xlsx"]  # fmt: skip


@pytest.mark.parametrize(
    "content", [b"MZ\x90\x00" + b"\0" * 9_000, b"\x7fELF" + b"\0" * 900, b"PK\x03\x04", b"<html><script>", b""]
)
async def test_hostile_names_and_renamed_programs_are_refused_with_a_sentence(inside: httpx.AsyncClient, content: bytes) -> None:
    for name in NAMES:
        fields = await hidden(inside, "/w/import")
        answer = await inside.post("/w/import", data=fields, files={"file": (name, content, "application/octet-stream")})
        check_page(answer, 400, 422)
        assert "<script>.xlsx" not in answer.text
    assert await rows.value(Q("SELECT count(*) FROM import_batch")) == 0


async def test_a_file_beyond_the_limit_of_its_route_is_too_large(inside: httpx.AsyncClient) -> None:
    fields = await hidden(inside, "/w/import")

    over_sheet = await inside.post("/w/import", data=fields, files={"file": ("a.xlsx", b"\0" * 11_000_000, "x/y")})
    over_body = await inside.post("/w/import", data=fields, files={"file": ("a.xlsx", b"\0" * 23_000_000, "x/y")})

    check_page(over_sheet, 422)
    check_page(over_body, 413)
