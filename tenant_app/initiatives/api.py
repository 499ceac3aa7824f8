"""Initiatives over the API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from tenant_app.catalogue.models import CourseForm
from tenant_app.core.context import Context
from tenant_app.core.http import endpoint
from tenant_app.core.money import Money
from tenant_app.core.paging import Page
from tenant_app.initiatives import service as initiatives
from tenant_app.initiatives.models import Initiative, InitiativeState, SurveyAnswer
from tenant_app.initiatives.rules import Answers, RuleSet
from tenant_app.initiatives.schemas import (
    AdviceRuleIn,
    AdviceRulesOut,
    AdviceScaleIn,
    AdviceVersionIn,
    AdvisedOut,
    AnswersIn,
    ChoiceIn,
    InitiativeChange,
    InitiativeDetailsOut,
    InitiativeIn,
    InitiativeMoveIn,
    InitiativeOut,
    InitiativeQuery,
    OwnSurveyOut,
    OwnSurveysOut,
    SurveyAnswerIn,
)

blueprint = Blueprint(
    "initiatives",
    __name__,
    url_prefix="/api/v1/initiatives",
    description="Planned efforts that answer needs, their form, their limit and their survey",
)


@blueprint.get("")
@endpoint(blueprint, query=InitiativeQuery, page_of=InitiativeOut)
def list_initiatives(ctx: Context, **search: Any) -> Page[Initiative]:
    """The initiatives that the caller may see, by title."""
    return initiatives.listing(ctx, **search)


@blueprint.post("")
@endpoint(blueprint, takes=InitiativeIn, returns=InitiativeDetailsOut, status=201)
def create_initiative(ctx: Context, **facts: Any) -> dict[str, Any]:
    """A new idea."""
    return _details(ctx, initiatives.create(ctx, **facts).id)


@blueprint.post("/form-advice")
@endpoint(blueprint, takes=AnswersIn, returns=AdvisedOut)
def advise(ctx: Context, **asked: Any) -> dict[str, Any]:
    """Which form fits, with the reasons and rough costs. Changes nothing."""
    return {"advice": initiatives.advise(ctx, _answers(asked))}


@blueprint.get("/form-advice/rules")
@endpoint(blueprint, returns=AdviceRulesOut)
def show_advice_rules(ctx: Context) -> dict[str, Any]:
    """Everything that the form advice goes by; version 0 is the standard."""
    return _rules(initiatives.advice_rules(ctx))


@blueprint.put("/form-advice/rules/<key>")
@endpoint(blueprint, takes=AdviceRuleIn, returns=AdviceRulesOut)
def set_advice_rule(ctx: Context, key: str, **facts: Any) -> dict[str, Any]:
    """Give a rule other words and points, as a new version of all."""
    return _rules(initiatives.set_rule(ctx, key, **facts))


@blueprint.put("/form-advice/rules")
@endpoint(blueprint, takes=AdviceScaleIn, returns=AdviceRulesOut)
def set_advice_scale(ctx: Context, **scale: Any) -> dict[str, Any]:
    """Set the thresholds, weeks and weights, as a new version of all."""
    return _rules(initiatives.set_scale(ctx, **scale))


@blueprint.post("/form-advice/rules/standard")
@endpoint(blueprint, takes=AdviceVersionIn, returns=AdviceRulesOut)
def restore_advice_rules(ctx: Context, version: int) -> dict[str, Any]:
    """Let the standard count again, as a new version."""
    return _rules(initiatives.restore_rules(ctx, version=version))


@blueprint.get("/surveys")
@endpoint(blueprint, returns=OwnSurveysOut)
def list_surveys(ctx: Context) -> dict[str, Any]:
    """The surveys that the caller, as one who takes part, is asked to answer."""
    return {"surveys": [_own(*each) for each in initiatives.surveys(ctx)]}


@blueprint.get("/<uuid:initiative_id>")
@endpoint(blueprint, returns=InitiativeDetailsOut)
def show_initiative(ctx: Context, initiative_id: UUID) -> dict[str, Any]:
    """One initiative with everything it is tied to."""
    return _details(ctx, initiative_id)


@blueprint.patch("/<uuid:initiative_id>")
@endpoint(blueprint, takes=InitiativeChange, returns=InitiativeDetailsOut)
def change_initiative(ctx: Context, initiative_id: UUID, **changes: Any) -> dict[str, Any]:
    """Change what it says or is tied to."""
    return _details(ctx, initiatives.change(ctx, initiative_id, **changes).id)


@blueprint.post("/<uuid:initiative_id>/state")
@endpoint(blueprint, takes=InitiativeMoveIn, returns=InitiativeDetailsOut)
def move_initiative(
    ctx: Context, initiative_id: UUID, to: InitiativeState, reason: str, override_reason: str
) -> dict[str, Any]:
    """Take it one step on, or stop it."""
    initiatives.move(ctx, initiative_id, to, reason=reason, override_reason=override_reason)
    return _details(ctx, initiative_id)


@blueprint.post("/<uuid:initiative_id>/form-choice")
@endpoint(blueprint, takes=ChoiceIn, returns=InitiativeDetailsOut)
def choose_form(
    ctx: Context, initiative_id: UUID, answers: dict[str, Any], chosen: CourseForm, reason: str
) -> dict[str, Any]:
    """Choose a form. The advice as it was given is kept with the choice."""
    initiatives.choose_form(
        ctx, initiative_id, answers=_answers(answers), chosen=chosen, reason=reason
    )
    return _details(ctx, initiative_id)


@blueprint.post("/<uuid:initiative_id>/survey")
@endpoint(blueprint, returns=InitiativeDetailsOut)
def open_survey(ctx: Context, initiative_id: UUID) -> dict[str, Any]:
    """Ask those who take part before it begins."""
    return _details(ctx, initiatives.open_survey(ctx, initiative_id).id)


@blueprint.post("/<uuid:initiative_id>/survey/closing")
@endpoint(blueprint, returns=InitiativeDetailsOut)
def close_survey(ctx: Context, initiative_id: UUID) -> dict[str, Any]:
    """Nobody answers any more, and the answers are told together."""
    return _details(ctx, initiatives.close_survey(ctx, initiative_id).id)


@blueprint.put("/<uuid:initiative_id>/survey-answer")
@endpoint(blueprint, takes=SurveyAnswerIn, returns=OwnSurveyOut)
def answer_survey(ctx: Context, initiative_id: UUID, **told: Any) -> dict[str, Any]:
    """The caller's own answer. The latest counts."""
    initiatives.answer_survey(ctx, initiative_id, **told)
    return _own(*initiatives.survey(ctx, initiative_id))


def _answers(asked: Mapping[str, Any]) -> Answers:
    return Answers(**{**asked, "amount": Money(asked["amount"])})


def _details(ctx: Context, initiative_id: UUID) -> dict[str, Any]:
    shown = initiatives.one(ctx, initiative_id)
    facts = {name: getattr(shown.initiative, name) for name in InitiativeOut._declared_fields}
    return facts | {
        "units": shown.units,
        "needs": shown.needs,
        "other_needs": shown.other_needs,
        "courses": shown.courses,
        "forms": [choice for choice, _name in shown.forms],
        "survey": shown.survey,
    }


def _own(initiative: Initiative, answer: SurveyAnswer | None) -> dict[str, Any]:
    return {
        "initiative_id": initiative.id,
        "title": initiative.title,
        "answered": answer is not None,
        "confidence": answer.confidence if answer else None,
        "expects": answer.expects if answer else "",
        "will_use": answer.will_use if answer else "",
    }


def _rules(known: RuleSet) -> dict[str, Any]:
    return {"version": known.version} | known.kept()
