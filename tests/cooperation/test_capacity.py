"""Who has a surplus of what is stated by leaders, found by others, and gone when it is over."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from tenant_app.competences import service as competences
from tenant_app.cooperation import service as cooperation
from tenant_app.cooperation.models import CapacityKind
from tenant_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from tenant_app.organisation.models import UnitPlacement
from tests.cooperation.conftest import CLOAKROOM


def offer(sharing, unit="n1", **more):
    today = sharing.town.today
    facts = {
        "unit_id": sharing.town.units[unit],
        "area_id": sharing.needing.area,
        "kind": CapacityKind.PEOPLE,
        "from_date": today,
        "to_date": today + timedelta(days=30),
        "note": "To af os kan vise det",
    }
    return facts | more


def stated(sharing, unit="n1", **more):
    with sharing.town.as_user(f"leader_{unit}") as ctx:
        return cooperation.state_capacity(ctx, **offer(sharing, unit, **more)).id


def seen(sharing, who="leader_s1", now=None, **filters):
    with sharing.town.as_user(who, now=now) as ctx:
        return [each.id for each in cooperation.capacities(ctx, **filters).items]


def test_a_surplus_is_seen_by_leaders_of_the_whole_municipality(sharing):
    made = stated(sharing)
    for who in ("leader_s1", "area_south", "consultant", "auditor"):
        assert seen(sharing, who) == [made]
    with pytest.raises(Forbidden), sharing.town.as_user("ped_n1") as ctx:
        cooperation.capacities(ctx)


def test_it_is_found_by_area_competence_kind_and_words(sharing):
    with sharing.town.as_system() as ctx:
        signs = competences.create_competence(
            ctx, area_id=sharing.needing.area, name="Tegn til tale"
        ).id
    made = stated(sharing, competence_id=signs)
    other = stated(sharing, "n2", area_id=sharing.needing.play, kind=CapacityKind.PLACE, note="")
    assert seen(sharing, area_id=sharing.needing.area) == [made]
    assert seen(sharing, competence_id=signs) == [made]
    assert seen(sharing, kind=CapacityKind.PLACE) == [other]
    assert seen(sharing, q="tegn til") == [made]
    assert seen(sharing, q="leg") == [other]
    assert seen(sharing, q="100 %") == []


def test_it_expires_by_itself(sharing):
    made = stated(sharing)
    last = sharing.town.now + timedelta(days=30)
    assert seen(sharing, now=last) == [made]
    assert seen(sharing, now=last + timedelta(days=1)) == []


def test_a_house_that_is_closed_has_nothing_to_give(sharing):
    made = stated(sharing)
    assert seen(sharing) == [made]
    with sharing.town.as_system() as ctx:
        ctx.session.execute(
            update(UnitPlacement)
            .where(UnitPlacement.unit_id == sharing.town.units["n1"])
            .values(to_date=ctx.today)
        )
    assert seen(sharing) == []


def test_it_stands_beside_the_needs_it_could_help_those_of_the_competence_first(sharing):
    with sharing.town.as_system() as ctx:
        calm = competences.create_competence(ctx, area_id=sharing.needing.area, name="Ro").id
    area = stated(sharing, "n2", to_date=sharing.town.today + timedelta(days=5))
    exact = stated(sharing, "s2", competence_id=calm)
    stated(sharing, "s1", area_id=sharing.needing.play)
    for unit in ("n1", "s1"):
        sharing.need(unit, CLOAKROOM[unit], competence_id=calm)
    sharing.search()
    with sharing.town.as_user("leader_n1") as ctx:
        found = cooperation.one(ctx, sharing.clusters()[0].id)
    assert [each.id for each in found.helpers] == [exact, area]


def test_whoever_leads_there_withdraws_it_once(sharing):
    made = stated(sharing)
    before = sharing.sums()
    for who in ("leader_s1", "area_south", "auditor"):
        with pytest.raises(Forbidden), sharing.town.as_user(who) as ctx:
            cooperation.withdraw_capacity(ctx, made)
    assert sharing.sums() == before
    with sharing.town.as_user("area_north") as ctx:
        cooperation.withdraw_capacity(ctx, made)
    assert seen(sharing) == []
    before = sharing.sums()
    with pytest.raises(Conflict), sharing.town.as_user("leader_n1") as ctx:
        cooperation.withdraw_capacity(ctx, made)
    assert sharing.sums() == before


@pytest.mark.parametrize(
    ("wrong", "error", "field"),
    [
        ({"kind": CapacityKind.HOURS}, Invalid, "hours"),
        ({"hours": 0}, Invalid, "hours"),
        ({"hours": 2_001}, Invalid, "hours"),
        ({"note": "x" * 100_000}, Invalid, "note"),
        ({"to_date": "yesterday"}, Invalid, "to_date"),
        ({"to_date": "never"}, Invalid, "to_date"),
        ({"area_id": "unit"}, NotFound, "area_id"),
        ({"competence_id": "unit"}, NotFound, "competence_id"),
        ({"unit_id": "area"}, NotFound, "unit_id"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(sharing, wrong, error, field):
    today = sharing.town.today
    meant = {
        "yesterday": today - timedelta(days=1),
        "never": today + timedelta(days=365 * 4),
        "unit": sharing.town.units["n1"],
        "area": sharing.needing.area,
    }
    facts = {name: meant.get(value, value) for name, value in wrong.items()}
    if facts.get("to_date") == meant["yesterday"]:
        facts["from_date"] = today - timedelta(days=9)
    before = sharing.sums()
    with pytest.raises(error) as caught, sharing.town.as_user("leader_n1") as ctx:
        cooperation.state_capacity(ctx, **offer(sharing, **facts))
    assert caught.value.field == field
    assert sharing.sums() == before


def test_a_leader_states_for_their_own_house_alone(sharing):
    before = sharing.sums()
    with pytest.raises(NotFound), sharing.town.as_user("leader_n1") as ctx:
        cooperation.state_capacity(ctx, **offer(sharing, "s1"))
    with pytest.raises(Forbidden), sharing.town.as_user("auditor") as ctx:
        cooperation.state_capacity(ctx, **offer(sharing, "s1"))
    assert sharing.sums() == before


def test_a_competence_of_another_area_is_refused(sharing):
    with sharing.town.as_system() as ctx:
        other = competences.create_competence(ctx, area_id=sharing.needing.play, name="Rolleleg").id
    before = sharing.sums()
    with pytest.raises(Invalid, match="another area"), sharing.town.as_user("leader_n1") as ctx:
        cooperation.state_capacity(ctx, **offer(sharing, competence_id=other))
    assert sharing.sums() == before
