"""Supervision and screenings of the demo: visits with their reports, plans and findings, and at
Frederiksberg the scores that become needs in one step.

Told by the number of each house, without dice: the rest of the year is the same with and without.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from tenant_app.cli.demo import plan
from tenant_app.cli.demo.founding import Town, number_of
from tenant_app.cli.demo.stage import Stage
from tenant_app.cli.demo.visits import (
    AREAS,
    FINDINGS,
    HISTORY,
    OBSERVERS,
    ROUND,
    SCREENED,
    TASKS,
    TOOL,
    Screened,
    visited_in,
)
from tenant_app.competences.models import CompetenceArea
from tenant_app.core.context import Context
from tenant_app.goals import service as goals
from tenant_app.imports import service as imports
from tenant_app.imports.models import ImportKind
from tenant_app.needs import service as needs
from tenant_app.needs.models import ActorRole
from tenant_app.supervision import service as supervision
from tenant_app.supervision.models import (
    Notice,
    Screening,
    ScreeningArea,
    ScreeningResult,
    Verdict,
)

Scene = tuple[datetime, Callable[[datetime], None]]
BEGINS = datetime(2025, 9, 29, 8, 0, tzinfo=UTC)
"""The consultants write down the reports of earlier years."""
UNDER_WAY = date(2026, 9, 1)
"""Reports of some visits after this day are still being written."""
COMING = 2, date(2027, 1, 20)
"""A house without a visit in the year, and the day for which it is planned."""


class Supervision:
    """Visits and screenings of one municipality."""

    def __init__(self, stage: Stage, town: Town) -> None:
        self.stage, self.town = stage, town
        self.told: Counter[str] = Counter()
        self._visits: dict[int, UUID] = {}
        self._needs: dict[str, UUID] = {}

    def scenes(self) -> Iterator[Scene]:
        """What happens, and when."""
        yield BEGINS, self._write_down_history
        for house in range(self.town.place.institutions):
            yield from self._of_house(house)
        ahead, day = COMING
        yield _at(date(2026, 11, 16), 9), lambda at: self._plan(ahead, day, at)
        every = 1 if self.town.place.slug == "frederiksberg" else 4
        yield BEGINS + timedelta(hours=2), self._create_tool
        for held_on, read_in in ROUND:
            yield (
                _at(read_in, 9),
                lambda at, held_on=held_on: self._read_in(held_on, every, at),
            )
        if every == 1:
            for each in SCREENED:
                yield from self._of_screened(each)

    def _write_down_history(self, at: datetime) -> None:
        """Every house but the newest has a report; some are soon too old."""
        ctx = self.stage.enter(at, self.town.consultant_id)
        for house in range(self.town.place.institutions):
            if house % 13 == 11:
                continue  # opened last: nobody has been there yet
            published = HISTORY + timedelta(days=(house * 47) % 640)
            visit = supervision.plan(
                ctx,
                unit_id=self.town.institution(house),
                visit_on=published - timedelta(days=38),
                notice=Notice.ANNOUNCED if house % 3 else Notice.UNANNOUNCED,
                by_whom=OBSERVERS[house % len(OBSERVERS)],
            )
            supervision.hold(ctx, visit.id, visit_on=visit.visit_on)
            supervision.publish(ctx, visit.id, published_on=published)
            self.told["visits"] += 1

    def _of_house(self, house: int) -> Iterator[Scene]:
        """This year's visit, if the house has one."""
        day = visited_in(house, self.town.place.institutions)
        if day is None:
            return
        at = _at(day - timedelta(days=60), 10)
        yield max(at, BEGINS + timedelta(days=1)), lambda then: self._plan(house, day, then)
        if house % 16 == 11:
            yield _at(day - timedelta(days=9), 11), lambda then: self._call_off(house, then)
            return
        if day >= plan.STORY_ENDS.date():
            return
        yield _at(day, 14), lambda then: self._hold(house, day, then)
        yield _at(day + timedelta(days=12), 9), lambda then: self._agree(house, day, then)
        if house % 9 != 4 or day < UNDER_WAY:
            yield (
                _at(day + timedelta(days=35), 10),
                lambda then: self._publish(house, then),
            )
        for n, days in enumerate((55, 145)):
            if (house + n) % 6:  # in a few houses it is overdue
                yield (
                    _at(day + timedelta(days=days), 13),
                    lambda then, n=n: self._finish(house, n, then),
                )

    def _plan(self, house: int, day: date, at: datetime) -> None:
        ctx = self.stage.enter(at, self.town.consultant_id)
        visit = supervision.plan(
            ctx,
            unit_id=self.town.institution(house),
            visit_on=day,
            notice=Notice.UNANNOUNCED if house % 4 == 1 else Notice.ANNOUNCED,
            by_whom=OBSERVERS[house % len(OBSERVERS)],
        )
        self._visits[house] = visit.id
        self.told["visits"] += 1

    def _call_off(self, house: int, at: datetime) -> None:
        ctx = self.stage.enter(at, self.town.consultant_id)
        supervision.call_off(ctx, self._visits[house], why="Huset flytter lokaler i den uge.")

    def _hold(self, house: int, day: date, at: datetime) -> None:
        ctx = self.stage.enter(at, self.town.consultant_id)
        visit_id = self._visits[house]
        supervision.hold(ctx, visit_id, visit_on=day, heightened=house % 14 == 9)
        own = [each for each in SCREENED if each.house == house and each.visit == day]
        for n in range(3):
            verdict, area, text = FINDINGS[(house * 2 + n) % len(FINDINGS)]
            if n == 2 and own and self.town.place.slug == "frederiksberg":
                verdict, area, text = Verdict.ATTENTION, own[0].area, own[0].seen
            supervision.add_finding(
                ctx, visit_id, area_id=_area(ctx, area), verdict=verdict, text=text
            )
        self.told["findings on visits"] += 3

    def _agree(self, house: int, day: date, at: datetime) -> None:
        """The leader plans what follows."""
        ctx = self.stage.enter(at, self.town.leaders[house])
        for n in range(2):
            text, owner = TASKS[(house + n) % len(TASKS)]
            due = day + timedelta(days=60 + 90 * n)
            supervision.follow_up(ctx, self._visits[house], text=text, owner=owner, due_on=due)

    def _publish(self, house: int, at: datetime) -> None:
        ctx = self.stage.enter(at, self.town.consultant_id)
        supervision.publish(ctx, self._visits[house], published_on=ctx.today)

    def _finish(self, house: int, line: int, at: datetime) -> None:
        ctx = self.stage.enter(at, self.town.leaders[house])
        found = supervision.details(ctx, self._visits[house])
        supervision.finish(
            ctx,
            found.plan[line][0].id,
            note="Aftalt og afprøvet; vi ser på det igen om et halvt år.",
        )
        self.told["follow-ups done"] += 1

    def _create_tool(self, at: datetime) -> None:
        ctx = self.stage.enter(at, self.town.consultant_id)
        scale = supervision.Scale(Decimal(1), Decimal(5), Decimal("0.1"), Decimal("3.5"))
        areas = [supervision.AreaDraft(name, _area(ctx, area)) for name, area, _base in AREAS]
        supervision.create_tool(ctx, name=TOOL, scale=scale, areas=areas)

    def _read_in(self, held_on: date, every: int, at: datetime) -> None:
        """A file with a round of screenings, as the observers hand it in."""
        text = io.StringIO(newline="")
        writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
        writer.writerow(("enhedsnummer", "redskab", "dato", "område", "score", "observationer"))
        for house in range(0, self.town.place.institutions, every):
            day = held_on + timedelta(days=house % 4)
            for place, (name, _area_name, base) in enumerate(AREAS):
                score = _score(house, place, held_on, base)
                line = (number_of(house), TOOL, day.strftime("%d-%m-%Y"), name)
                writer.writerow((*line, str(score).replace(".", ","), 4 + house % 5))
                self.told["screening results"] += 1
        ctx = self.stage.enter(at, self.town.admin_id)
        result = imports.run(
            ctx,
            kind=ImportKind.SCREENINGS,
            file_name=f"kids-{held_on:%Y-%m}.csv",
            content=text.getvalue().encode("utf-8-sig"),
            dry_run=False,
        )
        if result.errors:
            raise RuntimeError(f"the demo's screenings failed: {result.errors[0]}")

    def _of_screened(self, each: Screened) -> Iterator[Scene]:
        """The screening shows it, and the supervision sees it."""
        yield _at(each.day, 10), lambda at: self._raise(each, at)
        yield _at(each.visit, 16), lambda at: self._see(each, at)

    def _raise(self, each: Screened, at: datetime) -> None:
        ctx = self.stage.enter(at, self.town.leaders[each.house])
        unit_id = self.town.institution(each.house)
        made = supervision.use_result(
            ctx,
            _latest(ctx, unit_id, each.screened),
            new=supervision.NewNeed(
                title=each.title,
                staff=8,
                area_id=_area(ctx, each.calls_for),
                goal_id=_goal(ctx, unit_id, each.goal),
            ),
            role=ActorRole.LEADER,
        )
        assert made.need_id is not None
        self._needs[each.title] = made.need_id
        needs.analyse(ctx, made.need_id)
        self.told["needs"] += 1
        self.told["findings"] += 1

    def _see(self, each: Screened, at: datetime) -> None:
        ctx = self.stage.enter(at, self.town.consultant_id)
        found = supervision.details(ctx, self._visits[each.house]).findings
        [finding_id] = [finding.id for finding in found if finding.text == each.seen]
        supervision.use_finding(ctx, finding_id, need_id=self._needs[each.title])
        self.told["findings"] += 1
        leader = self.stage.enter(at + timedelta(hours=1), self.town.leaders[each.house])
        needs.qualify(leader, self._needs[each.title])


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour, 10), tzinfo=UTC)


