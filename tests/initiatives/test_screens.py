"""Initiatives in the panel: the list, the page, each verb, the advice, the portfolio, surveys."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from config.wsgi import build
from tenant_app.catalogue.models import CourseForm
from tenant_app.core import clock
from tenant_app.initiatives import service as initiatives
from tenant_app.initiatives.models import FormChoice, Initiative, LimitOverride, SurveyAnswer
from tests.enrolments.conftest import School
from tests.enrolments.panel.conftest import Browser
from tests.initiatives.conftest import S


@pytest.fixture(scope="module")
def site(settings, db):
    return build(settings, db)


@pytest.fixture
def town(make_town):
    """The pages ask the real clock."""
    return make_town(now=clock.now())


@pytest.fixture
def school(town):
    return School(town, year=(town.now + timedelta(days=40)).year)


@pytest.fixture
def browser(site, town):
    return lambda user: Browser(site, town, user)


ASKED = {
    "urgency": "acute",
    "people": "3",
    "units": "1",
    "resource_persons": "y",
    "weeks": "10",
    "amount": "100.000,00",
}


def answers(**more):
    return "&".join(f"{name}={value}" for name, value in (ASKED | more).items())


def details(made):
    return f"/admin/initiatives/details/?id={made}"


def test_a_need_becomes_an_initiative_in_one_form(town, plans, browser):
    need = plans.need("n1")
    leader = browser("leader_n1")
    form = leader.text(f"/admin/initiatives/create/?need={need}&need=x")
    assert re.search(rf'value="{need}"[^>]*selected|selected[^>]*value="{need}"', form)

    answer = leader.post(
        "/admin/initiatives/create/",
        {
            "unit_id": town.units["n1"],
            "title": "Leg i garderoben",
            "need_ids": [str(need)],
            "people": "6",
            "starts_on": "01-09-2026",
            "ends_on": "30-11-2026",
            "estimate": "12.500,00",
        },
    )

    assert answer.status_code == 302
    page = leader.text(answer.headers["Location"])
    for word in ("Leg i garderoben", "Behov", "01-09-2026", "12.500,00 kr", "Idé"):
        assert word in page, word


def test_what_cannot_be_is_said_at_its_field(town, plans, browser):
    leader = browser("leader_n1")
    before = plans.everything()
    good = {"unit_id": town.units["n1"], "title": "T", "people": "6"}
    for more, said in (
        ({"starts_on": "02-09-2026", "ends_on": "01-09-2026"}, "kan ikke slutte, før"),
        ({"need_ids": [str(plans.need("s1"))]}, "need_ids"),
        ({"description": "å" * 100_000}, "description"),
        ({"unit_id": town.units["s1"]}, "unit_id"),
        ({"estimate": "1,234.50"}, "ikke et beløb"),
    ):
        before = plans.everything()
        answer = leader.post("/admin/initiatives/create/", good | more)
        assert answer.status_code == 422, more
        assert said in answer.text
        assert "Intet blev ændret" in answer.text
        assert plans.everything() == before


def test_from_idea_to_everyday_practice_by_buttons(town, plans, browser):
    made = plans.make("n1", need_ids=[plans.need("n1")])
    leader = browser("leader_n1")
    for verb in ("qualify", "prioritise", "plan", "start", "follow-up", "evaluate", "anchor"):
        assert f"/admin/initiatives/{verb}/?id={made}" in leader.text(details(made)), verb
        assert leader.post(f"/admin/initiatives/{verb}/?id={made}", {}).status_code == 302, verb
    assert plans.state(made) is S.ANCHORED
    assert "/admin/initiatives/stop/" not in leader.text(details(made))


def test_the_third_is_refused_and_then_started_above_the_limit(town, plans, browser):
    plans.limits(running_initiatives=2)
    for _ in range(2):
        plans.make("n1", state=S.RUNNING)
    third = plans.make("n1", state=S.PLANNED, title="Den tredje")
    leader, above = browser("leader_n1"), browser("area_north")

    refused = leader.post(f"/admin/initiatives/start/?id={third}", {})
    assert refused.status_code == 409
    assert f"n1 {town.slug} (2)" in refused.text
    assert leader.get(f"/admin/initiatives/override/?id={third}").status_code == 403
    assert f"/admin/initiatives/override/?id={third}" in above.text(details(third))
    assert above.post(f"/admin/initiatives/override/?id={third}", {}).status_code == 422
    assert plans.state(third) is S.PLANNED

    why = "Tilsynet kræver det inden jul."
    done = above.post(f"/admin/initiatives/override/?id={third}", {"override_reason": why})
    assert done.status_code == 302
    assert why in leader.text(details(third))
    portfolio = leader.text("/admin/portfolio/")
    assert why in portfolio
    assert "3 i gang, højst 2" in portfolio
    assert "Over grænsen" in leader.text("/admin/initiatives/")
    assert "Den tredje" in leader.text("/admin/initiatives/?flt0_over_limit=1")
    with town.as_system() as ctx:
        assert len(ctx.session.scalars(select(LimitOverride)).all()) == 1


def test_stopping_says_why_on_the_page(town, plans, browser):
    made = plans.make("n1", state=S.RUNNING)
    leader = browser("leader_n1")
    assert leader.post(f"/admin/initiatives/stop/?id={made}", {"reason": " "}).status_code == 422
    assert plans.state(made) is S.RUNNING
    leader.post(f"/admin/initiatives/stop/?id={made}", {"reason": "Huset lukker."})
    assert "Huset lukker." in leader.text(details(made))


def test_the_change_form_keeps_what_is_tied(town, plans, browser):
    ours, theirs = plans.need("n1"), plans.need("n2")
    made = plans.make("north", units=("n1", "n2"), who="area_north", need_ids=[ours, theirs])
    own = plans.make("n1", need_ids=[plans.need("n1"), plans.need("n2")], who="admin")
    for user, key, unseen in (("area_north", made, 0), ("leader_n1", own, 1)):
        page = browser(user).text(f"/admin/initiatives/change/?id={key}")
        fields = {
            "title": "Nyt navn",
            "people": "5",
            "need_ids": re.findall(r'<option[^>]*selected[^>]*value="([^"]+)"', _select(page)),
        }
        assert len(fields["need_ids"]) == 2 - unseen
        answer = browser(user).post(f"/admin/initiatives/change/?id={key}", fields)
        assert answer.status_code == 302
        with town.as_user("admin") as ctx:
            assert len(initiatives.tied(ctx, key)["need_ids"]) == 2
            assert initiatives.get(ctx, key).title == "Nyt navn"


def _select(page):
    return re.search(r'<select[^>]*name="need_ids".*?</select>', page, re.S)[0]


def test_an_employee_looks_and_does_nothing(town, plans, browser):
    made = plans.make("n1", need_ids=[plans.need("n1")])
    pedagogue = browser("ped_n1")
    page = pedagogue.text(details(made))
    assert "Behov" in page
    assert "/admin/initiatives/change/" not in page
    assert pedagogue.get("/admin/initiatives/create/").status_code == 403
    assert pedagogue.get(details(plans.make("s1"))).status_code == 404
    assert "Skriv" not in pedagogue.text("/admin/portfolio/")


def test_the_list_is_empty_with_a_way_on_and_narrowed(town, plans, browser):
    leader = browser("leader_n1")
    assert "Begynd med et kvalificeret behov" in leader.text("/admin/initiatives/")
    plans.make("n1", title="Egen indsats", form=CourseForm.NETWORK)
    plans.make("north", units=("n1",), who="area_north", title="Fælles indsats")
    for query, found in {
        "search=egen": {"Egen"},
        "flt0_central=1": {"Fælles"},
        "flt0_central=0": {"Egen"},
        "flt0_form=network": {"Egen"},
        "flt0_state=idea": {"Egen", "Fælles"},
        "flt0_state=running": set(),
        f"flt0_unit_id={town.units['n1']}": {"Egen", "Fælles"},
        f"flt0_unit_id={town.units['s1']}": set(),
        "flt0_over_limit=1": set(),
        "flt0_unit_id=x": {"Egen", "Fælles"},
    }.items():
        page = leader.text(f"/admin/initiatives/?{query}")
        assert {word for word in ("Egen", "Fælles") if f"{word} indsats" in page} == found, query


# The advice


def test_the_advice_ranks_with_reasons_and_costs_and_shows_its_rules(
    town,
    school,
    plans,
    browser,
):
    day = plans.today + timedelta(days=40)
    school.session(
        form=CourseForm.SIDE_BY_SIDE,
        fee=1_000_000,
        cover_hours="0",
        ects="0",
        starts_on=day,
        deadline=plans.today,
    )
    page = browser("leader_n1").text(f"/admin/form-advice/?{answers()}")
    first = re.search(r'<th scope="row">([^<]+) <span class="tag ok">', page)[1]
    assert first == "Sidemandsoplæring"
    assert "30.000,00 kr" in page
    assert "Det haster" in page
    assert "Kataloget har intet forløb" in page
    assert page.count("<tr>") > 12 + 12


def test_odd_answers_are_said_at_their_field_and_give_no_advice(browser):
    leader = browser("leader_n1")
    for more in ({"people": "0"}, {"weeks": "x"}, {"amount": "12.5"}, {"urgency": "soon"}):
        page = leader.text(f"/admin/form-advice/?{answers(**more)}")
        assert "is-invalid" in page, more
        assert "Passer bedst" not in page, more


def test_a_choice_is_kept_with_the_advice_as_it_was(town, plans, browser):
    made = plans.make("n1")
    leader = browser("leader_n1")
    url = f"/admin/initiatives/form/?id={made}"
    page = leader.text(f"{url}&{answers()}")
    assert 'name="chosen"' in page
    kept = {"csrf_token": re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1], **ASKED}

    refused = leader.client.post(url, data=kept | {"chosen": "diploma_module"})
    assert refused.status_code == 422
    assert "kræver en begrundelse" in refused.text
    assert 'name="chosen"' in refused.text  # with everything still there
    why = "Stuen mangler en sprogvejleder."
    done = leader.client.post(url, data=kept | {"chosen": "diploma_module", "reason": why})
    assert done.status_code == 302

    with town.as_system() as ctx:
        [choice] = ctx.session.scalars(select(FormChoice)).all()
        assert choice.chosen is ctx.session.get_one(Initiative, made).form
        assert choice.answers["people"] == 3
        assert choice.ranked[0]["points"] > choice.ranked[-1]["points"]
        assert choice.reason == why
    shown = leader.text(details(made))
    assert why in shown
    assert "Rådet var" in shown


# The portfolio


def test_the_picture_says_what_the_table_says_without_styles(town, plans, browser):
    plans.make("n1", state=S.RUNNING, title="Sprog <b>nu</b>")
    answer = browser("leader_n1").get("/admin/portfolio/")
    svg = re.search(r"<svg.*?</svg>", answer.text, re.S)[0]
    assert "Sprog &lt;b&gt;nu" in svg
    assert "style=" not in svg
    assert 'class="bar running"' in svg
    table = answer.text[answer.text.index("</svg>") :]
    assert "Sprog &lt;b&gt;nu" in table
    year = plans.today.year
    leader = browser("leader_n1")
    assert "Ingen institution har en indsats" in leader.text(f"/admin/portfolio/?year={year + 3}")
    for odd in ("?year=x", "?year=99999", "?page=-3", "?page=9"):
        assert leader.get(f"/admin/portfolio/{odd}").status_code == 200, odd
    assert leader.get("/admin/portfolio/?unit_id=x").status_code == 404
    assert leader.get(f"/admin/portfolio/?unit_id={town.units['s1']}").status_code == 404


# The survey


def test_those_who_take_part_are_asked_and_answer_once_each(town, plans, browser):
    made = plans.make("n1", state=S.PLANNED, title="Før vi går i gang")
    leader, pedagogue = browser("leader_n1"), browser("ped_n1")
    assert pedagogue.get(f"/admin/surveys/answer/?id={made}").status_code == 404
    assert "Ingen spørger" in pedagogue.text("/admin/surveys/")

    assert leader.post(f"/admin/initiatives/survey/?id={made}", {}).status_code == 302
    assert "Før vi går i gang" in pedagogue.text("/admin/surveys/")
    url = f"/admin/surveys/answer/?id={made}"
    assert pedagogue.post(url, {"confidence": "9"}).status_code == 422
    assert pedagogue.post(url, {"confidence": "2", "expects": "å" * 100_000}).status_code == 422
    for step in ("2", "4"):
        told = {"confidence": step, "expects": "Nye greb", "will_use": "I garderoben"}
        assert pedagogue.post(url, told).status_code == 302
    assert "Nye greb" in pedagogue.text(url)

    with town.as_system() as ctx:
        [answer] = ctx.session.scalars(select(SurveyAnswer)).all()
        assert (answer.confidence, answer.employee_id) == (4, town.employees["ped_n1_1"])
    assert browser("ped_s1").get(url).status_code == 404
    assert browser("admin").get("/admin/surveys/").status_code == 403
    shown = leader.text(details(made))
    assert "Færre end 5 har svaret" in shown
    assert "Nye greb" not in shown


def test_five_answers_are_told_without_names_to_those_who_lead(town, plans, browser):
    made = plans.make("n1", state=S.PLANNED)
    with town.as_user("leader_n1") as ctx:
        initiatives.open_survey(ctx, made)
    people = [name for name in town.employees if name.endswith("n1") or "_n1_" in name]
    assert len(people) == 5
    with town.as_system() as ctx:
        for at, name in enumerate(people):
            ctx.session.add(
                SurveyAnswer(
                    initiative_id=made,
                    employee_id=town.employees[name],
                    confidence=3,
                    expects=f"Svar {at}",
                    answered_at=ctx.now - timedelta(hours=at),
                )
            )
    shown = browser("leader_n1").text(details(made))
    assert "Mindst 5 har svaret" in shown
    assert "3,0 af 5" not in shown
    assert "Svar 1" not in shown
    with town.as_user("leader_n1") as ctx:
        initiatives.close_survey(ctx, made)
    shown = browser("leader_n1").text(details(made))
    assert "5 har svaret" in shown
    assert "3,0 af 5" in shown
    for at, name in enumerate(people):
        assert f"Svar {at}" in shown
        assert f"{name} " not in shown
    assert "Svar 1" not in browser("ped_n1").text(details(made))
    assert "Svar 1" not in browser("auditor").text(details(made))
