"""People and what they hold. Credentials and sessions are apart from who the person is."""

from __future__ import annotations

from piccolo.columns import UUID, BigInt, Boolean, Date, ForeignKey, Integer, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from kernel import rows
from kernel.access import Role
from kernel.sql import one_of

LINK_KINDS = ("invite", "reset")
UNIT_KINDS = ("department", "organisation", "county", "station", "agency")


class Unit(Table):
    """Anything a membership can be in. `code` is stable and public: department code, 统一社会信用代码, GB/T 2260 code."""

    id = UUID(primary_key=True, default=rows.new_id)
    kind = Varchar(length=20, index=True)
    code = Varchar(length=40)
    name = Varchar(length=120)
    sort_key = Varchar(length=240, default="")
    position = Integer(default=0)
    confirmed = Boolean(default=True)
    closed_on = Date(null=True, default=None)
    version = Integer(default=1)

    unit_one_code_per_kind = Unique(["kind", "code"])
    unit_known_kind = Check(one_of("kind", UNIT_KINDS))


class Person(Table):
    """A natural person. Mobile and e-mail are encrypted at rest; `mobile_key` is an HMAC for equality."""

    id = UUID(primary_key=True, default=rows.new_id)
    name = Varchar(length=60)
    sort_key = Varchar(length=240, default="")
    mobile = Varchar(length=300, null=True, default=None)
    mobile_key = Varchar(length=64, null=True, default=None, index=True)
    email = Varchar(length=400, null=True, default=None)
    created_at = Timestamptz()
    version = Integer(default=1)


class Membership(Table):
    """A role in a unit, from and until. Never deleted: it ends."""

    id = UUID(primary_key=True, default=rows.new_id)
    person = ForeignKey(Person, null=False, index=True, on_delete=OnDelete.restrict)
    role = Varchar(length=30)
    unit = ForeignKey(Unit, null=True, index=True, on_delete=OnDelete.restrict)
    starts_on = Date()
    ends_on = Date(null=True, default=None)
    granted_by = UUID(null=True, default=None)
    version = Integer(default=1)

    membership_known_role = Check(one_of("role", tuple(Role)))
    membership_never_to_oneself = Check("granted_by IS NULL OR granted_by <> person")


class Session(Table):
    """A signed-in browser. The cookie's token names it; ending it here ends it everywhere at once."""

    id = UUID(primary_key=True, default=rows.new_id)
    person = ForeignKey(Person, null=False, index=True, on_delete=OnDelete.restrict)
    made_at = Timestamptz()
    seen_at = Timestamptz()
    expires_at = Timestamptz()
    ended_at = Timestamptz(null=True, default=None)
    idle_minutes = Integer(default=30)
    device = Varchar(length=120, default="")


class Account(Table):
    """How a person signs in. Apart from Person, so that reading people never reads a hash."""

    person = ForeignKey(Person, primary_key=True, null=False, on_delete=OnDelete.restrict)
    username = Varchar(length=60, unique=True)
    password = Varchar(length=200, default="")
    must_change = Boolean(default=True)
    failures = Integer(default=0)
    lockouts = Integer(default=0)
    locked_until = Timestamptz(null=True, default=None)
    closed_at = Timestamptz(null=True, default=None)
    last_in_at = Timestamptz(null=True, default=None)
    second_factor = Varchar(length=200, default="")
    factor_step = BigInt(default=0)
    version = Integer(default=1)


class AccountLink(Table):
    """A single-use way to set a password. The link itself is signed when it is sent and kept nowhere."""

    id = UUID(primary_key=True, default=rows.new_id)
    person = ForeignKey(Person, null=False, index=True, on_delete=OnDelete.restrict)
    kind = Varchar(length=10)
    made_by = UUID(null=True, default=None)
    made_at = Timestamptz()
    expires_at = Timestamptz()
    used_at = Timestamptz(null=True, default=None)

    account_link_known_kind = Check(one_of("kind", LINK_KINDS))


class OneTimeCode(Table):
    """A code that was sent to a person. Its six digits follow from a key and the id, so no copy of them is kept."""

    id = UUID(primary_key=True, default=rows.new_id)
    person = ForeignKey(Person, null=False, index=True, on_delete=OnDelete.restrict)
    made_at = Timestamptz()
    expires_at = Timestamptz()
    tries = Integer(default=0)
    used_at = Timestamptz(null=True, default=None)
