"""What plans to come are made of, and who decides on it."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import select, update

from tenant_app.anchoring import rules
from tenant_app.anchoring import service as anchoring
from tenant_app.anchoring.models import ItemKind, Owner, Phase, TemplateItem
from tenant_app.catalogue.models import CourseForm
from tenant_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from tenant_app.tenancy.models import TenantSettings

ITEM = {
    "phase": Phase.AFTER,
    "owner": Owner.PARTICIPANT,
    "kind": ItemKind.AGREE,
    "text": "Skriv en side til forældrene",
    "days": 7,
}


def template(town):
    with town.as_system() as ctx:
        return [(item.form, item.text, item.days) for item in anchoring.template(ctx).items]


def refused(practice, error, who, verb, *args, **facts):
    before = practice.everything()
    with practice.town.as_user(who) as ctx, pytest.raises(error) as caught:
        getattr(anchoring, verb)(ctx, *args, **facts)
    assert practice.everything() == before
    return caught.value


def test_what_is_added_is_in_plans_made_from_now_on(town, practice):
    old = practice.plan()
    with town.as_user("consultant") as ctx:
        anchoring.add_item(ctx, **ITEM)

    texts = [item.text for item in practice.items(practice.plan())]
    assert ITEM["text"] in texts
    assert ITEM["text"] not in [item.text for item in practice.items(old)]


def test_the_first_item_of_a_form_makes_a_set_of_its_own(town, practice):
    with town.as_user("admin") as ctx:
        anchoring.add_item(ctx, **ITEM, form=CourseForm.NETWORK)

    assert [item.text for item in practice.items(practice.form(CourseForm.NETWORK))] == [
        ITEM["text"]
    ]


def test_an_item_is_changed_and_removed(town, practice):
    with town.as_user("admin") as ctx:
        made = anchoring.add_item(ctx, **ITEM)
        anchoring.change_item(ctx, made.id, **ITEM | {"text": "Nyt", "days": 9})
    assert (None, "Nyt", 9) in template(town)
    with town.as_user("admin") as ctx:
        anchoring.remove_item(ctx, made.id)
    assert (None, "Nyt", 9) not in template(town)


def test_the_standard_set_takes_the_place_of_ones_own_by_the_rules_of_today(town, practice):
    with town.as_user("admin") as ctx:
        anchoring.add_item(ctx, **ITEM)
    limits = {"leader_observes": True}
    with town.as_system() as ctx:
        ctx.session.execute(update(TenantSettings).values(limits=limits))
    with town.as_user("admin") as ctx:
        count = anchoring.restore_standard(ctx)

    wanted = [(item.form, item.text, item.days) for item in rules.standard(limits)]
    assert sorted(template(town), key=str) == sorted(wanted, key=str)
    assert count == len(wanted)


def test_without_any_item_a_plan_is_made_and_can_be_recorded_in(town, practice):
    with town.as_user("admin") as ctx:
        for item_id in ctx.session.scalars(select(TemplateItem.id)).all():
            anchoring.remove_item(ctx, item_id)
    plan_id = practice.plan()
    assert practice.items(plan_id) == []
    with town.as_user("ped_n1", now=practice.later) as ctx:
        anchoring.record_sharing(ctx, plan_id, shared_on=ctx.today, place="Møde")


@pytest.mark.parametrize("who", ["area_north", "leader_n1", "ped_n1", "auditor"])
def test_only_those_who_configure_change_the_set(town, practice, who):
    with town.as_system() as ctx:
        item_id = ctx.session.scalars(select(TemplateItem.id)).first()
    for verb, args, facts in (
        ("add_item", (), ITEM),
        ("change_item", (item_id,), ITEM),
        ("remove_item", (item_id,), {}),
        ("restore_standard", (), {}),
    ):
        refused(practice, Forbidden, who, verb, *args, **facts)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"text": ""}, "text"),
        ({"text": "x" * 102_400}, "text"),
        ({"days": -1}, "days"),
        ({"days": 100_000}, "days"),
        ({"kind": ItemKind.OBSERVE}, "owner"),
        ({"phase": Phase.BEFORE, "kind": ItemKind.TRIAL, "days": -1}, "phase"),
    ],
)
def test_an_item_that_cannot_be_is_refused_at_its_field(practice, change, field):
    error = refused(practice, Invalid, "admin", "add_item", **ITEM | change)
    assert error.field == field


def test_a_set_does_not_grow_without_end(town, practice, monkeypatch):
    monkeypatch.setattr(rules, "MOST_ITEMS", len(template(town)))
    refused(practice, Conflict, "admin", "add_item", **ITEM)


def test_an_item_that_never_was_is_not_found(make_practice, practice):
    other = make_practice()
    with other.town.as_system() as ctx:
        foreign = ctx.session.scalars(select(TemplateItem.id)).first()
    for item_id in (foreign, uuid4()):
        refused(practice, NotFound, "admin", "remove_item", item_id)
        refused(practice, NotFound, "admin", "change_item", item_id, **ITEM)
