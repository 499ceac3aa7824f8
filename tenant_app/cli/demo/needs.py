"""The needs of the demo on their way through the year: in every state, from every source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import select

from tenant_app.cli.demo.founding import Town
from tenant_app.cli.demo.stage import Stage
from tenant_app.cli.demo.voices import CONSULTANT, STAFF, VOICES, Found, Voice
from tenant_app.competences.models import CompetenceArea
from tenant_app.core.context import Context
from tenant_app.goals import service as goals
from tenant_app.needs import service as needs
from tenant_app.needs.models import NeedState

Scene = Callable[[datetime], None]


class Needs:
    """All needs of one municipality, as they are met."""

    def __init__(self, stage: Stage, town: Town) -> None:
        self.stage, self.town = stage, town
        self.told: Counter[str] = Counter()
        self._ids: dict[str, UUID] = {}
        self._last: dict[str, UUID] = {}
        """The latest finding of each need."""

    def scenes(self) -> Iterator[tuple[datetime, Scene]]:
        """What happens to them, and when: in the order of a day it is reported, found, moved."""
        for voice in VOICES.get(self.town.place.slug, ()):
            yield _moment(voice.day, 0), lambda at, voice=voice: self._report(voice, at)
            for found in voice.found:
                yield (
                    _moment(found.day, 1),
                    lambda at, voice=voice, found=found: self._find(voice, found, at),
                )
            for day, verb in voice.steps:
                yield (
                    _moment(day, 2),
                    lambda at, voice=voice, verb=verb: self._step(voice, verb, at),
                )

    def _who(self, voice: Voice, by: str) -> UUID:
        if by == CONSULTANT or voice.house is None:
            assert self.town.consultant_id is not None
            return self.town.consultant_id
        if by == STAFF:
            logins = self.town.staff_logins
            own = [each for each in self.town.pedagogues[voice.house] if each in logins]
            if own:
                return logins[own[0]]
        return self.town.leaders[voice.house]

    def _report(self, voice: Voice, at: datetime) -> None:
        ctx = self.stage.enter(at, self._who(voice, voice.by))
        unit_id = self.town.root_id
        if voice.house is not None:
            unit_id = self.town.institution(voice.house)
        made = needs.report(
            ctx,
            unit_id=unit_id,
            area_id=_area(ctx, voice.area),
            title=voice.title,
            description=voice.text,
            urgency=voice.urgency,
            staff=voice.staff,
            goal_id=_goal(ctx, unit_id, voice.goal),
        )
        self._ids[voice.title] = made.id
        self.told["needs"] += 1

    def _find(self, voice: Voice, found: Found, at: datetime) -> None:
        ctx = self.stage.enter(at, self._who(voice, found.by))
        self._last[voice.title] = needs.add_evidence(
            ctx,
            self._ids[voice.title],
            source=found.source,
            role=found.role,
            text=found.text,
            confidentiality=found.readers,
        )
        self.told["findings"] += 1

    def _step(self, voice: Voice, verb: str, at: datetime) -> None:
        ctx = self.stage.enter(at, self._who(voice, "leader"))
        need_id = self._ids[voice.title]
        if verb == "withdraw":
            needs.withdraw_evidence(ctx, self._last[voice.title], why=voice.why)
        elif verb == "merge":
            needs.merge(ctx, need_id, into_id=self._ids[voice.into])
        elif verb == "park":
            needs.park(ctx, need_id, reason=voice.why)
        elif verb == "reject":
            needs.reject(ctx, need_id, reason=voice.why)
        elif verb == "analyse":
            needs.analyse(ctx, need_id)
        elif verb == "qualify":
            needs.qualify(ctx, need_id)
        elif verb == "prioritise":
            needs.prioritise(ctx, need_id)
        elif needs.get(ctx, need_id).state is NeedState.COVERED:
            needs.close(ctx, need_id)


def _moment(day: str, step: int) -> datetime:
    """A working hour of the day, so that what follows comes after."""
    at = datetime.combine(date.fromisoformat(day), time(8, 30), tzinfo=UTC)
    return at + timedelta(minutes=40 * step)


def _area(ctx: Context, name: str) -> UUID:
    return ctx.session.scalars(select(CompetenceArea.id).where(CompetenceArea.name == name)).one()


def _goal(ctx: Context, unit_id: UUID, begins: str) -> UUID | None:
    """The first goal that the unit can serve and whose title begins so."""
    found = goals.choices(ctx, unit_id) if begins else []
    return next((goal_id for goal_id, title in found if title.strip().startswith(begins)), None)
