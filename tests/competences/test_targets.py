"""How many should hold a competence."""

from datetime import date

import pytest

from tenant_app.competences import service as competences
from tenant_app.core.db import uuid7
from tenant_app.core.errors import Forbidden, Invalid, NotFound
from tenant_app.organisation.models import Position

DUE = date(2026, 12, 31)


def aim(ctx, competence_id, **facts):
    return competences.set_target(
        ctx,
        competence_id=competence_id,
        **({"position": Position.PEDAGOGUE, "due_date": DUE} | facts),
    )


@pytest.fixture
def target(town, language):
    with town.as_system() as ctx:
        return aim(ctx, language, min_count=2).id


def test_a_target_is_set_and_set_again(town, language, target, look):
    with town.as_user("admin") as ctx:
        assert aim(ctx, language, min_percent=80).id == target
        aim(ctx, language, position=Position.ASSISTANT, min_count=1)
    assert [(t.position, t.min_count, t.min_percent) for t in look.targets(town)] == [
        (Position.PEDAGOGUE, None, 80),
        (Position.ASSISTANT, 1, None),
    ]
    with town.as_user("ped_n1") as ctx:
        assert competences.targets(ctx).items[0].competence.name == "Sprog"


def test_a_target_is_removed(town, target, look):
    with town.as_user("consultant") as ctx:
        competences.remove_target(ctx, target)
    assert look.targets(town) == []
    assert look.trail(town)[-1] == "coverage_target.removed"


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"min_count": 2, "min_percent": 10},
        {"min_count": 0},
        {"min_percent": 101},
        {"min_count": 2, "due_date": date(1026, 1, 1)},
    ],
)
def test_an_absurd_target_is_refused_and_the_old_one_stays(town, language, target, facts, look):
    with town.as_user("admin") as ctx, pytest.raises(Invalid):
        aim(ctx, language, **facts)
    assert [(t.min_count, t.min_percent, t.due_date) for t in look.targets(town)] == [
        (2, None, DUE)
    ]


@pytest.mark.parametrize("user", ["area_north", "leader_n1", "ped_n1", "auditor"])
def test_others_cannot_set_or_remove(town, language, target, user, look):
    with town.as_user(user) as ctx:
        with pytest.raises(Forbidden):
            aim(ctx, language, min_count=9)
        with pytest.raises(Forbidden):
            competences.remove_target(ctx, target)
    assert [t.min_count for t in look.targets(town)] == [2]


def test_a_foreign_or_unknown_target_is_not_there(town, make_town, language, target, look):
    elsewhere = make_town()
    with elsewhere.as_user("admin") as ctx:
        for unknown in (target, uuid7()):
            with pytest.raises(NotFound):
                competences.remove_target(ctx, unknown)
        with pytest.raises(NotFound):
            aim(ctx, language, min_count=9)
    assert [t.min_count for t in look.targets(town)] == [2]
    assert look.targets(elsewhere) == []
