"""Letters and their deliveries."""

from __future__ import annotations

from piccolo.columns import UUID, ForeignKey, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from kernel import rows
from kernel.accounts.tables import Person
from kernel.sql import one_of

CHANNELS = ("sms", "email")
DELIVERY_STATES = ("waiting", "sending", "sent", "failed", "skipped")


class Letter(Table):
    """One message to one person. Exists if and only if the change it tells of was committed."""

    id = UUID(primary_key=True, default=rows.new_id)
    person = ForeignKey(Person, null=False, index=True, on_delete=OnDelete.restrict)
    kind = Varchar(length=60)
    title = Varchar(length=200)
    body = Text()
    url = Varchar(length=300, default="")
    sent_at = Timestamptz()
    read_at = Timestamptz(null=True, default=None)


class Delivery(Table):
    """A letter on its way out of the platform, or a secret (link, code) that has no letter and is written only when it is sent."""

    id = UUID(primary_key=True, default=rows.new_id)
    person = ForeignKey(Person, null=False, index=True, on_delete=OnDelete.restrict)
    letter = ForeignKey(Letter, null=True, default=None, on_delete=OnDelete.restrict)
    secret = Varchar(length=20, default="")
    subject = UUID(null=True, default=None)
    channel = Varchar(length=10)
    state = Varchar(length=10, default="waiting")
    made_at = Timestamptz()
    sent_at = Timestamptz(null=True, default=None)

    delivery_once_per_channel = Unique(["letter", "channel"])
    delivery_known_channel = Check(one_of("channel", CHANNELS))
    delivery_known_state = Check(one_of("state", DELIVERY_STATES))
    delivery_letter_or_secret = Check("(letter IS NULL) = (subject IS NOT NULL)")
