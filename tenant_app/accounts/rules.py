"""Who may do what: the one role table; and what a login may be. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from datetime import date
from uuid import UUID

from tenant_app.accounts.models import Role
from tenant_app.core.access import Actor
from tenant_app.core.access import Permission as P
from tenant_app.core.errors import N_, Conflict, Forbidden, Invalid, Refusal
from tenant_app.organisation.models import UnitKind

_READ = {
    P.UNITS_VIEW,
    P.EMPLOYEES_VIEW,
    P.COMPETENCES_VIEW,
    P.CATALOGUE_VIEW,
    P.BUDGET_VIEW,
    P.ENROLMENT_VIEW,
    P.REPORT_VIEW,
}

ROLE_PERMISSIONS: dict[Role, frozenset[P]] = {
    Role.MUNICIPAL_ADMIN: frozenset(
        _READ
        | {
            P.TENANT_CONFIGURE,
            P.USERS_MANAGE,
            P.DELEGATION_MANAGE,
            P.UNITS_MANAGE,
            P.EMPLOYEES_MANAGE,
            P.COMPETENCES_MANAGE,
            P.CATALOGUE_MANAGE,
            P.BUDGET_MANAGE,
            P.ENROLMENT_APPROVE_AREA,
            P.ENROLMENT_APPROVE_CENTRAL,
            P.ENROLMENT_COMPLETE,
            P.REPORT_RUN,
            P.IMPORT_RUN,
            P.JOBS_VIEW,
            P.JOBS_RETRY,
            P.AUDIT_VIEW,
        }
    ),
    Role.CONSULTANT: frozenset(
        _READ | {P.COMPETENCES_MANAGE, P.CATALOGUE_MANAGE, P.ENROLMENT_COMPLETE, P.REPORT_RUN}
    ),
    Role.AREA_LEADER: frozenset(
        _READ
        | {
            P.ENROLMENT_REQUEST,
            P.ENROLMENT_APPROVE_INSTITUTION,
            P.ENROLMENT_APPROVE_AREA,
            P.ENROLMENT_COMPLETE,
            P.DELEGATION_MANAGE,
            P.REPORT_RUN,
        }
    ),
    Role.INSTITUTION_LEADER: frozenset(
        _READ
        | {
            P.ENROLMENT_REQUEST,
            P.ENROLMENT_APPROVE_INSTITUTION,
            P.ENROLMENT_COMPLETE,
            P.DELEGATION_MANAGE,
        }
    ),
    Role.EMPLOYEE: frozenset({P.CATALOGUE_VIEW, P.COMPETENCES_VIEW, P.ENROLMENT_REQUEST_OWN}),
    Role.AUDITOR: frozenset(_READ | {P.AUDIT_VIEW}),
}

RANK: dict[Role, int] = {
    Role.MUNICIPAL_ADMIN: 4,
    Role.CONSULTANT: 3,
    Role.AREA_LEADER: 3,
    Role.INSTITUTION_LEADER: 2,
    Role.AUDITOR: 2,
    Role.EMPLOYEE: 1,
}
"""Nobody grants a role above the highest of their own."""

ROLE_KINDS: dict[Role, frozenset[UnitKind]] = {
    Role.MUNICIPAL_ADMIN: frozenset({UnitKind.MUNICIPALITY}),
    Role.CONSULTANT: frozenset({UnitKind.MUNICIPALITY, UnitKind.AREA}),
    # A municipality without areas places the area leader's work at its top.
    Role.AREA_LEADER: frozenset({UnitKind.MUNICIPALITY, UnitKind.AREA}),
    Role.INSTITUTION_LEADER: frozenset({UnitKind.INSTITUTION, UnitKind.HOUSE}),
    Role.EMPLOYEE: frozenset(UnitKind),
    Role.AUDITOR: frozenset(UnitKind),
}
"""Where in the hierarchy a role makes sense."""

NOT_DEPUTISED = frozenset({Role.EMPLOYEE, Role.AUDITOR})
"""A deputy leads in a leader's place; private and oversight roles stay with the person."""

