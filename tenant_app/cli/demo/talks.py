"""Talks and plans of the demo: a spring round in every house, the leaders' own talks in the autumn,
and a house whose talks stand in every state.

Told by the number of each house and person, without dice: the rest of the year is the same with and
without.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from tenant_app.accounts.models import User
from tenant_app.cli.demo.founding import Town
from tenant_app.cli.demo.stage import Stage
from tenant_app.core.clock import DENMARK
from tenant_app.core.context import Context
from tenant_app.talks import service as talks
from tenant_app.talks.models import ItemState, TalkKind, TalkMember

Scene = tuple[datetime, Callable[[datetime], None]]
SPRING, SPRING_DUE, SPRING_ENDS = date(2026, 1, 12), date(2026, 5, 29), date(2026, 6, 30)
AUTUMN, AUTUMN_DUE, AUTUMN_ENDS = date(2026, 9, 1), date(2026, 12, 11), date(2026, 12, 31)
DILIGENCE = (95, 80, 60, 90, 0, 75, 100)
"""How many of a hundred had their talk in the spring, house by house."""
WITH_PLAN = 55
"""Of a hundred who had a talk."""
INVITATION = (
    "Årets MUS. Brug en halv time på forberedelsen, og del den senest dagen før, så vi kan bruge "
    "tiden på det, der betyder noget for dig."
)
GROUP_INVITATION = (
    "Vi samles som stue om forældresamarbejdet. Skriv ned, hvad der lykkes, og hvad vi skal øve os "
    "på sammen."
)
LEADERS_INVITATION = "Lederudviklingssamtale: din egen udvikling og husets retning næste år."
PREPARED = {
    "good": "Samarbejdet på stuen og overgangene om morgenen, som vi har arbejdet med.",
    "hard": "De korte samtaler i garderoben, når begge har travlt.",
    "learn": "At tage de svære samtaler med forældre tidligere og roligere.",
    "support": "En makker at øve med og tid til at se hinandens samtaler.",
}
LEADER_PREPARED = {
    "good": "Du skaber ro på stuen, og kollegerne spørger dig til råds.",
    "hard": "Hvordan vi fordeler de tunge forældresamtaler.",
    "learn": "Samtaleteknik, som resten af huset også kan få glæde af.",
    "support": "Forløbet i foråret og to timer om måneden til makkerpar.",
}
AGREED = (
    "Du søger forløbet om relationer og samspil. Fra august går du i makkerpar om svære samtaler, "
    "og vi taler om det på personalemødet i november."
)
DEPUTY_AGREED = (
    "Du er stedfortræder i min efteruddannelse. Du deltager i ledernetværket, og vi mødes hver "
    "fredag i en halv time."
)
LEARNT = (
    ("Sprog og kommunikation", "Bruge dialogisk læsning mindst to gange om ugen på stuen."),
    ("Relationer og samspil", "Følge børnenes initiativer i garderoben og ved måltidet."),
    ("Evaluering og dokumentation", "Lave en lille evaluering med stuen hvert kvartal."),
    ("Leg og æstetik", "Gå foran i legen og give plads til børnenes egne regler."),
    ("Udsatte positioner og tidlig indsats", "Kende tegn på mistrivsel og vide, hvem jeg går til."),
)
NOTES = "Makkerparret fungerer. Næste skridt er at få hele stuen med."
FOUND = "Flere på stuen nævner de korte samtaler med forældre som det sværeste i hverdagen lige nu."


class Talks:
    """The talks of one municipality."""

    def __init__(self, stage: Stage, town: Town) -> None:
        self.stage, self.town = stage, town
        self.told: Counter[str] = Counter()
        self._rounds: dict[int, UUID] = {}

    def scenes(self) -> Iterator[Scene]:
        """What happens, and when."""
        for house in range(self.town.place.institutions):
            opened = _at(SPRING + timedelta(days=house % 10), 8)
            held = _at(date(2026, 3, 23) + timedelta(days=house % 40), 13)
            yield opened, lambda at, house=house: self._open(house, at)
            yield held, lambda at, house=house: self._hold(house, at)
        for area in range(len(self.town.area_leaders)):
            yield _at(AUTUMN, 9), lambda at, area=area: self._open_for_leaders(area, at)
        yield _at(date(2026, 4, 20), 12), self._agree
        yield _at(date(2026, 11, 9), 9), self._gather
        yield _at(date(2026, 11, 18), 14), self._talk_with_the_deputy
        yield _at(date(2026, 11, 19), 15), self._follow_up

    def _open(self, house: int, at: datetime) -> None:
        ctx = self._as_leader(house, at)
        self._rounds[house] = talks.open_round(
            ctx,
            unit_id=self.town.institution(house),
            kind=TalkKind.MUS,
            from_date=SPRING,
            to_date=SPRING_ENDS,
            due_on=SPRING_DUE,
            invitation=INVITATION,
        ).id
        self.told["rounds of talks"] += 1

    def _hold(self, house: int, at: datetime) -> None:
        """Most of the house had their talk, and many have a plan now."""
        ctx = self._as_leader(house, at)
        areas = {area.name: area.id for area in talks.area_choices(ctx)}
        own = self._own_people(house)
        found = talks.talks(ctx, round_id=self._rounds[house], page_size=200).items
        members = talks.members(ctx, found)
        for place, talk in enumerate(sorted(found, key=lambda each: _name_in(members, each.id))):
            [member] = members[talk.id]
            if member.employee_id in own or not _is_among(place, house, DILIGENCE[house % 7]):
                continue
            talks.hold(ctx, talk.id, held_on=ctx.today)
            self.told["talks held"] += 1
            if not _is_among(place, house + 3, WITH_PLAN):
                continue
            made = talks.take_up(ctx, talk.id, valid_until=ctx.today + timedelta(days=365))
            name, aim = LEARNT[(place + house) % len(LEARNT)]
            talks.add_item(
                ctx,
                made.id,
                area_id=areas[name],
                aim=aim,
                due_on=ctx.today + timedelta(days=120 + 10 * (place % 9)),
            )
            self.told["development plans"] += 1

    def _open_for_leaders(self, area: int, at: datetime) -> None:
        """Whoever leads from above talks with the leaders; in the first house it waits."""
        ctx = self.stage.enter(at, self.town.area_leaders[area])
        places = talks.units_to_hold_at(ctx)
        if not places:
            return
        made = talks.open_round(
            ctx,
            unit_id=places[0].unit_id,
            kind=TalkKind.MUS,
            from_date=AUTUMN,
            to_date=AUTUMN_ENDS,
            due_on=AUTUMN_DUE,
            invitation=LEADERS_INVITATION,
        )
        found = talks.talks(ctx, round_id=made.id, page_size=200).items
        members = talks.members(ctx, found)
        first = self._employee_of(ctx, self.town.leaders[0])
        for place, talk in enumerate(sorted(found, key=lambda each: _name_in(members, each.id))):
            [member] = members[talk.id]
            if member.employee_id == first or place % 3 == 0:
                continue
            talks.schedule(ctx, talk.id, planned_at=at + timedelta(days=70 + 2 * place))

    def _agree(self, at: datetime) -> None:
        """The documented pedagogue's talk: both prepare, hold it, agree and sign."""
        leader, (me, login) = self.town.leaders[0], self._staff()[0]
        talk_id = self._talk_of(me, at)
        early = at - timedelta(days=6)
        ctx = self.stage.enter(early, login)
        talks.prepare(ctx, talk_id, share=True, **PREPARED)
        ctx = self.stage.enter(early + timedelta(hours=2), leader)
        talks.prepare(ctx, talk_id, share=True, **LEADER_PREPARED)
        talks.schedule(ctx, talk_id, planned_at=at)
        ctx = self.stage.enter(at, leader)
        talks.hold(ctx, talk_id, held_on=ctx.today)
        talks.write_agreement(ctx, talk_id, agreement=AGREED)
        for who in (leader, login):
            talks.sign(self.stage.enter(at + timedelta(hours=1), who), talk_id, revision=1)
        ctx = self.stage.enter(at + timedelta(hours=2), login)
        made = talks.take_up(ctx, talk_id, valid_until=ctx.today + timedelta(days=365))
        areas = {area.name: area.id for area in talks.area_choices(ctx)}
        needs = talks.need_choices(ctx)
        for place, (name, aim) in enumerate(LEARNT[:3]):
            item = talks.add_item(
                ctx,
                made.id,
                area_id=areas[name],
                aim=aim,
                due_on=ctx.today + timedelta(days=(150, 240, 300)[place]),
                need_id=needs[0][0] if needs and place == 1 else None,
            )
            if place == 0:
                done = ItemState.DONE
                due = item.due_on
                talks.change_item(
                    self.stage.enter(at + timedelta(days=120), login),
                    item.id,
                    area_id=areas[name],
                    aim=aim,
                    due_on=due,
                    state=done,
                )
                ctx = self.stage.enter(at + timedelta(hours=3), login)
        if needs:
            ctx = self.stage.enter(at + timedelta(days=1), leader)
            talks.add_evidence(ctx, talk_id, need_id=needs[0][0], text=FOUND)

    def _gather(self, at: datetime) -> None:
        """A group talk lies ahead: one has shared, the others have not prepared yet."""
        leader, staff = self.town.leaders[0], self._staff()
        ctx = self.stage.enter(at, leader)
        ids = self.town.pedagogues[0][:4]
        made = talks.open_round(
            ctx,
            unit_id=self.town.institution(0),
            kind=TalkKind.GRUS,
            from_date=at.date(),
            to_date=AUTUMN_ENDS,
            due_on=AUTUMN_DUE,
            invitation=GROUP_INVITATION,
            employee_ids=ids,
        )
        [talk] = talks.talks(ctx, round_id=made.id).items
        when = datetime(2026, 12, 2, 13, 0, tzinfo=DENMARK)
        talk_id = talk.id
        talks.schedule(ctx, talk_id, planned_at=when)
        ctx = self.stage.enter(at + timedelta(days=2), staff[1][1])
        talks.prepare(ctx, talk_id, share=True, **PREPARED)

    def _talk_with_the_deputy(self, at: datetime) -> None:
        """The deputy's own talk waits for a signature; another talk is the deputy's to hold."""
        leader, (me, login) = self.town.leaders[0], self._staff()[1]
        ctx = self.stage.enter(at, leader)
        made = talks.open_round(
            ctx,
            unit_id=self.town.institution(0),
            kind=TalkKind.MUS,
            from_date=at.date() - timedelta(days=7),
            to_date=AUTUMN_ENDS,
            due_on=at.date() + timedelta(days=2),
            employee_ids=[me, *self.town.pedagogues[0][2:5]],
        )
        round_id = made.id
        talk_id = self._talk_of(me, at, round_id)
        ctx = self.stage.enter(at, leader)
        talks.hold(ctx, talk_id, held_on=ctx.today)
        talks.write_agreement(ctx, talk_id, agreement=DEPUTY_AGREED)
        talks.sign(ctx, talk_id, revision=1)
        other = self._talk_of(self.town.pedagogues[0][2], at, round_id)
        ctx = self.stage.enter(at, leader)
        talks.hand_over(ctx, other, holder_id=login)

    def _follow_up(self, at: datetime) -> None:
        """The documented pedagogue writes in the plan, and ties a course to it."""
        login = self._staff()[0][1]
        ctx = self.stage.enter(at, login)
        found = talks.own_plan(ctx)
        assert found is not None
        plan_id, until = found.id, found.valid_until
        courses = talks.enrolment_choices(ctx, found)
        talks.write_plan(ctx, plan_id, valid_until=until, notes=NOTES)
        areas = {area.name: area.id for area in talks.area_choices(ctx)}
        name, aim = LEARNT[3]
        talks.add_item(
            ctx,
            plan_id,
            area_id=areas[name],
            aim=aim,
            due_on=ctx.today + timedelta(days=150),
            enrolment_id=courses[0][0] if courses else None,
        )

    def _talk_of(self, employee_id: UUID, at: datetime, round_id: UUID | None = None) -> UUID:
        """The person's talk in the round, of the spring by default."""
        ctx = self._as_leader(0, at)
        found = talks.talks(ctx, round_id=round_id or self._rounds[0], page_size=200).items
        members = talks.members(ctx, found)
        [talk_id] = [
            talk_id
            for talk_id, inside in members.items()
            if employee_id in {each.employee_id for each in inside}
        ]
        return talk_id

    def _as_leader(self, house: int, at: datetime) -> Context:
        return self.stage.enter(at, self.town.leaders[house])

    def _staff(self) -> list[tuple[UUID, UUID]]:
        """(employee, login) of the first house's documented pedagogue and deputy."""
        return [(who, self.town.staff_logins[who]) for who in self.town.pedagogues[0][:2]]

    def _own_people(self, house: int) -> set[UUID]:
        return {who for who, _login in self._staff()} if house == 0 else set()

    def _employee_of(self, ctx: Context, user_id: UUID) -> UUID | None:
        return ctx.session.get_one(User, user_id).employee_id


def _at(day: date, hour: int) -> datetime:
    while day.weekday() >= 5:
        day += timedelta(days=1)
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def _is_among(place: int, house: int, percent: int) -> bool:
    """Whether the person at this place is among so many of a hundred, spread out evenly."""
    return (place * 37 + house * 11) % 100 < percent


def _name_in(members: dict[UUID, list[TalkMember]], talk_id: UUID) -> tuple[str, ...]:
    return tuple(f"{each.employee.name} {each.employee.number}" for each in members[talk_id])
