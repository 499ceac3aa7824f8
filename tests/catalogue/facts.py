"""What a usual course and session say."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from tenant_app.catalogue import service as catalogue
from tenant_app.catalogue.models import CourseForm, PriceKind
from tenant_app.core.context import Context
from tenant_app.core.money import kroner

DATES = {
    "deadline": date(2026, 4, 1),
    "starts_on": date(2026, 4, 15),
    "ends_on": date(2026, 6, 15),
}


def course_facts(**facts: Any) -> dict[str, Any]:
    """A diploma module of 10 ECTS at 12.000 kr."""
    usual: dict[str, Any] = {
        "code": "DM-SPROG",
        "title": "Børns sprog",
        "form": CourseForm.DIPLOMA_MODULE,
        "ects": Decimal(10),
        "hours": Decimal(280),
        "price_kind": PriceKind.PER_PERSON,
        "price": kroner(12000),
    }
    return usual | facts


def session_facts(**facts: Any) -> dict[str, Any]:
    """Twenty seats in the spring of 2026."""
    return DATES | {"seats": 20, "place": "Campus Carlsberg"} | facts


def add_session(ctx: Context, course_id: UUID, **facts: Any) -> UUID:
    return catalogue.create_session(ctx, course_id=course_id, **session_facts(**facts)).id