DELEGATING = frozenset(
    role
    for role, permissions in ROLE_PERMISSIONS.items()
    if P.DELEGATION_MANAGE in permissions and role not in NOT_DEPUTISED
)
"""Whoever has one of these may have a deputy."""

LOCALES = ("da", "en")
SESSION_HOURS = 10
INVITATION_DAYS = 14
TOKEN_DAYS = 365
MOST_YEARS = 10
"""How far ahead a role or a deputy can be planned."""
LONGEST_NAME = 200
LONGEST_EMAIL = 254
SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 200
"""Longer ones would only cost time to hash."""

_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+")
_COMMON = frozenset(
    {
        *("123456789012", "1234567890123", "12345678901234", "1234567890123456", "1q2w3e4r5t6y"),
        *("password", "passwordpassword", "adgangskode", "adgangskodeadgangskode", "kodeord"),
        *("minkode", "minadgangskode", "velkommen", "velkommentil", "hemmelig", "hemmeligt"),
        *("sommer", "sommerferie", "vinter", "efterår", "forår", "januar", "februar", "danmark"),
        *("kommune", "kommunen", "københavn", "børnehave", "børnehaven", "vuggestue", "pædagog"),
        *("pædagogik", "dagtilbud", "rødtråd", "rød tråd", "iloveyou", "letmein", "changeme"),
        *("administrator", "welcome", "correct horse battery staple"),
    }
)
"""Compared without capitals and without the digits and signs people add at the end."""
_TAIL = "0123456789!?.,;:-_*+#@$%&/()= "
_RUNS = ("0123456789", "abcdefghijklmnopqrstuvwxyz", "qwertyuiopåasdfghjklæøzxcvbnm")


class SignInRefused(Refusal):
    """One answer for every reason, or it would tell which logins exist."""

    status = 401
    code = "sign_in_refused"

    def __init__(self) -> None:
        super().__init__(N_("The e-mail or the password is not right."))


class LastAdmin(Conflict):
    """Nobody could let anybody in again."""

    def __init__(self) -> None:
        super().__init__(
            N_(
                "This is the municipality's last administrator. Make another user administrator "
                "first."
            )
        )


def plain_email(text: str) -> str:
    """How an e-mail address is kept and looked up: trimmed, in lower case, never unreadable."""
    return "".join(c for c in text.strip().lower() if c.isprintable())[: LONGEST_EMAIL + 1]


def check_email(text: str) -> str:
    """The address as it is kept. Raises Invalid."""
    email = plain_email(text)
    if len(email) > LONGEST_EMAIL or not _EMAIL.fullmatch(email):
        raise Invalid(
            N_("“%(email)s” is not an e-mail address. Write it as name@municipality.dk."),
            field="email",
            email=email[:60],
        )
    return email


def check_name(text: str, *, longest: int = LONGEST_NAME) -> str:
    """The name without surrounding space. Raises Invalid."""
    name = text.strip()
    if not name or len(name) > longest or not name.isprintable():
        raise Invalid(
            N_("Write a name of 1 to %(longest)s characters on one line."),
            field="name",
            longest=longest,
        )
    return name


def check_text(text: str, *, field: str, longest: int = 500) -> str:
    """A remark without surrounding space; may be empty. Raises Invalid."""
    cleaned = text.strip()
    if len(cleaned) > longest or not cleaned.replace("\n", "").replace("\r", "").isprintable():
        raise Invalid(
            N_("Write at most %(longest)s characters of plain text."), field=field, longest=longest
        )
    return cleaned


def check_locale(text: str) -> str:
    """Danish or English. Raises Invalid."""
    if text not in LOCALES:
        raise Invalid(N_("Choose Danish (da) or English (en)."), field="locale")
    return text


def check_password(password: str, *, email: str, field: str = "password") -> None:
    """Long, not the login, and not what everybody tries first. Raises Invalid."""
    if len(password) < SHORTEST_PASSWORD:
        raise Invalid(
            N_("The password must have at least %(least)s characters. Four words are a good one."),
            field=field,
            least=SHORTEST_PASSWORD,
        )
    if len(password) > LONGEST_PASSWORD:
        raise Invalid(
            N_("The password can have at most %(most)s characters."),
            field=field,
            most=LONGEST_PASSWORD,
        )
    small = password.casefold().strip()
    if small in (email.casefold(), email.casefold().partition("@")[0]):
        raise Invalid(
            N_("The password cannot be your e-mail address. Choose another."), field=field
        )
    if small in _COMMON or small.rstrip(_TAIL) in _COMMON or _is_run(small):
        raise Invalid(
            N_("Many people use this password, so it is tried first. Choose another."), field=field
        )


