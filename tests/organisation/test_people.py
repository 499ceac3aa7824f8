"""Verbs of employees, in the database."""

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from tenant_app.audit.models import AuditEntry
from tenant_app.core.errors import Conflict, Invalid, NotFound
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import Employment, Position

AUGUST = date(2026, 8, 1)
JULY = date(2026, 7, 31)


def test_people_are_hired_change_and_leave(town):
    with town.as_user("admin") as ctx:
        made = organisation.hire(
            ctx,
            number="4711",
            name="Åse Ørsted",
            email="Aase@By.dk",
            unit_id=town.units["n1"],
            position=Position.ASSISTANT,
            fte=Decimal("0.86"),
            from_date=date(2026, 1, 1),
        )
        assert made.email == "aase@by.dk"
        organisation.change_employment(
            ctx, made.id, on=AUGUST, unit_id=town.units["s1"], position=Position.PEDAGOGUE
        )
        organisation.end_employment(ctx, made.id, on=date(2027, 1, 1))
        july = organisation.employment(ctx, made.id, on=JULY)
        august = organisation.employment(ctx, made.id, on=AUGUST)
        assert (july.unit_id, july.position) == (town.units["n1"], Position.ASSISTANT)
        assert (august.unit_id, august.fte) == (town.units["s1"], Decimal("0.8600"))
        assert august.unit.name
        assert august.employee.name == "Åse Ørsted"
        assert organisation.employment(ctx, made.id, on=date(2027, 1, 1)) is None
        organisation.rehire(
            ctx,
            made.id,
            unit_id=town.units["n1"],
            position=Position.PEDAGOGUE,
            fte=Decimal(1),
            from_date=date(2027, 6, 1),
        )
        assert organisation.employment(ctx, made.id, on=date(2027, 6, 1)) is not None
        trail = ctx.session.scalars(
            select(AuditEntry.action).where(AuditEntry.object_id == made.id).order_by(AuditEntry.id)
        ).all()
    assert trail == ["employee.hired", "employee.changed", "employee.ended", "employee.rehired"]


def hire(**changed):
    def act(ctx, t, person):
        facts = {
            "number": "4711",
            "name": "Ny",
            "email": None,
            "unit_id": "n1",
            "position": Position.PEDAGOGUE,
            "fte": Decimal(1),
            "from_date": date(2026, 1, 1),
        } | changed
        facts["unit_id"] = t(facts["unit_id"])
        organisation.hire(ctx, **facts)

    return act


@pytest.mark.parametrize(
    ("verb", "error", "field"),
    [
        (hire(number="E-ped_n1_1"), Conflict, "number"),
        (hire(fte=Decimal(0)), Invalid, "fte"),
        (hire(fte=Decimal("1.6")), Invalid, "fte"),
        (hire(email="nej"), Invalid, "email"),
        (hire(unit_id="nowhere"), NotFound, "unit_id"),
        (hire(from_date=date(2019, 1, 1)), Conflict, "from_date"),
        (
            lambda ctx, t, p: organisation.change_employment(
                ctx, p, on=AUGUST, unit_id=t("nowhere")
            ),
            NotFound,
            "unit_id",
        ),
        (
            lambda ctx, t, p: organisation.change_employment(ctx, p, on=AUGUST),
            Conflict,
            "on",
        ),
        (
            lambda ctx, t, p: organisation.change_employment(ctx, p, on=AUGUST, fte=Decimal(2)),
            Invalid,
            "fte",
        ),
        (
            lambda ctx, t, p: organisation.rehire(
                ctx,
                p,
                unit_id=t("n2"),
                position=Position.PEDAGOGUE,
                fte=Decimal(1),
                from_date=AUGUST,
            ),
            Conflict,
            "from_date",
        ),
        (
            lambda ctx, t, p: organisation.end_employment(ctx, p, on=date(2019, 1, 1)),
            Conflict,
            "on",
        ),
        (
            lambda ctx, t, p: organisation.end_employment(ctx, uuid4(), on=AUGUST),
            NotFound,
            None,
        ),
    ],
)
def test_a_wrong_employment_is_refused_and_nothing_changed(town, snapshot, verb, error, field):
    before = snapshot(town)
    with pytest.raises(error) as refusal, town.as_user("admin") as ctx:
        verb(ctx, lambda name: town.units.get(name) or uuid4(), town.employees["ped_n1_1"])
    assert refusal.value.field == field
    assert snapshot(town) == before


def test_nobody_is_hired_into_a_unit_that_closes(town):
    with town.as_user("admin") as ctx:
        organisation.merge_unit(ctx, town.units["n1"], into_id=town.units["n2"], on=AUGUST)
    with pytest.raises(Conflict) as refusal, town.as_user("admin") as ctx:
        hire()(ctx, town.units.get, None)
    assert refusal.value.field == "unit_id"
    assert "01-08-2026" in str(refusal.value)


def test_a_leader_does_not_see_who_has_gone_elsewhere(town):
    gone = town.employees["ped_n1_2"]
    with town.as_user("admin") as ctx:
        organisation.change_employment(ctx, gone, on=date(2026, 3, 1), unit_id=town.units["s1"])
    with town.as_user("leader_n1") as ctx, pytest.raises(NotFound):
        organisation.employee(ctx, gone)
    with town.as_user("leader_s1") as ctx:
        assert organisation.employee(ctx, gone).id == gone
    with town.as_system() as ctx:
        assert ctx.session.scalar(select(func.count()).where(Employment.employee_id == gone)) == 2


def test_a_foreign_unit_is_as_unknown_as_one_that_never_was(make_town, snapshot):
    here, there = make_town(), make_town()
    before = snapshot(here)
    said = set()
    for unit_id in (there.units["n1"], uuid4()):
        with pytest.raises(NotFound) as refusal, here.as_user("admin") as ctx:
            hire(unit_id="n1")(ctx, lambda name, unit_id=unit_id: unit_id, None)
        said.add((str(refusal.value), refusal.value.field))
    assert said == {("There is no such unit. Choose from the list.", "unit_id")}
    assert snapshot(here) == before