def _score(house: int, place: int, held_on: date, base: Decimal) -> Decimal:
    """One decimal between 1 and 5: a little better each year, and low where the story says so."""
    low = [each for each in SCREENED if each.house == house and AREAS[place][0] == each.screened]
    if low and held_on.year == 2026:
        return low[0].score
    step = Decimal((house * 7 + place * 5) % 13 - 6) / 10
    grown = Decimal(held_on.year - 2024) * Decimal((house + place) % 4 - 1) / 10
    return min(Decimal(5), max(Decimal(1), base + step + grown))


def _area(ctx: Context, name: str) -> UUID:
    return ctx.session.scalars(select(CompetenceArea.id).where(CompetenceArea.name == name)).one()


def _goal(ctx: Context, unit_id: UUID, begins: str) -> UUID | None:
    """The first goal that the unit can serve and whose title begins so."""
    found = goals.choices(ctx, unit_id)
    return next((goal_id for goal_id, title in found if title.strip().startswith(begins)), None)


def _latest(ctx: Context, unit_id: UUID, area: str) -> UUID:
    """The unit's newest score of the area."""
    return ctx.session.scalars(
        select(ScreeningResult.id)
        .join(Screening, Screening.id == ScreeningResult.screening_id)
        .join(ScreeningArea, ScreeningArea.id == ScreeningResult.area_id)
        .where(Screening.unit_id == unit_id, ScreeningArea.name == area)
        .order_by(Screening.held_on.desc())
        .limit(1)
    ).one()