def _is_run(text: str) -> bool:
    """Few different characters, or a walk along the keyboard."""
    return len(set(text)) < 4 or any(text in run * 4 for run in _RUNS)


def parse_token(text: str) -> tuple[int, str] | None:
    """(tenant, secret) of an API token `rt_<tenant>_<secret>`, or None."""
    parts = text.strip().split("_", 2)
    if len(parts) != 3 or parts[0] != "rt" or not parts[2]:
        return None
    number = parts[1]
    if not (number.isascii() and number.isdigit() and len(number) < 18):
        return None
    return int(number), parts[2]


def rank_at(actor: Actor, path: str) -> int:
    """The highest rank with which the actor may place roles at a path; 0 is nobody's.

    What is borrowed counts one less: a deputy passes on less than was lent.
    """
    if actor.is_system:
        return max(RANK.values())
    return max(
        (
            RANK[Role(grant.role)] - (grant.deputy_for is not None)
            for grant in actor.grants
            if P.USERS_MANAGE in grant.permissions and path.startswith(grant.path)
        ),
        default=0,
    )


def check_other(actor: Actor, user_id: UUID) -> None:
    """Nobody changes their own roles or login. Raises Forbidden."""
    if actor.user_id == user_id:
        raise Forbidden(
            N_("Nobody can change their own roles or login. Ask another administrator.")
        )


def check_rank(actor: Actor, roles: Iterable[Role], *, path: str) -> None:
    """Nobody gives, takes or steers a role above their own. Raises Forbidden."""
    highest = max((RANK[role] for role in roles), default=0)
    if highest > rank_at(actor, path):
        raise Forbidden(N_("This role ranks above yours. Ask an administrator who has it."))


def check_kind(role: Role, kind: UnitKind) -> None:
    """A role belongs to certain kinds of units. Raises Invalid."""
    if kind not in ROLE_KINDS[role]:
        raise Invalid(
            N_("This role cannot be given at this kind of unit. Choose another unit or role."),
            field="unit_id",
        )


def check_period(from_date: date, to_date: date, *, today: date) -> None:
    """A deputy's period, both days included, lies ahead. Raises Invalid."""
    if to_date < from_date:
        raise Invalid(
            N_("The last day %(to_date)s is before the first day %(from_date)s."),
            field="to_date",
            from_date=from_date.strftime("%d-%m-%Y"),
            to_date=to_date.strftime("%d-%m-%Y"),
        )
    if from_date < today:
        raise Invalid(
            N_("A deputy cannot begin in the past. Choose %(today)s or later."),
            field="from_date",
            today=today.strftime("%d-%m-%Y"),
        )
    for day, field in ((from_date, "from_date"), (to_date, "to_date")):
        check_near(day, today=today, field=field)


def check_near(day: date, *, today: date, field: str) -> None:
    """At most ten years from today: later is a slip of the hand. Raises Invalid."""
    if (day.year - MOST_YEARS, day.month, day.day) > (today.year, today.month, today.day):
        raise Invalid(
            N_("%(date)s is more than %(years)s years from today. Check the year."),
            field=field,
            date=day.strftime("%d-%m-%Y"),
            years=MOST_YEARS,
        )


def check_days(days: int, *, most: int = TOKEN_DAYS) -> None:
    """How long an API token lasts. Raises Invalid."""
    if not 1 <= days <= most:
        raise Invalid(
            N_("A token lasts from 1 to %(most)s days. Choose a number between."),
            field="days",
            most=most,
        )


def check_admin_remains(admins: Collection[UUID], *, leaving: UUID) -> None:
    """At least one lasting administrator stays behind. Raises LastAdmin."""
    if set(admins) == {leaving}:
        raise LastAdmin()
