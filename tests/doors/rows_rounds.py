"""Application rounds, and how pools are given out."""

from __future__ import annotations

from sqlalchemy import select

from tenant_app.rounds.models import RoundApplication
from tests.doors.table import Row, api, fixed, reaching, verb

SEES = {"may": "leader_n1", "may_not": "ped_n1", "branch": "leader_s1"}
HOLDS = {"may": "admin", "may_not": "leader_n1", "branch": "admin_south"}
APPLIES = {"may": "leader_n1", "may_not": "auditor", "branch": "leader_s1"}
PART = {"initiative_id": "planned_initiative", "need_id": "qualified"}
UNLISTED = (403, 404, 422)
"""Something that is not among the choices of the form."""


def facts(place, thing):
    return {
        "title": place.word("application_rounds", "title"),
        "purpose": place.word("application_rounds", "purpose"),
        "criteria": place.word("application_rounds", "criteria"),
        "opens_on": place.day(0).isoformat(),
        "closes_on": place.day(30).isoformat(),
    }


def form(place, thing):
    return facts(place, thing) | {"amount": "1.000,00"}


def round_json(place, thing):
    return facts(place, thing) | {"amount": 100_000}


def asked_form(place, thing):
    return {"amount": "1,00", "reason": place.word("round_applications", "reason")}


def asked_json(place, thing):
    return {"amount": 100, "reason": place.word("round_applications", "reason")}


def _application(place, thing):
    with place.as_system() as ctx:
        return str(
            ctx.session.scalars(
                select(RoundApplication.id).where(RoundApplication.round_id == thing)
            ).one()
        )


def awards_form(place, thing):
    if thing is None:
        return {}
    return {
        "awards-0-application_id": _application(place, thing),
        "awards-0-amount": "1,00",
        "awards-0-answer": "Ja",
        "decided_where": "Ledergruppen",
    }


def awards_json(place, thing):
    if thing is None:
        return {"awards": []}
    award = {"application_id": _application(place, thing), "amount": 100, "answer": "Ja"}
    return {"awards": [award], "decided_where": "Ledergruppen"}


def turns_json(place, thing):
    day = place.today.isoformat()
    turn = {"unit_id": str(place.units["n1"]), "first_day": day, "last_day": day}
    return {"mode": "rotation", "turns": [turn]}


def turns_form(place, thing):
    day = f"{place.today:%d-%m-%Y}"
    turn = {"unit_id": str(place.units["n1"]), "first_day": day, "last_day": day}
    return {"mode": "rotation"} | {f"turns-0-{name}": value for name, value in turn.items()}


ROWS = [
    Row("rounds.index_view", **SEES, branch_may=True, lists="round"),
    Row("rounds.details_view", **SEES, thing="round"),
    *reaching(
        "rounds.verb_create",
        **HOLDS,
        body=form,
        refs={"pool_id": "area_pool"},
        refused=UNLISTED,
    ),
    *verb("rounds.verb_change", **HOLDS, thing="draft_round", body=form),
    *verb("rounds.verb_open", **HOLDS, thing="draft_round"),
    *verb("rounds.verb_close", **HOLDS, thing="round"),
    *verb("rounds.verb_drop", **HOLDS, thing="draft_round"),
    *verb("rounds.verb_decide", **HOLDS, thing="closed_round", body=awards_form),
    *verb(
        "rounds.verb_apply",
        **APPLIES,
        thing="round",
        body=asked_form,
        refs={"unit_id": "unit"} | PART,
        refused=UNLISTED,
    ),
    *verb(
        "rounds.verb_withdraw",
        **APPLIES,
        thing="round",
        refs={"unit_id": "unit"},
        refused=UNLISTED,
    ),
    *verb(
        "pools.verb_mode",
        **HOLDS,
        thing="state_pool",
        body=turns_form,
        refs={"turns-0-unit_id": "unit"},
        refused=UNLISTED,
    ),
    *api(
        Row("api_rounds.list_rounds", **SEES, branch_may=True, lists="round"),
        Row("api_rounds.show_round", **SEES, thing="round"),
        Row(
            "api_rounds.create_round",
            "POST",
            **HOLDS,
            body=round_json,
            refs={"pool_id": "area_pool"},
            answer=201,
        ),
        Row("api_rounds.change_round", "PATCH", **HOLDS, thing="draft_round", body=round_json),
        Row("api_rounds.drop_round", "DELETE", **HOLDS, thing="draft_round", answer=204),
        Row("api_rounds.move_round", "POST", **HOLDS, thing="round", body=fixed(to="closed")),
        Row(
            "api_rounds.apply",
            "POST",
            **APPLIES,
            thing="round",
            body=asked_json,
            refs={"unit_id": "unit"} | PART,
        ),
        Row(
            "api_rounds.decide",
            "POST",
            **HOLDS,
            thing="closed_round",
            body=awards_json,
            refs={"awards[].application_id": "round_application"},
        ),
        Row(
            "api_budgets.set_mode",
            "PUT",
            **HOLDS,
            thing="state_pool",
            body=turns_json,
            refs={"turns[].unit_id": "unit"},
        ),
    ),
]
