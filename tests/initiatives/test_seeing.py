"""Who sees which initiatives, in lists and side by side."""

from datetime import timedelta

import pytest

from tenant_app.catalogue.models import CourseForm
from tenant_app.core.errors import Forbidden, NotFound
from tenant_app.initiatives import service as initiatives
from tests.initiatives.conftest import S


def test_one_sees_what_is_ones_own_and_what_one_takes_part_in(town, plans):
    own = plans.make("n1", title="Egen")
    shared = plans.make("north", units=("n1", "n2"), who="area_north", title="Fælles")
    other = plans.make("s1", title="Andres")

    def seen(user):
        with town.as_user(user) as ctx:
            return {each.id for each in initiatives.listing(ctx).items}

    assert seen("leader_n1") == seen("ped_n1") == {own, shared}
    assert seen("leader_n2") == {shared}
    assert seen("leader_s1") == {other}
    assert seen("auditor") == {own, shared, other}
    for user, hidden in (("leader_n2", own), ("leader_s1", shared)):
        with pytest.raises(NotFound), town.as_user(user) as ctx:
            initiatives.one(ctx, hidden)
        with pytest.raises(NotFound), town.as_user(user) as ctx:
            initiatives.move(ctx, hidden, S.QUALIFIED)


def test_a_house_takes_part_and_does_not_lead(town, plans):
    shared = plans.make("north", units=("n1", "n2"), who="area_north", need_ids=[plans.need("n1")])
    before = plans.everything()
    for act in (
        lambda ctx: initiatives.move(ctx, shared, S.QUALIFIED),
        lambda ctx: initiatives.change(ctx, shared, title="Vores"),
        lambda ctx: initiatives.open_survey(ctx, shared),
    ):
        with pytest.raises(Forbidden), town.as_user("leader_n1") as ctx:
            act(ctx)
    assert plans.everything() == before


def test_needs_of_others_are_counted_and_not_told(town, plans):
    ours, theirs = plans.need("n1"), plans.need("n2")
    shared = plans.make("north", units=("n1", "n2"), who="area_north", need_ids=[ours, theirs])

    with town.as_user("leader_n1") as ctx:
        shown = initiatives.one(ctx, shared)
        purpose = initiatives.purposes(ctx, [shared])[shared]

    assert [each.need.id for each in shown.needs] == [ours]
    assert shown.other_needs == purpose.others == 1
    assert len(purpose.needs) == 1


def test_the_list_is_narrowed(town, plans):
    plans.limits(running_initiatives=1)
    own = plans.make("n1", title="Egen", state=S.RUNNING, form=CourseForm.NETWORK)
    over = plans.make("n1", title="Over", state=S.PLANNED)
    shared = plans.make("north", units=("n2",), who="area_north", title="Fælles sprog")
    with town.as_user("area_north") as ctx:
        initiatives.move(ctx, over, S.RUNNING, override_reason="Aftalt på mødet.")

    with town.as_user("area_north") as ctx:

        def found(**filters):
            return {each.id for each in initiatives.listing(ctx, **filters).items}

        assert found(state=S.RUNNING) == {own, over}
        assert found(form=CourseForm.NETWORK) == {own}
        assert found(central=True) == {shared}
        assert found(central=False) == {own, over}
        assert found(over_limit=True) == {own, over}
        assert found(unit_id=town.units["n2"]) == {shared}
        assert found(unit_id=town.units["north"]) == {own, over, shared}
        assert found(q="SPROG") == {shared}
        with pytest.raises(NotFound):
            found(unit_id=town.units["s1"])


def test_the_portfolio_puts_each_house_with_what_it_has_beside_the_others(town, plans):
    plans.limits(running_initiatives=1)
    first = plans.make("n1", state=S.RUNNING)
    shared = plans.make("north", units=("n1", "n2"), who="area_north", state=S.PLANNED)
    with town.as_user("area_north") as ctx:
        initiatives.move(ctx, shared, S.RUNNING, override_reason="Fælles indsats.")
    plans.make("s1", state=S.RUNNING)
    stopped = plans.make("n2", state=S.PLANNED)
    with town.as_user("leader_n2") as ctx:
        initiatives.move(ctx, stopped, S.STOPPED, reason="Udsat.")
    last_year = {"first": plans.today - timedelta(days=400), "last": plans.today - timedelta(200)}

    with town.as_user("area_north") as ctx:
        period = {"first": plans.today, "last": plans.today + timedelta(days=365)}
        one, two = initiatives.portfolio(ctx, **period).items
        assert [one.unit.id, two.unit.id] == [town.units["n1"], town.units["n2"]]
        assert (one.running, one.most, one.is_over) == (2, 1, True)
        assert (two.running, two.most, two.is_over) == (1, 1, False)
        assert {bar.initiative.id: bar.override for bar in one.bars} == {
            first: "",
            shared: "Fælles indsats.",
        }
        assert [bar.initiative.id for bar in two.bars] == [shared]
        assert not initiatives.portfolio(ctx, **last_year).items
        page = initiatives.portfolio(ctx, **period, page_size=1)
        assert (len(page.items), page.has_more) == (1, True)
