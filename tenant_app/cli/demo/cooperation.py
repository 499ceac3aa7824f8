"""What the houses of the demo share: needs found alike, what their leaders say, and who has a
surplus. Told without dice. Titles and texts are assumed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import select

from tenant_app.cli.demo.efforts import BELONGING, EARLY, LANGUAGE, PLAY
from tenant_app.cli.demo.founding import Town
from tenant_app.cli.demo.stage import Stage
from tenant_app.competences.models import CompetenceArea
from tenant_app.cooperation import service as cooperation
from tenant_app.cooperation.models import CapacityKind as K
from tenant_app.cooperation.models import ClusterMember, SharedNeedCluster
from tenant_app.core.context import Context
from tenant_app.initiatives import service as initiatives
from tenant_app.initiatives.models import InitiativeState
from tenant_app.needs import service as needs
from tenant_app.needs.models import ActorRole, SourceType, Urgency

Scene = Callable[[datetime], None]


@dataclass(frozen=True)
class Shared:
    """A need that a house shares with others."""

    house: int
    area: str
    title: str
    day: str
    staff: int = 6
    seen: tuple[str, str] | None = None
    """What pedagogues and the leader saw, of a need that is then qualified."""
    by_staff: bool = False


READING = (
    Shared(
        *(2, LANGUAGE, "Dialogisk læsning sker kun på to af vores stuer", "2026-01-26", 9),
        (
            "Vi læser højt, men sjældent i små grupper.",
            "Sprogvurderingen viser fremgang på de to stuer, der læser dialogisk.",
        ),
    ),
    Shared(
        *(5, LANGUAGE, "Vi vil bruge dialogisk læsning systematisk på alle stuer", "2026-02-02", 7),
        (
            "Bøgerne vælges tilfældigt, og få kender metoden.",
            "Tre nye kolleger har bedt om at lære metoden.",
        ),
    ),
    Shared(
        *(8, LANGUAGE, "Højtlæsning og dialogisk læsning er gået i stå", "2026-02-09", 5),
        (
            "Det går godt i en uge og glemmes igen.",
            "Læsevejlederen stoppede i efteråret, og ingen tog over.",
        ),
    ),
)
CLOAKROOM = (
    Shared(1, BELONGING, "Konflikter i garderoben ved hentetid", "2026-09-21", 6),
    Shared(3, BELONGING, "Mange konflikter i garderoben om morgenen", "2026-10-05", 5),
)
REGULATION = (
    Shared(
        0,
        EARLY,
        "Børn med svag selvregulering får skæld ud i stedet for hjælp",
        "2026-11-09",
        staff=7,
        by_staff=True,
    ),
    Shared(
        6, EARLY, "Selvregulering: hvordan hjælper vi børn, der råber og slår?", "2026-11-11", 8
    ),
    Shared(9, EARLY, "Vi ved for lidt om børns selvregulering", "2026-11-16", 4),
)
PLAYGROUND = (
    Shared(7, PLAY, "Vores legeplads bruges ikke pædagogisk om eftermiddagen", "2026-11-05", 6),
    Shared(12, PLAY, "Legepladsen bruges ikke pædagogisk om eftermiddagen", "2026-11-06", 8),
)
GIVEN = (
    (
        *(4, LANGUAGE, K.PEOPLE, None, "2026-02-16", 320),
        "To af vores pædagoger har læst dialogisk i tre år og viser det gerne frem.",
    ),
    (
        *(1, BELONGING, K.HOURS, 20, "2026-09-28", 200),
        "Vores vejleder i relationer kan komme ud og se med en formiddag ad gangen.",
    ),
    (
        *(10, EARLY, K.PLACE, None, "2026-10-19", 160),
        "Kom og se, hvordan vi har indrettet et roligt rum. Ring en uge før.",
    ),
    (
        *(11, PLAY, K.PEOPLE, None, "2026-10-26", 240),
        "En af os er uddannet i udeliv og tager gerne en uge i en anden børnegruppe.",
    ),
)
"""(house, area, kind, hours, day, days, note)."""
SEARCHES = ("2026-02-16", "2026-10-12", "2026-11-13", "2026-11-17")


class Together:
    """What the houses of one municipality share."""

    def __init__(self, stage: Stage, town: Town) -> None:
        self.stage, self.town = stage, town
        self.told: Counter[str] = Counter()
        self._ids: dict[str, UUID] = {}

    def scenes(self) -> Iterator[tuple[datetime, Scene]]:
        """What happens, and when."""
        for each in (*READING, *CLOAKROOM, *REGULATION, *PLAYGROUND):
            yield _moment(each.day), lambda at, each=each: self._meet(each, at)
        for given in GIVEN:
            yield _moment(given[4]), lambda at, given=given: self._give(given, at)
        for day in SEARCHES:
            yield _night(day), self._search
        yield _moment("2026-02-23"), lambda at: self._say(READING[0], (2, 5), at)
        yield _moment("2026-03-02"), lambda at: self._say(READING[0], (8,), at)
        yield _moment("2026-03-16"), self._begin_reading
        yield _moment("2026-10-19"), lambda at: self._say(CLOAKROOM[0], (0, 1), at)
        yield (
            _moment("2026-11-16"),
            lambda at: self._say(
                PLAYGROUND[0], (7,), at, why="Vi har fået naturvejleder på, så hos os er det løst."
            ),
        )
        yield _moment("2026-11-18"), lambda at: self._say(REGULATION[0], (6,), at)

    def _meet(self, each: Shared, at: datetime) -> None:
        house = self.town.leaders[each.house]
        who = house
        if each.by_staff:
            logins = self.town.staff_logins
            known = [one for one in self.town.pedagogues[each.house] if one in logins]
            who = logins[known[0]] if known else house
        ctx = self.stage.enter(at, who)
        made = needs.report(
            ctx,
            unit_id=self.town.institution(each.house),
            area_id=_area(ctx, each.area),
            title=each.title,
            urgency=Urgency.NORMAL,
            staff=each.staff,
        )
        self._ids[each.title] = made.id
        self.told["needs"] += 1
        if each.seen is None:
            return
        ctx = self.stage.enter(at + timedelta(days=1), house)
        needs.analyse(ctx, made.id)
        for source, role, text in zip(
            (SourceType.GROUP_DIALOGUE, SourceType.EVALUATION),
            (ActorRole.PEDAGOGUE, ActorRole.LEADER),
            each.seen,
            strict=True,
        ):
            needs.add_evidence(ctx, made.id, source=source, role=role, text=text)
        needs.qualify(ctx, made.id)

    def _search(self, at: datetime) -> None:
        found = cooperation.find_shared_needs(self.stage.enter(at))
        self.told["shared needs"] += found.suggested

    def _cluster_of(self, ctx: Context, each: Shared) -> UUID:
        return ctx.session.scalars(
            select(ClusterMember.cluster_id).where(
                ClusterMember.need_id == self._ids[each.title], ClusterMember.left_at.is_(None)
            )
        ).one()

    def _say(self, each: Shared, houses: Sequence[int], at: datetime, *, why: str = "") -> None:
        """The leaders of the houses answer one after another."""
        for place, house in enumerate(houses):
            ctx = self.stage.enter(at + timedelta(hours=place), self.town.leaders[house])
            cooperation.answer(
                ctx,
                self._cluster_of(ctx, each),
                institution_id=self.town.institution(house),
                joins=not why,
                reason=why,
            )

    def _begin_reading(self, at: datetime) -> None:
        ctx = self.stage.enter(at, self.town.consultant_id)
        cluster = ctx.session.get_one(SharedNeedCluster, self._cluster_of(ctx, READING[0]))
        made = cooperation.accept(
            ctx,
            cluster.id,
            title="Fælles om dialogisk læsning",
            description="Tre institutioner lærer metoden sammen og besøger hinanden undervejs.",
        )
        initiatives.move(ctx, made.id, InitiativeState.QUALIFIED)
        self.told["initiatives of shared needs"] += 1

    def _give(self, given: tuple[int, str, K, int | None, str, int, str], at: datetime) -> None:
        house, area, kind, hours, _day, days, note = given
        ctx = self.stage.enter(at, self.town.leaders[house])
        cooperation.state_capacity(
            ctx,
            unit_id=self.town.institution(house),
            area_id=_area(ctx, area),
            kind=kind,
            hours=hours,
            from_date=ctx.today,
            to_date=ctx.today + timedelta(days=days),
            note=note,
        )
        self.told["surplus"] += 1


def _moment(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), time(9, 30), tzinfo=UTC)


def _night(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), time(1, 50), tzinfo=UTC)


def _area(ctx: Context, name: str) -> UUID:
    return ctx.session.scalars(select(CompetenceArea.id).where(CompetenceArea.name == name)).one()
