"""The lived-in year: who asked for what, who said what, who came."""

from __future__ import annotations

import heapq
import itertools
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from uuid import UUID

from sqlalchemy import select

from tenant_app.accounts import service as accounts
from tenant_app.cli.demo import founding, goals, offers, plan
from tenant_app.cli.demo.anchoring import Aftermath
from tenant_app.cli.demo.bills import Bills
from tenant_app.cli.demo.closing import Accounts
from tenant_app.cli.demo.cooperation import Together
from tenant_app.cli.demo.dialogue import Circles
from tenant_app.cli.demo.forums import Councils
from tenant_app.cli.demo.founding import Session, Town
from tenant_app.cli.demo.funding import Funding
from tenant_app.cli.demo.initiatives import Efforts
from tenant_app.cli.demo.needs import Needs
from tenant_app.cli.demo.outside import Outside
from tenant_app.cli.demo.resource_persons import Experts
from tenant_app.cli.demo.stage import Stage
from tenant_app.cli.demo.supervision import Supervision
from tenant_app.cli.demo.talks import Talks
from tenant_app.core.errors import Refusal
from tenant_app.enrolments import service as enrolments
from tenant_app.enrolments.models import ApprovalLevel, Enrolment, EnrolmentState
from tenant_app.enrolments.service import Decision
from tenant_app.organisation import service as organisation

MOTIVATIONS = (
    "Vi ser flere børn med sen sprogudvikling og mangler fælles metoder.",
    "Tilsynet peger på, at samspillet i garderoben kan styrkes.",
    "Aftalt ved MUS; stuen skal have en faglig vejleder.",
    "Huset er nyt sammenlagt, og vi vil have et fælles fagligt sprog.",
    "Screeningen viser for få ord til rådighed i de rutineprægede situationer.",
    "Opfølgning på læreplansevalueringen fra foråret.",
    "",
)
RETURNED = (
    "Skriv, hvad der skal prøves af i praksis bagefter.",
    "Kan to afsted sammen fra huset? Send gerne igen for begge.",
    "Datoen falder sammen med personalemødet; vælg det andet hold.",
)
REJECTED = (
    "Puljen går i år til sprogindsatsen. Søg igen til foråret.",
    "Huset har allerede to i gang; vi venter til de er færdige.",
)
CANCELLED = (
    "Sygdom på stuen; afløser er fundet til et senere hold.",
    "Ny stilling pr. 1. i måneden.",
)
WITHDRAWN = ("Vikardækningen faldt på plads for sent.", "Valgte et andet forløb.")

PATIENCE = {
    ApprovalLevel.INSTITUTION: (1, 5),
    ApprovalLevel.AREA: (2, 8),
    ApprovalLevel.CENTRAL: (2, 9),
}
"""Days until an answer, from and to."""
BUSY_SINCE = datetime(2026, 11, 6, tzinfo=UTC)
"""From here on the inboxes fill: budget weeks."""
BUSY_DAYS = 25


@dataclass
class Request:
    """A request on its way through the year."""

    session: Session
    institution: int
    asks: UUID
    """The login that sends it."""
    employee_ids: list[UUID]
    fate: str
    """through, returned (for good), rejected or withdrawn."""
    ids: list[UUID]


