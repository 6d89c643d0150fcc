"""The accounts of the demo city, as data. The demo makes them; the sign-in page lists them in demo mode only."""

from __future__ import annotations

from msgspec import Struct

from kernel.access import Role

PASSWORD = "mianshe-demo-2026"  # noqa: S105 - published on purpose; demo mode refuses a production setting


class DemoAccount(Struct, frozen=True):
    """`unit` is a department's code, or kind and number of a unit the demo makes, such as organisation-01."""

    username: str
    role: Role
    unit: str = ""


DEPARTMENTS = ("society", "education", "scitech", "civil", "justice", "labour", "health", "union", "youth", "women", "disabled")


def _of_departments() -> list[DemoAccount]:
    posts = (("officer", Role.OFFICER), ("head", Role.HEAD), ("finance", Role.FINANCE_OFFICER))
    return [DemoAccount(f"{name}-{code}", role, code) for code in DEPARTMENTS for name, role in posts]


def _numbered(name: str, role: Role, count: int, unit: str = "") -> list[DemoAccount]:
    return [DemoAccount(f"{name}-{n:02}", role, f"{unit}-{n:02}" if unit else "") for n in range(1, count + 1)]


ACCOUNTS: tuple[DemoAccount, ...] = (
    DemoAccount("coordinator", Role.COORDINATOR, "society"),
    DemoAccount("director", Role.DIRECTOR, "society"),
    DemoAccount("secretary", Role.OFFICER, "society"),
    *_of_departments(),
    *_numbered("team", Role.APPLICANT, 6, "organisation"),
    *_numbered("orgadmin", Role.ORGANISATION_ADMIN, 6, "organisation"),
    *_numbered("expert", Role.EXPERT, 8),
    *_numbered("county", Role.COUNTY_OFFICER, 3, "county"),
    *_numbered("agency", Role.AGENCY_WORKER, 1, "agency"),
    *_numbered("station", Role.STATION_WORKER, 2, "station"),
    *_numbered("member", Role.MEMBER, 1),
    DemoAccount("agent-01", Role.AGENT, "society"),
    DemoAccount("supervisor", Role.SUPERVISOR),
    DemoAccount("auditor", Role.AUDITOR),
    DemoAccount("sysadmin", Role.SYSTEM_ADMIN),
    DemoAccount("secadmin", Role.SECURITY_ADMIN),
    DemoAccount("auditadmin", Role.AUDIT_ADMIN),
)
