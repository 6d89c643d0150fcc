"""Kinds that the catalogue, funds and applications share: what an organisation is, how money supports it."""

from __future__ import annotations

from enum import StrEnum

from departments import words


class OrganisationKind(StrEnum):
    ASSOCIATION = "association"
    SERVICE_AGENCY = "service-agency"
    FOUNDATION = "foundation"
    UNIVERSITY = "university"
    INSTITUTION_ONE = "institution-one"
    INSTITUTION_TWO = "institution-two"
    MASS_ORGANISATION = "mass-organisation"
    COMMITTEE = "committee"
    ENTERPRISE = "enterprise"
    FILED_GROUP = "filed-group"
    TEAM = "team"

    @property
    def label(self) -> str:
        return words.ORGANISATION_KIND[self]


class SupportMode(StrEnum):
    """Decides who may apply, which agreement is signed, which receipt is due."""

    PURCHASE = "purchase"
    GRANT = "grant"
    REWARD = "reward"
    CHARITY = "charity"

    @property
    def label(self) -> str:
        return words.SUPPORT_MODE[self]


class BudgetType(StrEnum):
    GENERAL = "general"
    GOVERNMENT_FUND = "government-fund"
    LOTTERY = "lottery"
    PARTY_FEE = "party-fee"
    SOCIAL = "social"

    @property
    def label(self) -> str:
        return words.BUDGET_TYPE[self]


class Purpose(StrEnum):
    """Whom lottery money may serve. An area names the purposes it falls under; most fall under none."""

    ELDERLY = "elderly"
    DISABILITY = "disability"
    ORPHANS = "orphans"
    HARDSHIP = "hardship"

    @property
    def label(self) -> str:
        return words.PURPOSE[self]


NO_CODE: frozenset[OrganisationKind] = frozenset({OrganisationKind.TEAM, OrganisationKind.FILED_GROUP})
"""Kinds without a unified social credit code: they apply through a payee that has one."""

_REGISTERED = frozenset(
    {OrganisationKind.ASSOCIATION, OrganisationKind.SERVICE_AGENCY, OrganisationKind.FOUNDATION, OrganisationKind.UNIVERSITY}
)

WHO_MAY_APPLY: dict[SupportMode, frozenset[OrganisationKind]] = {
    # Institutions of the first class and mass organisations kept by the budget may not sell services to government.
    SupportMode.PURCHASE: _REGISTERED | {OrganisationKind.INSTITUTION_TWO, OrganisationKind.ENTERPRISE},
    SupportMode.GRANT: frozenset(OrganisationKind) - {OrganisationKind.ENTERPRISE},
    SupportMode.REWARD: frozenset(OrganisationKind),
    SupportMode.CHARITY: frozenset(OrganisationKind) - {OrganisationKind.ENTERPRISE},
}
