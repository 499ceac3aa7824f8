"""Alarms where people look: the home page, their list, and the audit trail."""

from __future__ import annotations

from uuid import uuid4

from tenant_app.budgets.alarm_models import BudgetAlarm, DriftKind
from tenant_app.budgets.api import blueprint
from tenant_app.core.money import Money, kroner
from tests.budgets.test_screens import pool_of, text_of
from tests.catalogue.door import api_of

TILE = "tal om penge afviger fra posteringerne"


def raise_alarms(town):
    """A balance that differs, a counter of a person that does, and one that agrees again."""
    pool = pool_of(town, "n1")
    person = f"2026 {town.employees['ped_n1_1']}"
    with town.as_system() as ctx:
        for kind, part, about, pool_id, settled in (
            (DriftKind.BALANCE, "allotted", pool, pool, None),
            (DriftKind.PERSON, person, uuid4(), None, None),
            (DriftKind.CONSTRAINT, "used", uuid4(), pool, ctx.now),
        ):
            ctx.session.add(
                BudgetAlarm(
                    kind=kind,
                    about_id=about,
                    part=part,
                    pool_id=pool_id,
                    expected=kroner(150_000),
                    found=Money(kroner(150_000) + 7),
                    raised_at=ctx.now,
                    seen_at=ctx.now,
                    settled_at=settled,
                )
            )
    return pool


def test_the_administrator_is_called_by_the_home_page_and_sees_what_differs(
    page, opened, today_town
):
    assert TILE not in text_of(page("admin", "/"))
    pool = raise_alarms(today_town)

    home = text_of(page("admin", "/"))
    assert f"<strong>2</strong><span>{TILE}</span>" in home
    shown = text_of(page("admin", "/budget-alarms/"))
    for part in ("150.000,00 kr", "150.000,07 kr", "Én person i", "Puljens stilling", "Åbent"):
        assert part in shown
    assert f"/admin/explain/?pool={pool}&column=allotted" in shown
    assert str(today_town.employees["ped_n1_1"]) not in shown


def test_nobody_else_is_told(page, opened, today_town):
    raise_alarms(today_town)
    for name in ("leader_n1", "area_north", "consultant"):
        assert TILE not in text_of(page(name, "/"))
        assert page(name, "/budget-alarms/").status_code == 403


def test_the_same_over_the_api_for_those_who_manage_all_of_it(today_town, opened):
    pool = raise_alarms(today_town)
    url = "/api/v1/budget-alarms"
    admin = api_of(today_town, "admin", blueprint)
    everything = admin.get(url).json["items"]
    assert len(everything) == 3
    held = {each["kind"]: each for each in admin.get(f"{url}?is_open=true").json["items"]}
    assert set(held) == {"balance", "person"}
    balance = held["balance"]
    assert (balance["part"], balance["pool_id"]) == ("allotted", str(pool))
    assert balance["found"] - balance["expected"] == 7
    assert balance["year"] == today_town.now.year
    # Whose cap it is, the panel does not tell either.
    assert (held["person"]["part"], held["person"]["pool"]) == ("2026", None)
    assert str(today_town.employees["ped_n1_1"]) not in admin.get(url).text
    [over] = admin.get(f"{url}?is_open=false").json["items"]
    assert (over["kind"], bool(over["settled_at"])) == ("constraint", True)
    for name in ("leader_n1", "area_north", "consultant", "ped_n1"):
        assert api_of(today_town, name, blueprint).get(url).status_code == 403