class Year:
    """A queue of scenes in the order of time, until the story ends."""

    def __init__(self, stage: Stage, town: Town, dice: Random) -> None:
        self.stage, self.town, self.dice = stage, town, dice
        self.told: Counter[str] = Counter()
        self.needs = Needs(stage, town)
        self.supervision = Supervision(stage, town)
        self.efforts = Efforts(stage, town)
        self.experts = Experts(stage, town)
        self.together = Together(stage, town)
        self.aftermath = Aftermath(stage, town)
        self.circles = Circles(stage, town)
        self.books = Accounts(stage, town)
        self.talks = Talks(stage, town)
        self.councils = Councils(stage, town)
        self.bills = Bills(stage, town)
        self.outside = Outside(stage, town)
        self._scenes: list[tuple[datetime, int, Callable[[datetime], None]]] = []
        self._order = itertools.count()

    def tell(self) -> None:
        """Everything happens that happens before the story ends."""
        self._plan()
        while self._scenes and self._scenes[0][0] < plan.STORY_ENDS:
            at, _, scene = heapq.heappop(self._scenes)
            scene(at)
        self.told["initiatives"] = len(self.efforts.begun)
        parts = (self.aftermath, self.needs, self.talks, self.experts, self.together, self.bills)
        for part in (*parts, self.outside, self.supervision, self.councils):
            self.told += part.told

    def _at(self, at: datetime, scene: Callable[[datetime], None]) -> None:
        heapq.heappush(self._scenes, (at, next(self._order), scene))

    def _moment(self, day: date) -> datetime:
        """Some time of a working day."""
        while day.weekday() >= 5:
            day += timedelta(days=1)
        clock = time(self.dice.randint(7, 14), self.dice.randint(0, 59))
        return datetime.combine(day, clock, tzinfo=UTC)

    def _plan(self) -> None:
        money = (*self.books.begin(), *Funding(self.stage, self.town).scenes())
        for moment, scene in (*money, *self.outside.scenes()):
            self._at(moment, scene)
        self._at(plan.NEXT_OPENED, lambda at: founding.open_next_year(self.stage, self.town, at))
        for session in self.town.sessions:
            self._plan_requests(session)
        self._plan_goals()
        self._plan_needs()
        self._plan_initiatives()
        self._plan_together()
        self._plan_gallery()
        self._plan_own()
        self._plan_deputy()
        self._plan_move()

    def _plan_goals(self) -> None:
        followed = goals.adopt_goals(self.stage, self.town)
        for at, aim, value in goals.measurings(self.town):
            self._at(at, self._measuring(aim, followed[aim], value))
        self.told["goals"] += len(followed)

    def _plan_needs(self) -> None:
        for at, scene in (*self.needs.scenes(), *self.supervision.scenes(), *self.talks.scenes()):
            self._at(at, scene)

    def _plan_initiatives(self) -> None:
        for at, scene in (*self.efforts.scenes(), *self.experts.scenes(), *self.circles.scenes()):
            self._at(at, scene)

    def _plan_together(self) -> None:
        for at, scene in (*self.together.scenes(), *self.councils.scenes(), *self.bills.scenes()):
            self._at(at, scene)

    def _measuring(
        self, aim: goals.Aim, indicator_id: UUID, value: Decimal
    ) -> Callable[[datetime], None]:
        return lambda at: goals.measure(self.stage, self.town, aim, indicator_id, value, at)

    def _plan_requests(self, session: Session) -> None:
        houses = list(range(self.town.place.institutions))
        count = max(1, round(len(houses) * session.offer.pull))
        opens = plan.OPENED.date() + timedelta(days=1)
        if session.starts_on.year > plan.YEAR:
            opens = plan.NEXT_OPENED.date() + timedelta(days=1)
        last = min(session.deadline, plan.STORY_ENDS.date() - timedelta(days=1))
        first = max(opens, session.deadline - timedelta(days=65))
        if first > last:
            return
        for institution in self.dice.sample(houses, count):
            people = self.town.pedagogues[institution]
            size = min(self.dice.randint(*session.offer.crowd), len(people))
            who = self.dice.sample(people, size)
            asks = self.town.leaders[institution]
            if size == 1 and who[0] in self.town.staff_logins:
                asks = self.town.staff_logins[who[0]]
            day = first + timedelta(days=self.dice.randint(0, (last - first).days))
            self._ask(session, institution, asks, who, self._fate(), self._moment(day))

    def _ask(
        self,
        session: Session,
        institution: int,
        asks: UUID,
        who: list[UUID],
        fate: str,
        at: datetime,
    ) -> None:
        request = Request(session, institution, asks, who, fate, [])
        at = min(at, datetime.combine(session.deadline, time(15), tzinfo=UTC))
        self._at(at, lambda moment: self._send(request, moment))

    def _fate(self) -> str:
        fates = ("through", "returned", "rejected", "withdrawn")
        return self.dice.choices(fates, weights=(84, 6, 6, 4))[0]

    def _plan_gallery(self) -> None:
        """Whatever the dice say, each municipality has one of each that did not go through."""
        [module, *_] = [
            session
            for session in self.town.sessions
            if session.offer.ects >= 10 and session.starts_on == offers.AUTUMN
        ]
        for n, fate in enumerate(("returned for good", "rejected", "withdrawn"), start=2):
            who = [self.town.pedagogues[n][-2]]
            at = datetime(2026, 6, 8 + n, 9, 0, tzinfo=UTC)
            self._ask(module, n, self.town.leaders[n], who, fate, at)

    def _plan_own(self) -> None:
        """The documented leader finds two of their own staff waiting, the area leader several."""
        own = [who for who in self.town.pedagogues[0] if who in self.town.staff_logins]
        coming = [
            session
            for session in self.town.sessions
            if session.deadline > plan.STORY_ENDS.date() and not session.offer.per_group
        ]
        for n, employee_id in enumerate(own):
            session = [s for s in coming if not s.offer.ects][n]
            at = plan.STORY_ENDS - timedelta(days=1, hours=2 + n)
            self._ask(session, 0, self.town.staff_logins[employee_id], [employee_id], "through", at)
        modules = [session for session in coming if session.offer.ects >= 10]
        near = [i for i, area in enumerate(self.town.area_of) if area == self.town.area_of[0]]
        for n, institution in enumerate(near[1:7]):
            session = modules[n % len(modules)]
            who = [self.town.pedagogues[institution][-1]]
            at = plan.STORY_ENDS - timedelta(days=2 + n, hours=n)
            leader = self.town.leaders[institution]
            self._ask(session, institution, leader, who, "through", at)

    def _plan_deputy(self) -> None:
        leader, deputy = self.town.leaders[0], self.town.staff_logins[self.town.pedagogues[0][1]]

        def lend(at: datetime) -> None:
            ctx = self.stage.enter(at, leader)
            first = date(2026, 11, 16)
            accounts.delegate(
                ctx,
                deputy_id=deputy,
                from_date=first,
                to_date=first + timedelta(days=60),
                reason="Efteruddannelse og ferie",
            )
            self.stage.forget_actors()

        self._at(datetime(2026, 11, 12, 9, 0, tzinfo=UTC), lend)

    def _plan_move(self) -> None:
        if self.town.place.moves is None:
            return
        index, area = self.town.place.moves

        def decide(at: datetime) -> None:
            ctx = self.stage.enter(at, self.town.admin_id)
            parent_id = self.town.units[founding.AREA.format(area + 1)]
            organisation.move_unit(
                ctx, self.town.institution(index), parent_id=parent_id, on=plan.MOVE_DAY
            )
            self.stage.forget_actors()

        def follow(at: datetime) -> None:
            self.town.area_of[index] = area
            enrolments.follow_moves(self.stage.enter(at))

        self._at(datetime(2026, 6, 15, 10, 0, tzinfo=UTC), decide)
        self._at(datetime.combine(plan.MOVE_DAY, time(5), tzinfo=UTC), follow)

    def _send(self, request: Request, at: datetime) -> None:
        ctx = self.stage.enter(at, request.asks)
        try:
            with ctx.session.begin_nested():
                made = enrolments.request(
                    ctx,
                    session_id=request.session.id,
                    employee_ids=request.employee_ids,
                    motivation=self.dice.choice(MOTIVATIONS),
                    initiative_id=self.efforts.open_for(
                        request.institution, request.session.offer.code
                    ),
                )
        except Refusal as refusal:
            self.told[f"refused: {type(refusal).__name__}"] += 1
            return
        request.ids = [enrolment.id for enrolment in made]
        self.told["requested"] += len(made)
        if request.fate == "withdrawn":
            self._at(at + timedelta(days=1), lambda moment: self._withdraw(request, moment))
        else:
            self._next(request, at)

    def _standing(self, request: Request) -> tuple[EnrolmentState, ApprovalLevel | None]:
        """Where the request (its first member) stands."""
        ctx = self.stage.enter(plan.STORY_ENDS)
        found = ctx.session.execute(
            select(Enrolment.state, Enrolment.waiting_level).where(Enrolment.id == request.ids[0])
        ).one()
        return found[0], found[1]

    def _next(self, request: Request, at: datetime) -> None:
        """What comes after: an answer, or the course itself."""
        state, level = self._standing(request)
        if state is EnrolmentState.CONFIRMED:
            self._plan_course(request, at)
        elif level is not None:
            days = BUSY_DAYS if at >= BUSY_SINCE else self.dice.randint(*PATIENCE[level])
            moment = self._moment(at.date() + timedelta(days=days))
            self._at(max(moment, at), lambda then: self._answer(request, level, then))

    def _decider(self, request: Request, level: ApprovalLevel) -> UUID:
        if level is ApprovalLevel.INSTITUTION:
            return self.town.leaders[request.institution]
        if level is ApprovalLevel.AREA:
            return self.town.area_leaders[self.town.area_of[request.institution]]
        return self.town.admin_id

    def _answer(self, request: Request, level: ApprovalLevel, at: datetime) -> None:
        decision, note = Decision.APPROVE, ""
        if request.fate.startswith("returned"):
            decision, note = Decision.RETURN, self.dice.choice(RETURNED)
        elif request.fate == "rejected":
            decision, note = Decision.REJECT, self.dice.choice(REJECTED)
        ctx = self.stage.enter(at, self._decider(request, level))
        for outcome in enrolments.decide_many(ctx, request.ids, decision, note):
            if outcome.refusal is not None:
                raise RuntimeError(f"the demo's {decision} failed: {outcome.refusal}")
        self.told[decision.value] += len(request.ids)
        if decision is Decision.APPROVE:
            self._next(request, at)
        elif request.fate == "returned":
            # Most try again, some give up, and some let it lie.
            follow = self.dice.choices((self._again, self._give_up, None), weights=(5, 2, 3))[0]
            if follow is not None:
                day = at.date() + timedelta(days=3)
                self._at(self._moment(day), lambda then: follow(request, then))

    def _again(self, request: Request, at: datetime) -> None:
        request.fate = "through"
        ctx = self.stage.enter(at, request.asks)
        try:
            with ctx.session.begin_nested():
                for enrolment_id in request.ids:
                    enrolments.resubmit(
                        ctx, enrolment_id, motivation="Vi prøver det af på stuen i seks uger."
                    )
        except Refusal as refusal:  # the deadline has passed meanwhile: it stays returned
            self.told[f"refused: {type(refusal).__name__}"] += 1
            return
        self._next(request, at)

    def _withdraw(self, request: Request, at: datetime) -> None:
        _state, level = self._standing(request)
        if level is None:  # confirmed meanwhile: it is too late
            self._next(request, at)
            return
        self._give_up(request, at)

    def _give_up(self, request: Request, at: datetime) -> None:
        ctx = self.stage.enter(at, request.asks)
        for enrolment_id in request.ids:
            enrolments.withdraw(ctx, enrolment_id, note=self.dice.choice(WITHDRAWN))
        self.told["withdrawn"] += len(request.ids)

    def _plan_course(self, request: Request, at: datetime) -> None:
        session = request.session
        if self.dice.random() < 0.1 and at.date() < session.starts_on - timedelta(days=6):
            day = session.starts_on - timedelta(days=5)
            self._at(self._moment(day), lambda then: self._cancel(request, then))
        day = session.ends_on + timedelta(days=self.dice.randint(1, 6))
        self._at(self._moment(day), lambda then: self._attend(request, then))

    def _cancel(self, request: Request, at: datetime) -> None:
        """One of them falls out; the others go."""
        ctx = self.stage.enter(at, self.town.leaders[request.institution])
        enrolments.cancel(ctx, request.ids.pop(), note=self.dice.choice(CANCELLED))
        self.told["cancelled"] += 1

    def _attend(self, request: Request, at: datetime) -> None:
        ctx = self.stage.enter(at, self.town.leaders[request.institution])
        completed: list[UUID] = []
        for enrolment_id in request.ids:
            if self.dice.random() < 0.05:
                enrolments.no_show(ctx, enrolment_id)
                self.told["no-show"] += 1
            else:
                enrolments.complete(ctx, enrolment_id)
                self.told["completed"] += 1
                completed.append(enrolment_id)
        if completed:
            for then, scene in self.aftermath.begin(ctx, completed, request.institution, at):
                self._at(then, scene)
