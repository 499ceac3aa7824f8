"""What a tenant may be and how it may be set up. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from tenant_app.core.access import VendorActor, VendorPermission
from tenant_app.core.errors import N_, Conflict, Invalid
from tenant_app.core.matching import check_conditions, fact_of
from tenant_app.core.outbox import Outbox
from tenant_app.tenancy.models import TenantState, VendorRole, VendorUser
from tenant_app.tenancy.rules.cover import check_cover_rules as check_cover_rules

FACTS: dict[str, type | tuple[type, ...]] = {
    "ects": (int, float, Decimal),
    "form": str,
    "provider_kind": str,
    "municipal_goal": bool,
    "mandatory": bool,
    "weak_economy": bool,
    "institutions": int,
    "amount": int,
    "position": str,
}
"""What approval and funding rules can ask about, and what kind of answer it has."""

LEVELS = ("institution", "area", "central")
POOLS = ("institution", "area", "central")
WHOLE = 10_000
"""Basis points that are 100 %."""
LOCALES = ("da", "en")

LIMITS: dict[str, type] = {
    "active_goals": int,
    "running_initiatives": int,
    "running_per_person": int,
    "together_at_least": int,
    "sources_at_least": int,
    "roles_at_least": int,
    "follow_up_days": int,
    "weak_central_at_least": int,
    "forecast_from_month": int,
    "forecast_below_percent": int,
    "forecast_over_by_percent": int,
    "report_months": int,
    "leader_observes": bool,
    "area_leaders_coordinate": bool,
    "survey_before_course": bool,
    "screening_feeds_needs": bool,
    "share_at_staff_meeting": bool,
}
"""The municipality's own working rules, and what kind of value each has."""

MOVES: dict[TenantState, frozenset[TenantState]] = {
    TenantState.TRIAL: frozenset({TenantState.ACTIVE, TenantState.SUSPENDED, TenantState.ARCHIVED}),
    TenantState.ACTIVE: frozenset({TenantState.SUSPENDED}),
    TenantState.SUSPENDED: frozenset({TenantState.ACTIVE, TenantState.ARCHIVED}),
    TenantState.ARCHIVED: frozenset(),
}
OPEN = frozenset({TenantState.TRIAL, TenantState.ACTIVE})
"""States in which the tenant's users can sign in and its jobs run."""


class JobStanding(StrEnum):
    """Where a job stands."""

    WAITING = "waiting"
    DONE = "done"
    DEAD = "dead"
    CANCELLED = "cancelled"
    """Somebody stopped it; nothing of it happened."""


LONGEST_SUPPORT = 120
"""Minutes."""
SHORTEST_REASON = 10
"""Letters: “fejl” tells the municipality nothing."""
SHORTEST_PASSWORD = 12

_SLUG = re.compile(r"[a-z][a-z0-9-]{1,38}[a-z0-9]")
_RESERVED = frozenset({"admin", "api", "static", "support", "vendor", "www"})
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_PHONE = re.compile(r"\+?[0-9](?: ?[0-9]){7,14}")

ACCESSIBILITY = ("accessibility_email", "accessibility_phone", "accessibility_statement")
WAS_TOOL = frozenset({"was.digst.dk", "www.was.digst.dk"})
"""Where the agency publishes statements. No other host: the page says that the link is the
agency's, and it is read by people who are not signed in."""


STAFF_PERMISSIONS: dict[VendorRole, frozenset[VendorPermission]] = {
    VendorRole.VENDOR_ADMIN: frozenset(VendorPermission),
    VendorRole.VENDOR_SUPPORT: frozenset(
        {
            VendorPermission.TENANT_VIEW,
            VendorPermission.JOBS_RETRY,
            VendorPermission.SUPPORT_OPEN,
        }
    ),
}


def standing(row: Outbox) -> JobStanding:
    """Done, stopped, given up, or still to be done."""
    if row.cancelled_at is not None:
        return JobStanding.CANCELLED
    if row.done_at is not None:
        return JobStanding.DONE
    return JobStanding.WAITING if row.dead_at is None else JobStanding.DEAD


def staff_actor(person: VendorUser) -> VendorActor:
    """What a member of the vendor's staff may do."""
    return VendorActor(
        name=person.name, vendor_user_id=person.id, permissions=STAFF_PERMISSIONS[person.role]
    )


