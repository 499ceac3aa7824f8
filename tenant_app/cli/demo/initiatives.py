"""The initiatives of the demo on their way: central and decentral ones, some over, some under way,
one stopped, and houses with as much at once as they may."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import select

from tenant_app.catalogue.models import Course
from tenant_app.catalogue.models import CourseForm as F
from tenant_app.cli.demo.efforts import EFFORTS, Effort
from tenant_app.cli.demo.founding import Town
from tenant_app.cli.demo.stage import Stage
from tenant_app.competences.models import CompetenceArea
from tenant_app.core.context import Context
from tenant_app.core.money import Money, kroner
from tenant_app.goals.models import Goal, GoalState
from tenant_app.initiatives import service as initiatives
from tenant_app.initiatives.models import InitiativeState as S
from tenant_app.initiatives.rules import OPEN, Answers
from tenant_app.needs.models import Need, NeedState

MOST_NEEDS = 3
RULES_SET = "2026-03-16"
SURVEY_DAYS = 21
"""So long a survey is open."""
ANSWERERS = 8
"""So many say where they stand before an initiative whose survey is open."""
EXPECTATIONS = (
    ("Konkrete greb, jeg kan bruge ved bordet og i garderoben.", "Jeg prøver det af med to børn."),
    ("At vi får et fælles sprog på stuen.", "Vi filmer og ser klippene sammen på stuemødet."),
    ("Mere ro på de svære samspil.", "Jeg tager en prøvehandling med hjem til næste møde."),
    ("Viden om, hvad der virker for de yngste.", "Sidemandsoplæring med min kollega."),
)


@dataclass
class Begun:
    """An initiative of the story, where it stands."""

    effort: Effort
    id: UUID
    state: S = S.IDEA


@dataclass
class Efforts:
    """All initiatives of one municipality, in the order in which they are thought of."""

    stage: Stage
    town: Town
    begun: list[Begun] = field(default_factory=list)

    def scenes(self) -> Iterator[tuple[datetime, Callable[[datetime], None]]]:
        """What happens to them, and when."""
        if self.town.place.slug == "glostrup":
            yield _moment(RULES_SET), self._set_rule
        for effort in EFFORTS.get(self.town.place.slug, ()):
            planned = _moment(effort.planned or "2026-11-16")
            yield planned - timedelta(days=21), lambda at, effort=effort: self._think(effort, at)
            if not effort.planned:
                continue
            for days, state in ((14, S.QUALIFIED), (7, S.PRIORITISED), (0, S.PLANNED)):
                at = planned - timedelta(days=days)
                yield at, lambda at, effort=effort, state=state: self._step(effort, state, at)
            for day, state in effort.steps:
                yield (
                    _moment(day),
                    lambda at, effort=effort, state=state: self._step(effort, state, at),
                )
            if effort.survey:
                asked = _moment(effort.survey)
                yield asked, lambda at, effort=effort: self._ask(effort, at)
                closes = asked + timedelta(days=SURVEY_DAYS)
                yield closes, lambda at, effort=effort: self._close(effort, at)
            if effort.stopped:
                yield (
                    _moment(effort.stopped),
                    lambda at, effort=effort: self._step(effort, S.STOPPED, at),
                )

    def open_for(self, institution: int, code: str) -> UUID | None:
        """The initiative through which the institution asks for the course; the first of them."""
        for each in self.begun:
            takes_part = institution in (each.effort.house, *each.effort.houses)
            if each.state in OPEN and takes_part and code in each.effort.courses:
                return each.id
        return None

    def _of(self, effort: Effort) -> Begun:
        return next(each for each in self.begun if each.effort is effort)

    def _who(self, effort: Effort) -> UUID:
        if effort.house is not None:
            return self.town.leaders[effort.house]
        assert self.town.consultant_id is not None
        return self.town.consultant_id

    def _think(self, effort: Effort, at: datetime) -> None:
        ctx = self.stage.enter(at, self._who(effort))
        houses = [self.town.institution(each) for each in effort.houses]
        unit_id = self.town.root_id
        if effort.house is not None:
            unit_id = self.town.institution(effort.house)
        made = initiatives.create(
            ctx,
            unit_id=unit_id,
            title=effort.title,
            description=effort.text,
            target_group=effort.target,
            people=effort.people,
            goal_id=_goal(ctx, effort),
            area_id=_area(ctx, effort),
            unit_ids=houses,
            course_ids=_courses(ctx, effort),
            starts_on=date.fromisoformat(effort.starts),
            ends_on=date.fromisoformat(effort.ends),
            estimate=kroner(effort.estimate),
        )
        self.begun.append(Begun(effort, made.id))

    def _step(self, effort: Effort, state: S, at: datetime) -> None:
        known = self._of(effort)
        self._answer_needs(known, at)
        if state is S.PRIORITISED:
            self._choose_form(known, at)
        if state is S.QUALIFIED and not self._answers_something(known, at):
            return  # no need has come up yet: it stays an idea
        if known.state is S.IDEA and state is not S.QUALIFIED:
            return
        over = bool(effort.override) and state is S.RUNNING
        reason = "Musikpædagogen har fået andet arbejde." if state is S.STOPPED else ""
        who = self.town.admin_id if over else self._who(effort)
        why = effort.override if over else ""
        ctx = self.stage.enter(at, who)
        initiatives.move(ctx, known.id, state, reason=reason, override_reason=why)
        known.state = state

    def _answers_something(self, known: Begun, at: datetime) -> bool:
        ctx = self.stage.enter(at, self._who(known.effort))
        has_goal = initiatives.get(ctx, known.id).goal_id is not None
        return has_goal or bool(initiatives.tied(ctx, known.id)["need_ids"])

    def _answer_needs(self, known: Begun, at: datetime) -> None:
        """Needs that were qualified meanwhile, of its field and its institutions, are answered."""
        ctx = self.stage.enter(at, self._who(known.effort))
        tied = initiatives.tied(ctx, known.id)
        found = ctx.session.scalars(
            select(Need.id)
            .where(
                Need.unit_id.in_(tied["unit_ids"]),
                Need.area_id == _area(ctx, known.effort),
                Need.state.in_((NeedState.QUALIFIED, NeedState.PRIORITISED)),
            )
            .order_by(Need.title, Need.id)
            .limit(MOST_NEEDS)
        ).all()
        wanted = tied["need_ids"] | set(found)
        if known.state not in (S.EVALUATED, S.ANCHORED) and wanted != tied["need_ids"]:
            initiatives.change(ctx, known.id, need_ids=sorted(wanted))

    def _choose_form(self, known: Begun, at: datetime) -> None:
        effort = known.effort
        ctx = self.stage.enter(at, self._who(effort))
        first, last = date.fromisoformat(effort.starts), date.fromisoformat(effort.ends)
        answers = Answers(
            urgency=effort.urgency,
            people=effort.people,
            units=max(1, len(effort.houses)),
            shared=effort.people > len(effort.houses) * 2,
            same_level=False,
            resource_persons=effort.form in (F.SIDE_BY_SIDE, F.VIDEO_FEEDBACK, F.NETWORK),
            weeks=(last - first).days // 7,
            amount=Money(kroner(effort.estimate)),
        )
        advice = initiatives.advise(ctx, answers)
        why = "" if advice[0].form is effort.form else effort.why
        initiatives.choose_form(ctx, known.id, answers=answers, chosen=effort.form, reason=why)

    def _close(self, effort: Effort, at: datetime) -> None:
        """The answers are told together, unless the initiative has run meanwhile."""
        known = self._of(effort)
        ctx = self.stage.enter(at, self._who(effort))
        if initiatives.is_asking(ctx, initiatives.get(ctx, known.id)):
            initiatives.close_survey(ctx, known.id)

    def _set_rule(self, at: datetime) -> None:
        """Glostrup has found that its own people carry more than the standard says."""
        ctx = self.stage.enter(at, self.town.admin_id)
        known = initiatives.advice_rules(ctx)
        points = dict(known.rule("resource_persons").points)
        initiatives.set_rule(
            ctx,
            "resource_persons",
            says="Vi har egne vejledere: de kender husene, og viden bliver her.",
            points=points | {F.SIDE_BY_SIDE: 4, F.NETWORK: 2},
            version=known.version,
        )

    def _ask(self, effort: Effort, at: datetime) -> None:
        """The survey opens, and those with a login answer it in the days that follow."""
        known = self._of(effort)
        initiatives.open_survey(self.stage.enter(at, self._who(effort)), known.id)
        staff = [
            self.town.staff_logins[person]
            for house in effort.houses
            for person in self.town.pedagogues[house]
            if person in self.town.staff_logins
        ]
        for place, login in enumerate(staff[:ANSWERERS]):
            expects, will_use = EXPECTATIONS[place % len(EXPECTATIONS)]
            ctx = self.stage.enter(at + timedelta(hours=5 + place), login)
            initiatives.answer_survey(
                ctx, known.id, confidence=2 + place % 2, expects=expects, will_use=will_use
            )


def _goal(ctx: Context, effort: Effort) -> UUID | None:
    if not effort.goal:
        return None
    return ctx.session.scalars(
        select(Goal.id)
        .where(Goal.title.startswith(effort.goal), Goal.state == GoalState.ADOPTED)
        .order_by(Goal.title, Goal.id)
        .limit(1)
    ).one_or_none()


def _area(ctx: Context, effort: Effort) -> UUID:
    return ctx.session.scalars(
        select(CompetenceArea.id).where(CompetenceArea.name == effort.area)
    ).one()


def _courses(ctx: Context, effort: Effort) -> list[UUID]:
    return list(
        ctx.session.scalars(
            select(Course.id).where(Course.code.in_(effort.courses)).order_by(Course.code)
        )
    )


def _moment(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), time(9, 30), tzinfo=UTC)
