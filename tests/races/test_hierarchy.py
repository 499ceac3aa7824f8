"""Two change the hierarchy at once: the second sees what the first did. The control loses."""

import threading
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tenant_app.core.errors import Conflict, Refusal
from tenant_app.organisation import queries
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import Employment, Position, UnitKind, UnitPlacement
from tests.races.waiting import until_it_waits_or_ends

AUGUST = date(2026, 8, 1)


def meanwhile(town, first, second):
    """Run `second` in a thread while `first` is done but not committed. Returns its error."""
    caught: list[Refusal] = []

    def run():
        try:
            second()
        except Refusal as refusal:
            caught.append(refusal)

    thread = threading.Thread(target=run)
    with first():
        thread.start()
        with Session(town.db.app) as beside:
            until_it_waits_or_ends(thread, beside)
    thread.join()
    return caught[0] if caught else None


def move_while_a_house_is_founded(town):
    class Moving:
        def __enter__(self):
            self.work = town.as_user("admin")
            ctx = self.work.__enter__()
            organisation.move_unit(ctx, town.units["n1"], parent_id=town.units["south"], on=AUGUST)

        def __exit__(self, *error):
            self.work.__exit__(*error)

    def found():
        with town.as_user("admin") as ctx:
            organisation.found_unit(
                ctx,
                number="H1",
                name="Hus",
                kind=UnitKind.HOUSE,
                parent_id=town.units["n1"],
                from_date=date(2026, 1, 1),
            )

    meanwhile(town, Moving, found)
    with town.as_system() as ctx:
        return ctx.session.scalars(
            select(UnitPlacement.path)
            .where(UnitPlacement.parent_id == town.units["n1"])
            .order_by(UnitPlacement.from_date)
        ).all()


@pytest.mark.races
def test_a_house_founded_during_a_move_moves_along(town):
    assert move_while_a_house_is_founded(town) == ["1.2.4.8.", "1.3.4.8."]


@pytest.mark.races
def test_control_without_the_lock_the_house_stays_behind(town, monkeypatch):
    monkeypatch.setattr(queries, "lock_hierarchy", lambda ctx: None)
    assert move_while_a_house_is_founded(town) == ["1.2.4.8."]


def hire_while_the_unit_merges(town):
    class Merging:
        def __enter__(self):
            self.work = town.as_user("admin")
            ctx = self.work.__enter__()
            organisation.merge_unit(ctx, town.units["n1"], into_id=town.units["n2"], on=AUGUST)

        def __exit__(self, *error):
            self.work.__exit__(*error)

    def hire():
        with town.as_user("admin") as ctx:
            organisation.hire(
                ctx,
                number="4711",
                name="Ny",
                email=None,
                unit_id=town.units["n1"],
                position=Position.PEDAGOGUE,
                fte=Decimal(1),
                from_date=date(2026, 1, 1),
            )

    refusal = meanwhile(town, Merging, hire)
    with town.as_system() as ctx:
        stranded = ctx.session.scalar(
            select(func.count()).where(
                Employment.unit_id == town.units["n1"], Employment.to_date.is_(None)
            )
        )
    return refusal, stranded


@pytest.mark.races
def test_nobody_is_hired_into_a_unit_while_it_merges(town):
    refusal, stranded = hire_while_the_unit_merges(town)
    assert isinstance(refusal, Conflict)
    assert stranded == 0


@pytest.mark.races
def test_control_without_the_hold_somebody_is_stranded(town, monkeypatch):
    monkeypatch.setattr(queries, "hold_hierarchy", lambda ctx: None)
    refusal, stranded = hire_while_the_unit_merges(town)
    assert refusal is None
    assert stranded == 1


def two_moves_at_once(town):
    class Moving:
        def __enter__(self):
            self.work = town.as_user("admin")
            ctx = self.work.__enter__()
            organisation.move_unit(ctx, town.units["n1"], parent_id=town.units["south"], on=AUGUST)

        def __exit__(self, *error):
            self.work.__exit__(*error)

    def other():
        with town.as_user("admin") as ctx:
            organisation.move_unit(ctx, town.units["n1"], parent_id=town.units["root"], on=AUGUST)

    return meanwhile(town, Moving, other)


@pytest.mark.races
def test_two_moves_of_one_unit_follow_each_other(town):
    assert two_moves_at_once(town) is None
    with town.as_system() as ctx:
        assert organisation.path_of(ctx, town.units["n1"], on=AUGUST) == "1.4."
