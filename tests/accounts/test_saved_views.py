"""One's own ways to see a list: named, replaced, put first, removed, and nobody else's."""

from __future__ import annotations

import threading
from uuid import uuid4

import pytest
from alembic import command
from sqlalchemy import create_engine, select, text, update

from tenant_app.accounts import rules
from tenant_app.accounts import service as accounts
from tenant_app.accounts.models import SavedView
from tenant_app.audit.models import AuditEntry
from tenant_app.cli.migrate import alembic_config, migrate
from tenant_app.core.access import system
from tenant_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from tests.databases import new_database, opened
from tests.town import Town


def save(town, name="Mine vikarer", *, user="leader_n1", view="employees", **facts):
    facts.setdefault("query", "flt0_position=assistant&sort=0")
    with town.as_user(user) as ctx:
        return accounts.save_view(ctx, view=view, name=name, **facts).id


def views(town, *, user="leader_n1", view="employees"):
    with town.as_user(user) as ctx:
        return [(each.name, each.query, each.is_default) for each in accounts.views_of(ctx, view)]


def rows(town):
    """What the table holds, in the order in which it was saved."""
    with town.as_system() as ctx:
        return list(ctx.session.scalars(select(SavedView.query).order_by(SavedView.id)))


def as_it_was(town, query, *, name="Mine vikarer"):
    """A view from before searching was left out."""
    with town.as_system() as ctx:
        ctx.session.execute(update(SavedView).where(SavedView.name == name).values(query=query))


def trail(town):
    with town.as_system() as ctx:
        return list(
            ctx.session.scalars(
                select(AuditEntry.action)
                .where(AuditEntry.action.startswith("saved_view."))
                .order_by(AuditEntry.id)
            )
        )


def test_a_view_is_ones_own_and_of_one_list(town):
    save(town)

    assert views(town) == [("Mine vikarer", "flt0_position=assistant&sort=0", False)]
    assert views(town, view="units") == []
    assert views(town, user="leader_n2") == []
    assert trail(town) == ["saved_view.saved"]


def test_views_stand_in_danish_order(town):
    for name in ("Ølstykke", "Aarhus", "Æbler", "bo"):
        save(town, name)

    assert [name for name, *_ in views(town)] == ["bo", "Æbler", "Ølstykke", "Aarhus"]


def test_the_same_name_replaces(town):
    first = save(town)
    again = save(town, query="sort=1")

    assert first == again
    assert views(town) == [("Mine vikarer", "sort=1", False)]


def test_the_page_one_was_on_is_not_kept(town):
    save(town, query="sort=1&page=7&csrf_token=x&url=%2Fadmin%2F&column=name&column=fte")

    [(_, query, _)] = views(town)
    assert query == "sort=1&column=name&column=fte"


def test_what_was_searched_for_is_not_kept(town):
    save(town, query="search=Ida+Hemmelig&sort=0&employee=Ida&flt0_unit=7")

    assert views(town) == [("Mine vikarer", "sort=0&flt0_unit=7", False)]
    assert rows(town) == ["sort=0&flt0_unit=7"]


@pytest.mark.parametrize("query", ["search=Ida", "employee=Ida&search=Bo&page=2"])
def test_a_view_of_nothing_but_a_name_is_refused(town, query):
    with pytest.raises(Invalid) as refused:
        save(town, query=query)

    assert refused.value.field == "name"
    assert rows(town) == []


def test_a_name_that_was_kept_before_is_gone_when_it_is_read(town):
    kept = save(town)
    as_it_was(town, "search=Ida+Hemmelig&sort=0")

    with town.as_user("leader_n1") as ctx:
        assert accounts.own_view(ctx, kept).query == "sort=0"
    assert rows(town) == ["sort=0"]
    as_it_was(town, "employee=Ida")
    assert views(town) == [("Mine vikarer", "", False)]
    assert rows(town) == [""]