def check_move(state: TenantState, to: TenantState) -> None:
    """Raises Conflict when a tenant cannot go from the one state to the other."""
    if to not in MOVES[state]:
        raise Conflict(
            N_(
                "The step is not possible now: a municipality goes from trial to active, and is "
                "suspended before it is archived."
            )
        )


def check_slug(slug: str) -> str:
    """The short name in addresses. Raises Invalid."""
    if not _SLUG.fullmatch(slug) or "--" in slug or slug in _RESERVED:
        raise Invalid(
            N_(
                "“%(slug)s” cannot be a short name. Use 3 to 40 small letters a-z, digits and "
                "hyphens, beginning with a letter, such as “rudersdal”."
            ),
            field="slug",
            slug=slug[:60],
        )
    return slug


def check_name(name: str, *, field: str = "name") -> str:
    """A name of 1 to 200 letters. Raises Invalid."""
    cleaned = " ".join(name.split())
    if not 1 <= len(cleaned) <= 200:
        raise Invalid(N_("Write a name of 1 to 200 letters."), field=field)
    return cleaned


def check_code(code: str, known: Mapping[str, str]) -> str:
    """One of the 98 municipal codes, or 9xxx for trials. Raises Invalid."""
    if code not in known and not re.fullmatch(r"9\d{3}", code):
        raise Invalid(
            N_(
                "“%(code)s” is not a municipal code. Write the four digits, such as 0230; "
                "codes from 9000 are for trials."
            ),
            field="code",
            code=code[:20],
        )
    return code


def check_email(email: str, *, field: str = "email") -> str:
    """The address in small letters. Raises Invalid."""
    cleaned = email.strip().lower()
    if len(cleaned) > 254 or not cleaned.isprintable() or not _EMAIL.fullmatch(cleaned):
        raise Invalid(N_("“%(email)s” is not an e-mail address."), field=field, email=email[:60])
    return cleaned


def check_accessibility(given: Mapping[str, str]) -> dict[str, str | None]:
    """Contact and statement as they are kept; empty is None. Raises Invalid naming the field."""
    email, phone, address = (given.get(name, "").strip() for name in ACCESSIBILITY)
    kept = (
        check_email(email, field=ACCESSIBILITY[0]) if email else None,
        _check_phone(phone, field=ACCESSIBILITY[1]) if phone else None,
        _check_statement(address, field=ACCESSIBILITY[2]) if address else None,
    )
    return dict(zip(ACCESSIBILITY, kept, strict=True))


def _check_phone(phone: str, *, field: str) -> str:
    cleaned = " ".join(phone.split())
    if not _PHONE.fullmatch(cleaned):
        raise Invalid(
            N_(
                "“%(phone)s” is not a telephone number. Write 8 to 15 digits, such as 12 34 56 78 "
                "or +45 12 34 56 78."
            ),
            field=field,
            phone=phone[:60],
        )
    return cleaned


def _check_statement(address: str, *, field: str) -> str:
    plain = address.isascii() and address.isprintable() and " " not in address
    try:
        parts = urlsplit(address)
        where = (parts.scheme, parts.netloc.lower())
    except ValueError:  # such as half an IPv6 address
        parts, where = urlsplit(""), ("", "")
    at_the_agency = where in {("https", host) for host in WAS_TOOL}
    if not plain or not at_the_agency or not parts.path.strip("/") or len(address) > 300:
        raise Invalid(
            N_(
                "Write the address of the municipality's own statement in the agency's WAS-Tool, "
                "such as https://was.digst.dk/municipality-dk."
            ),
            field=field,
        )
    return address


def check_reason(reason: str) -> str:
    """A reason that says something. Raises Invalid."""
    cleaned = " ".join(reason.split())
    if len(cleaned) < SHORTEST_REASON:
        raise Invalid(
            N_("Write the reason in at least %(letters)s letters: the municipality will read it."),
            field="reason",
            letters=SHORTEST_REASON,
        )
    return cleaned[:1000]


def check_minutes(minutes: int) -> int:
    """How long support may look inside. Raises Invalid."""
    if not 1 <= minutes <= LONGEST_SUPPORT:
        raise Invalid(
            N_("Support can last from 1 to %(longest)s minutes."),
            field="minutes",
            longest=LONGEST_SUPPORT,
        )
    return minutes


def check_password(password: str) -> str:
    """Long enough, and not a megabyte to hash. Raises Invalid."""
    if not SHORTEST_PASSWORD <= len(password) <= 200:
        raise Invalid(
            N_("The password must have from %(shortest)s to 200 characters."),
            field="password",
            shortest=SHORTEST_PASSWORD,
        )
    return password


