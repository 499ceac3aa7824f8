"""What an actor may see below the tenant."""

from sqlalchemy import select

from tenant_app.core.access import Permission
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import Unit


def test_an_area_leader_sees_the_area_and_what_is_below(town):
    with town.as_user("area_north") as ctx:
        seen = set(
            ctx.session.scalars(
                select(Unit.id).where(
                    Unit.id.in_(organisation.visible_units(ctx, Permission.UNITS_VIEW))
                )
            )
        )
    assert seen == {town.units["north"], town.units["n1"], town.units["n2"]}


def test_no_permission_means_no_units(town):
    with town.as_user("ped_n1") as ctx:
        seen = ctx.session.scalars(
            select(Unit.id).where(
                Unit.id.in_(organisation.visible_units(ctx, Permission.UNITS_VIEW))
            )
        ).all()
    assert seen == []


def test_the_neighbour_municipality_is_not_there(make_town):
    here, there = make_town(), make_town()
    with here.as_system() as ctx:
        seen = set(ctx.session.scalars(select(Unit.id)))
    assert seen == set(here.units.values())
    assert not seen & set(there.units.values())