def test_the_names_that_were_kept_are_taken_out_of_every_municipalitys_views(servers):
    before = {
        "search=Ida+Hemmelig": "",
        "search=Ida&sort=0": "sort=0",
        "sort=0&employee=Ida&desc=1": "sort=0&desc=1",
        "flt0_unit=7&search=Ida": "flt0_unit=7",
        "search=Ida&employee=Ida": "",
        "flt0_search=7&sort=0": "flt0_search=7&sort=0",
    }
    with new_database(servers) as settings, opened(settings) as db:
        towns = Town(db), Town(db)
        for town in towns:
            for number, query in enumerate(before):
                save(town, f"V{number}")
                as_it_was(town, query, name=f"V{number}")
        engine = create_engine(settings.database_url)
        with engine.begin() as connection:
            command.downgrade(alembic_config(connection), "0016")
        engine.dispose()
        migrate(settings)

        for town in towns:
            assert rows(town) == list(before.values())
            with town.as_system() as ctx:
                forced = "SELECT relforcerowsecurity FROM pg_class WHERE relname = 'saved_views'"
                assert ctx.session.scalar(text(forced))


def test_a_list_opens_with_one_view_at_most(town):
    first = save(town, "A", is_default=True)
    second = save(town, "B", is_default=True)
    assert [is_default for *_, is_default in views(town)] == [False, True]

    with town.as_user("leader_n1") as ctx:
        accounts.put_view_first(ctx, first)
    assert [is_default for *_, is_default in views(town)] == [True, False]

    with town.as_user("leader_n1") as ctx:
        accounts.put_view_first(ctx, first, first=False)
    assert not any(is_default for *_, is_default in views(town))
    with town.as_user("leader_n1") as ctx:
        accounts.remove_view(ctx, second)
    assert [name for name, *_ in views(town)] == ["A"]


def test_the_trail_does_not_tell_what_was_searched_for(town):
    save(town, query="flt0_name=Ida+Hemmelig")

    with town.as_system() as ctx:
        [entry] = ctx.session.scalars(
            select(AuditEntry).where(AuditEntry.action == "saved_view.saved")
        )
        assert entry.changes == {"new": {"name": "Mine vikarer", "is_default": False}}


def test_twenty_are_enough_and_the_twenty_first_changes_nothing(town):
    for number in range(rules.MOST_VIEWS):
        save(town, f"Visning {number}")
    before = views(town)

    with pytest.raises(Conflict) as refused:
        save(town, "Én for meget", is_default=True)

    assert refused.value.field == "name"
    assert views(town) == before
    save(town, "Visning 3", query="sort=2")  # replacing needs no room
    save(town, "En anden liste", view="units")


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 61}, "name"),
        ({"name": "to\nlinjer"}, "name"),
        ({"query": "flt0_unit=" + "x" * 2_000}, "name"),
        ({"query": "flt0_unit=%01"}, "name"),
    ],
)
def test_what_cannot_be_kept_is_refused_at_its_field(town, facts, field):
    with pytest.raises(Invalid) as refused:
        save(town, **facts)

    assert refused.value.field == field
    assert views(town) == []


def test_another_users_view_is_as_unknown_as_none(town, make_town):
    mine = save(town)
    elsewhere = save(make_town())
    for view_id in (mine, elsewhere, uuid4()):
        for verb in (accounts.own_view, accounts.put_view_first, accounts.remove_view):
            with pytest.raises(NotFound), town.as_user("leader_n2") as ctx:
                verb(ctx, view_id)

    assert len(views(town)) == 1


def test_whoever_is_no_user_keeps_nothing(town):
    with town.db.unit_of_work(town.tenant_id, system("support"), now=town.now) as ctx:
        assert accounts.views_of(ctx, "employees") == ()
    with (
        pytest.raises(Forbidden),
        town.db.unit_of_work(town.tenant_id, system("support"), now=town.now) as ctx,
    ):
        accounts.save_view(ctx, view="employees", name="x", query="")


def test_two_tabs_at_once_do_not_pass_the_limit(town):
    for number in range(rules.MOST_VIEWS - 1):
        save(town, f"Visning {number}")
    at_once = threading.Barrier(4)
    outcomes = []

    def one_tab(number):
        with town.as_user("leader_n1") as ctx:
            at_once.wait()
            accounts.save_view(ctx, view="employees", name=f"Fane {number}", query="sort=0")

    def run(number):
        try:
            one_tab(number)
            outcomes.append("saved")
        except Conflict:
            outcomes.append("refused")

    tabs = [threading.Thread(target=run, args=(number,)) for number in range(4)]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join()

    assert sorted(outcomes) == ["refused"] * 3 + ["saved"]
    with town.as_system() as ctx:
        assert len(ctx.session.scalars(select(SavedView)).all()) == rules.MOST_VIEWS
