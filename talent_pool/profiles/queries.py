"""Reads of the expert pool: one profile, and the whole roster as a draw needs it. The list is talent_pool.directory."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from msgspec import Struct

from kernel import clock, rows, secrets_box
from kernel.access import Action, Actor, Reach
from kernel.rows import Q
from talent_pool.life import ExpertState
from talent_pool.profiles import rules, words
from talent_pool.profiles.kinds import Category, FeeClass, Part, Source
from talent_pool.profiles.rules import Entry


class Standing(Struct, frozen=True):
    """What a list says of an expert's place in the pool."""

    state: ExpertState
    asked_on: date | None

    @property
    def is_unconfirmed(self) -> bool:
        return self.state is ExpertState.ADMITTED and rules.is_unconfirmed(self.asked_on, clock.today())

    @property
    def state_label(self) -> str:
        return words.UNCONFIRMED if self.is_unconfirmed else self.state.label

    @property
    def tone(self) -> str:
        return "warn" if self.is_unconfirmed else words.STATE_TONE[self.state]


class Profile(Standing, frozen=True):
    id: UUID
    person: UUID
    name: str
    mobile: str | None
    employer: str
    title: str
    category: Category
    areas: list[str]
    fields: list[str]
    methods: list[str]
    counties: list[str]
    keywords: str
    speciality: str
    county: str
    finance: bool
    community: bool
    host_staff: bool
    civil_servant: bool
    fee_approved: bool
    fee_class: FeeClass
    max_load: int
    max_year: int
    shown: list[Part]
    shown_at: datetime | None
    source: Source
    invited_by: UUID | None
    inviter: str
    inviting_unit: str
    recommendation: str
    applied_at: datetime | None
    settler: str
    settled_at: datetime | None
    reason: str
    confirmed_on: date | None
    merged_into: UUID | None
    fictional: bool
    version: int

    @property
    def masked_mobile(self) -> str:
        return secrets_box.masked_mobile(secrets_box.open("mobile", self.mobile)) if self.mobile else ""


def visible_expert(actor: Actor, action: Action) -> Q:
    """The condition on expert (as e): the pool is the host's alone, a department sees whom it invited, an expert oneself;
    who may only search meets the experts who agreed to be shown.

    A secretary meets experts on the panel, not here.
    """
    reach = actor.reach(action)
    if reach is Reach.CITY:
        return Q("true")
    if reach is Reach.UNIT:
        return Q("e.invited_unit = ANY({}::uuid[])", list(actor.units(action)))
    if reach is Reach.INVOLVED:
        return Q("(e.state = 'admitted' AND e.merged_into IS NULL AND e.shown ? 'name')")
    if reach is Reach.OWN:
        return Q("(e.person = {} AND e.merged_into IS NULL)", actor.person)
    return Q("false")


_FROM = Q("FROM expert e JOIN person pe ON pe.id = e.person LEFT JOIN unit u ON u.id = e.employer")


_PROFILE = Q(
    "SELECT e.state, e.asked_on, e.id, e.person, pe.name, pe.mobile, coalesce(u.name, e.employer_name) AS employer, e.title,"
    " e.category, e.areas, e.fields, e.methods, e.counties, e.keywords, e.speciality, e.county, e.finance, e.community,"
    " e.host_staff, e.civil_servant, e.fee_approved, e.fee_class, e.max_load, e.max_year, e.shown, e.shown_at, e.source,"
    " e.invited_by, coalesce((SELECT name FROM person WHERE id = e.invited_by), '') AS inviter,"
    " coalesce((SELECT name FROM unit WHERE id = e.invited_unit), '') AS inviting_unit, e.recommendation, e.applied_at,"
    " coalesce((SELECT name FROM person WHERE id = e.settled_by), '') AS settler, e.settled_at, e.reason, e.confirmed_on,"
    " e.merged_into, e.fictional, e.version {}",
    _FROM,
)


async def profile(actor: Actor, expert: UUID, action: Action = Action.VIEW_EXPERTS) -> Profile:
    return await rows.the(Profile, Q("{} WHERE e.id = {} AND {}", _PROFILE, expert, visible_expert(actor, action)))


async def own(actor: Actor) -> Profile:
    """The caller's own profile, or Missing."""
    return await rows.the(Profile, Q("{} WHERE {}", _PROFILE, visible_expert(actor, Action.EDIT_OWN_EXPERT)))


async def by_id(expert: UUID) -> Profile:
    """For jobs and links, which have asked by other means whether it may be seen."""
    return await rows.the(Profile, Q("{} WHERE e.id = {}", _PROFILE, expert))


async def roster(only: list[UUID] | None = None) -> list[Entry]:
    """Everybody in the pool (or just these persons, whatever their state), whole: for conflicts, draw and matching."""
    chosen = Q("e.state IN ('admitted', 'paused')") if only is None else Q("e.person = ANY({}::uuid[])", only)
    return await rows.fetch(
        Entry,
        Q(
            "SELECT e.id AS expert, e.person, pe.name, e.state, e.category, e.employer,"
            " coalesce(u.name, e.employer_name) AS employer_name, e.county, e.areas, e.fields, e.finance, e.community,"
            " e.host_staff, e.max_load, e.max_year, e.asked_on,"
            " (SELECT coalesce(jsonb_agg(jsonb_build_object('since', a.since, 'until', a.until)), '[]') FROM expert_absence a"
            "  WHERE a.expert = e.id AND a.until >= {}) AS absences,"
            " (SELECT coalesce(jsonb_agg(jsonb_build_object('kind', t.kind, 'unit', t.unit, 'unit_name',"
            "   coalesce(tu.name, t.unit_name), 'other_name', t.other_name, 'until', t.until)), '[]')"
            "  FROM same_expert se JOIN expert_tie t ON t.expert = se.also LEFT JOIN unit tu ON tu.id = t.unit WHERE se.expert = e.id) AS ties,"
            " (SELECT coalesce(jsonb_agg(jsonb_build_object('unit', m.unit, 'until', m.ends_on)), '[]') FROM same_expert se"
            "  JOIN membership m ON m.person = se.also_person WHERE se.expert = e.id AND m.unit IS NOT NULL AND m.role <> 'expert') AS posts,"
            " (SELECT coalesce(jsonb_agg(d.expires_on), '[]') FROM same_expert se JOIN expert_document d ON d.expert = se.also"
            "  WHERE se.expert = e.id AND d.kind = 'consent' AND d.withdrawn_at IS NULL) AS consents"
            " {} WHERE {} ORDER BY e.id",
            clock.today(),
            _FROM,
            chosen,
        ),
    )
