"""Every list: columns, order, saved views, counts, pages."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import update

from admin import lists as panel_lists
from tenant_app.accounts import rules
from tenant_app.accounts import service as accounts
from tenant_app.accounts.models import SavedView
from tenant_app.core import clock
from tenant_app.core.danish import danish_key
from tenant_app.organisation.models import Employee, Unit
from tests.admin.lists import Browser, column_of, lists_of, table_of, views_of
from tests.statements import statements

NOT_KEPT = "Det, du søgte efter, gemmes ikke, for det kan være navnet på en person."
NAMES = ["Åse Bo", "aabye", "Ægidius", "Øjvind", "Zoe", "anders", "Ånde", "Aagaard", "Örn"]


@pytest.fixture
def town(make_town):
    return make_town(now=clock.now())


@pytest.fixture
def admin(app, town):
    return Browser(app, town)


@pytest.fixture
def staff(town):
    """Nine of the employees have names that try the alphabet."""
    with town.as_system() as ctx:
        for key, name in zip(sorted(town.employees), NAMES, strict=False):
            ctx.session.execute(
                update(Employee).where(Employee.id == town.employees[key]).values(name=name)
            )
    return NAMES


def add_staff(town, count):
    with town.as_system() as ctx:
        ctx.insert_many(
            Employee,
            [
                {"number": f"q{number:05}", "name": f"Nr {number:05}", "email": None}
                for number in range(count)
            ],
        )


def test_every_column_that_sorts_does_so_both_ways(app, admin, staff):
    tried = 0
    for endpoint, view in lists_of(app).items():
        every = "&".join(f"column={name}" for name, _ in view._list_columns)
        for at, (name, _label) in enumerate(view._list_columns):
            for way, sign in (("ascending", ""), ("descending", "&desc=1")):
                page = admin.get(f"/{endpoint}/?sort={at}{sign}&{every}")
                assert page.status_code == 200, (endpoint, name)
                if view.is_sortable(name) and table_of(page.text)[1]:
                    assert page.text.count(f'aria-sort="{way}"') == 1, (endpoint, name)
                    tried += 1
                assert page.text.count("aria-sort") <= 1
    assert tried > 20


def test_names_stand_in_danish_order_whatever_the_case(admin, staff):
    for url in ("/employees/", "/employees/?sort=0"):
        found = column_of(admin.get(url).text, "Navn")
        assert found == sorted(found, key=danish_key)
        assert [name for name in found if name in NAMES] == [
            *("anders", "Zoe", "Ægidius", "Øjvind", "Örn"),
            *("aabye", "Aagaard", "Ånde", "Åse Bo"),
        ]
    backwards = column_of(admin.get("/employees/?sort=0&desc=1").text, "Navn")
    assert backwards == sorted(backwards, key=danish_key, reverse=True)


def test_employees_sort_by_the_unit_of_today_and_who_has_none_is_last(admin, town):
    add_staff(town, 1)
    with town.as_system() as ctx:
        ctx.session.execute(update(Unit).where(Unit.id == town.units["s1"]).values(name="Aaen"))
        ctx.session.execute(update(Unit).where(Unit.id == town.units["n1"]).values(name="Ølby"))
    up, down = (
        column_of(admin.get(f"/employees/?sort=2{sign}").text, "Enhed") for sign in ("", "&desc=1")
    )
    for found, turned in ((up, False), (down, True)):
        assert found[-1] == ""
        assert found[:-1] == sorted(found[:-1], key=danish_key, reverse=turned)
    assert len(set(up)) > 3


def test_columns_are_chosen_in_the_address(admin, staff):
    page = admin.get("/employees/?column=fte&column=name&column=email").text
    assert table_of(page)[0] == ["Navn", "Årsværk", "E-mail"]
    assert 'value="fte" checked' in page
    assert 'value="unit" checked' not in page


@pytest.mark.parametrize("asked", ["column=", "column=moon", "column=%00", "column=password_hash"])
def test_at_least_one_column_and_none_that_the_list_has_not(admin, staff, asked):
    assert table_of(admin.get(f"/employees/?{asked}").text)[0] == [
        *("Navn", "Medarbejdernummer", "Enhed", "Stilling", "Årsværk", "Fra og til"),
    ]


def test_columns_and_order_stay_on_the_next_page_and_in_the_sort_links(admin, town):
    add_staff(town, 30)
    page = admin.get("/employees/?column=name&column=number&sort=1&desc=1&page_size=25").text
    links = re.findall(r'href="(/admin/employees/\?[^"]*)"', page)
    following = next(link for link in links if "page=1" in link)
    for part in ("column=name", "column=number", "sort=1", "desc=1", "page_size=25"):
        assert part in following
    numbers = column_of(page, "Medarbejdernummer")
    assert len(numbers) == 25
    assert numbers == sorted(numbers, reverse=True)


def test_rows_that_are_alike_stand_on_one_page_only(admin, town):
    add_staff(town, 60)
    with town.as_system() as ctx:
        ctx.session.execute(update(Employee).values(name="Samme Navn"))
    seen = []
    for page in range(4):
        url = f"/employees/?page_size=25&page={page}"
        seen += column_of(admin.get(url).text, "Medarbejdernummer")
    assert len(seen) == len(set(seen)) == 60 + len(town.employees)


@pytest.mark.parametrize("asked", ["7", "0", "-25", "999999999", "x", ""])
def test_only_the_offered_page_sizes(admin, town, asked):
    add_staff(town, 60)
    page = admin.get(f"/employees/?page_size={asked}").text
    assert len(table_of(page)[1]) == 50


def test_a_list_counts_so_far_and_no_further(admin, town, monkeypatch):
    add_staff(town, 60)
    total = 60 + len(town.employees)
    assert f"1–50 af {total}" in admin.get("/employees/").text
    assert f"51–{total} af {total}" in admin.get("/employees/?page=1").text

    monkeypatch.setattr(panel_lists, "COUNTED", 50)
    page = admin.get("/employees/?page_size=25").text
    assert "1–25 af mere end 50" in page
    last = admin.get("/employees/?page_size=25&page=99999").text
    assert "26–50 af mere end 50" in last
    assert 'rel="next"' not in last
    assert "En liste viser de første 50 rækker" in last


def test_a_view_is_saved_above_the_list_and_found_there(admin, town, staff):
    page = admin.get("/employees/?flt0_position=pedagogue&sort=0&desc=1&column=name").text
    kept = re.search(r'name="query" value="([^"]*)"', page)[1].replace("&amp;", "&")
    action = re.search(r'action="(/admin/saved-views/save/[^"]*)"', page)[1]

    answer = admin.post(action, name="Pædagoger", view="employees", query=kept)

    assert answer.status_code == 302
    assert answer.headers["Location"].endswith(f"/admin/employees/?{kept}")
    shown = admin.get(answer.headers["Location"].partition("/admin")[2]).text
    assert "Visningen »Pædagoger« er gemt" in shown
    assert NOT_KEPT not in page + shown
    assert re.search(r'aria-current="true"[^>]*>Pædagoger', shown)
    assert column_of(shown, "Navn") == column_of(page, "Navn") != []
    assert "Pædagoger</a>" in admin.get("/saved-views/").text
    assert "Pædagoger</a>" not in admin.get("/units/").text


def test_what_one_searched_for_is_not_saved_and_that_is_said(admin, town, staff):
    page = admin.get("/employees/?search=Zoe&sort=1").text
    assert NOT_KEPT in page
    kept = re.search(r'name="query" value="([^"]*)"', page)[1].replace("&amp;", "&")

    answer = admin.post("/saved-views/save/", name="Efter nummer", view="employees", query=kept)

    assert answer.headers["Location"].endswith("/admin/employees/?sort=1")
    shown = admin.get("/employees/?sort=1").text
    assert "Visningen »Efter nummer« er gemt" in shown
    assert NOT_KEPT in shown
    assert "Zoe" not in "".join(view.query for view in views_of(town, SavedView))
    within = admin.get("/employees/?search=Zoe&sort=1").text
    assert column_of(within, "Navn") == ["Zoe"]
    assert re.search(r'aria-current="true"[^>]*>Efter nummer', within)


def test_a_list_that_is_only_searched_offers_no_view_to_save_and_says_why(admin, town, staff):
    page = admin.get("/employees/?search=Zoe").text
    assert NOT_KEPT in page
    assert 'name="query"' not in page

    answer = admin.post("/saved-views/save/", name="Zoe", view="employees", query="search=Zoe")

    assert answer.status_code == 422
    assert NOT_KEPT.rstrip(".") in answer.text
    assert views_of(town, SavedView) == []


def test_no_other_argument_of_a_list_takes_a_name(app, admin, town, staff):
    """What a saved view keeps is chosen, not written: a name in its place finds everything."""
    tried = 0
    for endpoint, view in lists_of(app).items():
        everything = table_of(admin.get(f"/{endpoint}/?all=1").text)
        words = [f"flt0_{view.get_filter_arg(*each)}" for each in enumerate(view._filters or ())]
        for name in {*words, *view.kept_args} - rules.TYPED:
            page = admin.get(f"/{endpoint}/?{name}=Zoe").text
            assert table_of(page) == everything, (endpoint, name)
            tried += 1
    assert tried > 15


def test_the_list_opens_with_the_view_put_first_until_all_is_asked_for(admin, town, staff):
    with town.as_user("admin") as ctx:
        kept = accounts.save_view(
            ctx, view="employees", name="Ledere", query="flt0_position=leader", is_default=True
        ).id
    opened = admin.get("/employees/", follow=False)
    assert opened.status_code == 302
    assert set(column_of(admin.get("/employees/").text, "Stilling")) == {"Leder"}
    assert len(set(column_of(admin.get("/employees/?all=1").text, "Stilling"))) > 1

    answer = admin.post(f"/saved-views/step-back/?id={kept}")
    assert answer.status_code == 302
    assert admin.get("/employees/", follow=False).status_code == 200


def test_a_view_of_nothing_in_particular_does_not_lead_in_circles(admin, town):
    with town.as_user("admin") as ctx:
        accounts.save_view(ctx, view="employees", name="Alt", query="", is_default=True)
    assert admin.get("/employees/", follow=False).status_code == 200


def test_removing_asks_first_and_leaves_the_rows(admin, town, staff):
    with town.as_user("admin") as ctx:
        kept = accounts.save_view(ctx, view="employees", name="Zoe", query="sort=0").id
    assert "Kun visningen forsvinder" in admin.get(f"/saved-views/remove/?id={kept}").text
    assert len(views_of(town, SavedView)) == 1

    assert admin.post(f"/saved-views/remove/?id={kept}").status_code == 302

    assert views_of(town, SavedView) == []
    assert "Zoe" in admin.get("/employees/").text


def test_a_refused_name_is_shown_at_its_field_and_what_was_typed_stays(admin, town):
    with town.as_user("admin") as ctx:
        for number in range(rules.MOST_VIEWS):
            accounts.save_view(ctx, view="units", name=f"V{number}", query="sort=0")

    answer = admin.post("/saved-views/save/", name="Min <b>21.</b>", view="units", query="sort=1")

    assert answer.status_code == 409
    assert "Du har allerede 20 visninger af denne liste" in answer.text
    assert 'value="Min &lt;b&gt;21.&lt;/b&gt;"' in answer.text
    assert 'name="query" type="hidden" value="sort=1"' in answer.text
    assert len(views_of(town, SavedView)) == rules.MOST_VIEWS


@pytest.mark.parametrize("view", ["", "moon", "profile", "users"])
def test_a_view_of_a_list_one_may_not_see_is_not_kept(app, town, view):
    leader = Browser(app, town, "leader_n1")
    answer = leader.post("/saved-views/save/", name="x", view=view, query="sort=1")
    assert answer.status_code == 404
    assert views_of(town, SavedView) == []


def test_a_saved_address_leads_nowhere_else(admin, town):
    admin.post(
        "/saved-views/save/", name="x", view="units", query="//evil.dk/?x=1#javascript:alert(1)"
    )
    page = admin.get("/units/").text
    assert 'href="//evil' not in page
    assert all(
        link.startswith("/admin/units/?")
        for link in re.findall(r'class="view-chip" href="([^"]*)"', page)
    )


def test_no_list_asks_more_than_twelve_times_whatever_it_shows(app, admin, town, staff):
    with town.as_user("admin") as ctx:
        for endpoint in lists_of(app):
            for number in range(3):
                accounts.save_view(ctx, view=endpoint, name=f"V{number}", query=f"sort={number}")
    add_staff(town, 120)
    for endpoint, view in lists_of(app).items():
        every = "&".join(f"column={name}" for name, _ in view._list_columns)
        with statements(town.db.app) as few:
            admin.get(f"/{endpoint}/?{every}&page_size=25")
        with statements(town.db.app) as many:
            admin.get(f"/{endpoint}/?{every}&page_size=100")
        assert len(few) <= 12, (endpoint, few)
        assert len(many) <= len(few), endpoint