def check_locale(locale: str) -> str:
    """A language the product speaks. Raises Invalid."""
    if locale not in LOCALES:
        raise Invalid(
            N_("Unknown language “%(locale)s”. Choose da or en."),
            field="locale",
            locale=str(locale)[:20],
        )
    return locale


def check_approval_rules(rules: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Ordered rules, the last of which catches all. Raises Invalid naming `approval_rules`."""
    field = "approval_rules"
    for place, rule in enumerate(rules, start=1):
        if set(rule) != {"when", "levels"}:
            raise Invalid(
                N_("Rule %(place)s must have “when” and “levels”, and nothing else."),
                field=field,
                place=place,
            )
        _check_when(rule["when"], field=field)
        levels = rule["levels"] if isinstance(rule["levels"], list | tuple) else []
        in_order = [level for level in LEVELS if level in levels]
        if not levels or list(levels) != in_order:
            raise Invalid(
                N_(
                    "Rule %(place)s must name who approves, in the order institution, area, "
                    "central, each at most once."
                ),
                field=field,
                place=place,
            )
    _check_catch_all(rules, field=field)
    return [{"when": dict(rule["when"]), "levels": list(rule["levels"])} for rule in rules]


def check_funding_rules(rules: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Ordered rules whose shares each sum to 100 %. Raises Invalid naming `funding_rules`."""
    field = "funding_rules"
    for rule in rules:
        _check_when(rule["when"], field=field)
        for line, shares in rule["shares"].items():
            sound = all(
                pool in POOLS and _is_whole_number(share) and share >= 0
                for pool, share in shares.items()
            )
            if not sound or sum(shares.values()) != WHOLE:
                raise Invalid(
                    N_("“%(rule)s”: the shares of “%(line)s” must sum to 100 %%."),
                    field=field,
                    rule=rule["name"],
                    line=line,
                )
        if "default" not in rule["shares"]:
            raise Invalid(
                N_("“%(rule)s” must say who pays the other lines (“default”)."),
                field=field,
                rule=rule["name"],
            )
    _check_catch_all(rules, field=field)
    return [dict(rule) for rule in rules]


def check_limits(limits: Mapping[str, Any]) -> dict[str, Any]:
    """Known limits with values of the right kind. Raises Invalid naming `limits`."""
    for name, value in limits.items():
        if name not in LIMITS:
            raise Invalid(
                N_("Unknown limit “%(name)s”. Known: %(known)s."),
                field="limits",
                name=str(name)[:60],
                known=", ".join(sorted(LIMITS)),
            )
        if not _is_limit(LIMITS[name], value):
            raise Invalid(
                N_("The limit “%(name)s” must be a whole number from 1 to 100, or yes or no."),
                field="limits",
                name=name,
            )
    if limits.get("forecast_from_month", 1) > 12:
        raise Invalid(N_("Warnings begin in a month from 1 to 12."), field="limits")
    return dict(limits)


def _check_when(when: Any, *, field: str) -> None:
    if not isinstance(when, Mapping):
        raise Invalid(N_("“when” must be a list of conditions by name."), field=field)
    check_conditions(when, FACTS, field=field)
    for key, value in when.items():
        kind = FACTS[fact_of(key)]
        wanted = value if isinstance(value, list) and key.endswith("_in") else [value]
        compares = key.endswith(("_over", "_at_least"))
        for each in wanted:
            fits = isinstance(each, kind) and (kind is bool) == isinstance(each, bool)
            fits = fits and _is_kept(each)
            if not fits or (compares and kind in (str, bool)):
                raise Invalid(
                    N_("The condition “%(key)s” cannot be compared with “%(value)s”."),
                    field=field,
                    key=key,
                    value=str(each)[:60],
                )


def _check_catch_all(rules: Sequence[Mapping[str, Any]], *, field: str) -> None:
    if not rules or rules[-1]["when"]:
        raise Invalid(
            N_("The last rule must have no conditions, so that every request meets a rule."),
            field=field,
        )


def _is_limit(kind: type, value: Any) -> bool:
    if kind is bool:
        return isinstance(value, bool)
    return _is_whole_number(value) and 1 <= value <= 100


def _is_kept(value: Any) -> bool:
    """Whether JSON in the database can hold it: no NaN, no NUL."""
    if isinstance(value, str):
        return value.isprintable()
    return not isinstance(value, float) or math.isfinite(value)


def _is_whole_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
