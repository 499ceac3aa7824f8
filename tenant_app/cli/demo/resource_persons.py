"""Resource persons of the demo: guides and experts, their hours, and a year of bookings.

Told by the number of each house, without dice: the rest of the year is the same with and without.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

from tenant_app.cli.demo import plan
from tenant_app.cli.demo.founding import Town
from tenant_app.cli.demo.stage import Stage
from tenant_app.competences import service as competences
from tenant_app.initiatives import service as initiatives
from tenant_app.resource_persons import service as resource_persons
from tenant_app.resource_persons.models import ResourceRole as R

Scene = tuple[datetime, Callable[[datetime], None]]
BEGINS = datetime(2025, 10, 6, 8, 0, tzinfo=UTC)
NEXT_HOURS = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
"""The consultant sets the hours of the coming year."""
LANGUAGE, EARLY, HEALTH, DATA = "sprog", "tidlig", "sundhed", "data"
COLLEAGUE_OF = 3
"""The house (from 0) whose pedagogue with a login guides others in working with data."""


@dataclass(frozen=True)
class Expert:
    """Somebody who can be booked."""

    names: dict[str, str]
    """By municipality; none of an employee, who goes by their own."""
    role: R
    can: tuple[str, ...]
    hours: str
    text: str
    in_area: bool = False
    """Serves the first area only, where there are areas."""


EXPERTS = {
    LANGUAGE: Expert(
        {"glostrup": "Mette Lyng", "rudersdal": "Karen Ravn", "frederiksberg": "Sofie Dahl"},
        R.GUIDE,
        ("Sprogvejledning", "Leg og æstetik"),
        "320",
        "Sidemandsoplæring på stuen, oplæg på personalemøder og videovejledning i samtaler.",
    ),
    EARLY: Expert(
        {"glostrup": "Pia Holm", "rudersdal": "Lene Bork", "frederiksberg": "Anja Friis"},
        R.PPR,
        ("Tidlig indsats", "Relationsarbejde"),
        "180",
        "Sparring om børn i udsatte positioner og vejledning af stuens voksne.",
        in_area=True,
    ),
    HEALTH: Expert(
        {"glostrup": "Signe Vad", "rudersdal": "Bodil Kjær", "frederiksberg": "Ulla Sand"},
        R.HEALTH_VISITOR,
        ("Førstehjælp til børn",),
        "24",
        "Søvn, mad og hygiejne; samtaler med forældre sammen med personalet.",
    ),
    DATA: Expert(
        {},
        R.GUIDE,
        ("Evaluering med data", "KIDS-observation"),
        "45",
        "Hjælp til at læse stuens data og vælge én ting at prøve af.",
    ),
}


@dataclass(frozen=True)
class Asked:
    """Hours that a house asks for, and what comes of it."""

    expert: str
    house: int
    hours: str
    asked: str
    begins: str
    purpose: str
    ends: str = ""
    cancelled: str = ""
    """Why, where it came to nothing."""
    declined: str = ""
    """Why the resource person says no."""
    answered: bool = True
    language: bool = False
    """Part of the initiative on language, where the house takes part in one."""


ASKED = (
    Asked(
        LANGUAGE,
        0,
        "12",
        "2026-01-12",
        "2026-02-09",
        "Sidemandsoplæring i dialogisk læsning",
        ends="2026-03-27",
        language=True,
    ),
    Asked(
        LANGUAGE,
        2,
        "7.5",
        "2026-01-19",
        "2026-02-16",
        "Video af samtaler i garderoben",
        ends="2026-03-06",
        language=True,
    ),
    Asked(
        EARLY,
        0,
        "6",
        "2026-02-02",
        "2026-02-23",
        "Sparring om to børn, der holder sig for sig selv",
        ends="2026-04-10",
    ),
    Asked(HEALTH, 4, "3", "2026-02-16", "2026-03-04", "Oplæg om søvn på personalemøde"),
    Asked(
        LANGUAGE,
        5,
        "9.25",
        "2026-03-02",
        "2026-04-07",
        "Vejledning af stuens voksne i måltidet",
        ends="2026-05-08",
        language=True,
    ),
    Asked(DATA, 1, "4.5", "2026-03-09", "2026-03-26", "Læse vores læreplansevaluering sammen"),
    Asked(
        HEALTH,
        2,
        "2.5",
        "2026-04-13",
        "2026-05-06",
        "Samtale med forældre om mad",
        cancelled="Sygdom; vi finder en ny dag til efteråret.",
    ),
    Asked(
        EARLY,
        1,
        "10.5",
        "2026-04-20",
        "2026-05-11",
        "Følge en gruppe og vejlede teamet",
        ends="2026-06-19",
    ),
    Asked(
        LANGUAGE,
        8,
        "15",
        "2026-05-04",
        "2026-08-17",
        "Start på nyt sprogmiljø i to stuer",
        ends="2026-10-09",
    ),
    Asked(HEALTH, 0, "4", "2026-06-01", "2026-08-24", "Hygiejne i den nye vuggestuegruppe"),
    Asked(
        DATA,
        6,
        "6",
        "2026-08-17",
        "2026-09-10",
        "Vælge mål for efteråret ud fra data",
        ends="2026-09-24",
    ),
    Asked(
        EARLY,
        0,
        "8",
        "2026-09-07",
        "2026-10-05",
        "Opfølgning på forårets sparring",
        ends="2026-11-13",
    ),
    Asked(
        HEALTH, 3, "12.5", "2026-09-14", "2026-10-19", "Forløb om ro ved putning", ends="2026-11-06"
    ),
    Asked(
        LANGUAGE,
        0,
        "5.25",
        "2026-10-26",
        "2026-12-02",
        "Fælles oplæg og opsamling på stuerne",
        ends="2026-12-11",
        language=True,
    ),
    Asked(
        LANGUAGE,
        3,
        "6",
        "2026-11-09",
        "2026-12-07",
        "Sidemandsoplæring i to stuer",
        ends="2026-12-16",
    ),
    Asked(
        LANGUAGE,
        1,
        "3",
        "2026-10-05",
        "2026-10-21",
        "Oplæg om flersprogede børn",
        declined="Ugen er optaget af sprogvurderinger. Spørg gerne igen efter nytår.",
    ),
    Asked(DATA, 0, "3.5", "2026-11-10", "2026-12-03", "Læse efterårets data før MUS"),
    Asked(
        EARLY,
        2,
        "5",
        "2026-11-19",
        "2026-12-09",
        "Sparring om overgang til børnehaven",
        answered=False,
    ),
    Asked(HEALTH, 7, "3.5", "2026-11-20", "2026-12-08", "Oplæg på forældremøde", answered=False),
    Asked(
        DATA, 5, "4", "2026-11-20", "2026-12-10", "Hjælp til at læse KIDS-scorerne", answered=False
    ),
)


@dataclass
class Experts:
    """The resource persons of one municipality."""

    stage: Stage
    town: Town
    told: Counter[str] = field(default_factory=Counter)
    _ids: dict[str, UUID] = field(default_factory=dict)
    _booked: dict[Asked, UUID] = field(default_factory=dict)

    def scenes(self) -> Iterator[Scene]:
        """They are put on the list, given hours, asked, and answer."""
        yield BEGINS, self._list_them
        yield NEXT_HOURS, self._next_hours
        for asked in ASKED:
            if self._serves(asked):
                yield from self._story(asked)

    def _story(self, asked: Asked) -> Iterator[Scene]:
        yield _moment(asked.asked), lambda at: self._book(asked, at)
        if asked.cancelled:
            before = _moment(asked.begins) - timedelta(days=2)
            yield before, lambda at: self._cancel(asked, at)
        elif asked.declined:
            yield _moment(asked.asked) + timedelta(days=2), lambda at: self._decline(asked, at)
        elif asked.answered:
            yield _moment(asked.asked) + timedelta(days=2), lambda at: self._agree(asked, at)
            over = _moment(asked.ends or asked.begins) + timedelta(days=1)
            yield over, lambda at: self._hold(asked, at)

    def _serves(self, asked: Asked) -> bool:
        """Whoever serves the first area is asked by its houses; others ask nobody for it."""
        if not EXPERTS[asked.expert].in_area or not self.town.place.areas:
            return True
        moved = self.town.place.moves
        is_there = self.town.area_of[asked.house] == 0
        return is_there and (moved is None or moved[0] != asked.house)

    def _consultant(self) -> UUID:
        assert self.town.consultant_id is not None
        return self.town.consultant_id

    def _list_them(self, at: datetime) -> None:
        ctx = self.stage.enter(at, self._consultant())
        known = {each.name: each.id for each in competences.competences(ctx, page_size=100).items}
        for key, expert in EXPERTS.items():
            unit_id = self.town.root_id
            if expert.in_area and self.town.place.areas:
                unit_id = self.town.units["A1"]
            made = resource_persons.create(
                ctx,
                unit_id=unit_id,
                role=expert.role,
                name=expert.names.get(self.town.place.slug, ""),
                employee_id=None if expert.names else self._colleague(),
                description=expert.text,
                competence_ids=[known[name] for name in expert.can],
            )
            self._ids[key] = made.id
            resource_persons.set_hours(ctx, made.id, year=plan.YEAR, hours=Decimal(expert.hours))
        self.told["resource persons"] = len(self._ids)

    def _next_hours(self, at: datetime) -> None:
        ctx = self.stage.enter(at, self._consultant())
        for key, expert in EXPERTS.items():
            resource_persons.set_hours(
                ctx, self._ids[key], year=plan.YEAR + 1, hours=Decimal(expert.hours)
            )

    def _colleague(self) -> UUID:
        return self.town.pedagogues[COLLEAGUE_OF][0]

    def _book(self, asked: Asked, at: datetime) -> None:
        ctx = self.stage.enter(at, self.town.leaders[asked.house])
        unit_id = self.town.institution(asked.house)
        initiative_id = None
        if asked.language:
            found = initiatives.choices(ctx, unit_id=unit_id)
            initiative_id = next((key for key, title in found if "prog" in title), None)
        made = resource_persons.book(
            ctx,
            self._ids[asked.expert],
            unit_id=unit_id,
            hours=Decimal(asked.hours),
            starts_on=date.fromisoformat(asked.begins),
            ends_on=date.fromisoformat(asked.ends or asked.begins),
            purpose=asked.purpose,
            initiative_id=initiative_id,
        )
        self.told["bookings"] += 1
        self._booked[asked] = made.id

    def _answerer(self, asked: Asked) -> UUID:
        """The resource person with a login; for the others the consultant."""
        if EXPERTS[asked.expert].names:
            return self._consultant()
        return self.town.staff_logins[self._colleague()]

    def _agree(self, asked: Asked, at: datetime) -> None:
        resource_persons.agree(self.stage.enter(at, self._answerer(asked)), self._booked[asked])

    def _decline(self, asked: Asked, at: datetime) -> None:
        ctx = self.stage.enter(at, self._answerer(asked))
        resource_persons.decline(ctx, self._booked[asked], reason=asked.declined)

    def _hold(self, asked: Asked, at: datetime) -> None:
        resource_persons.hold(self.stage.enter(at, self._answerer(asked)), self._booked[asked])

    def _cancel(self, asked: Asked, at: datetime) -> None:
        ctx = self.stage.enter(at, self.town.leaders[asked.house])
        resource_persons.cancel(ctx, self._booked[asked], reason=asked.cancelled)


def _moment(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), time(10, 15), tzinfo=UTC)
