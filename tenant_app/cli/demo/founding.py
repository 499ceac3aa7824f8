"""The municipality as it stands when its year begins: units, staff, logins, money, catalogue."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from uuid import UUID

from sqlalchemy import select

from tenant_app.accounts import service as accounts
from tenant_app.accounts.models import Role
from tenant_app.budgets import service as budgets
from tenant_app.budgets.models import Policy
from tenant_app.catalogue import service as catalogue
from tenant_app.catalogue.models import PriceKind
from tenant_app.cli.demo import names, offers, plan
from tenant_app.cli.demo.stage import Stage
from tenant_app.competences import service as competences
from tenant_app.competences.models import CompetenceArea
from tenant_app.core.context import Context
from tenant_app.core.money import kroner
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import Employee, Position, Unit, UnitKind
from tenant_app.organisation.service import EmployeeLine, UnitLine
from tenant_app.tenancy import profiles

LONG_AGO = date(2007, 1, 1)
BY_CHILDREN = [
    {"key": "children", "weight": 60, "ages": {"0_2": 200, "3_5": 100}},
    {"key": "socio_economic", "weight": 20},
    {"key": "pedagogue_fte", "weight": 20},
]
LIMITS = {"floor": {"average_bp": 7_000}, "ceiling": {"average_bp": 15_000}}
INSTITUTION, AREA = "1{:02}", "A{}"


@dataclass(frozen=True)
class Session:
    """A run of a course, and what the story needs to know of it."""

    id: UUID
    offer: offers.Offer
    starts_on: date
    ends_on: date
    deadline: date


@dataclass
class Town:
    """Ids of what was founded. Institutions are counted from 0."""

    place: plan.Municipality
    root_id: UUID
    admin_id: UUID
    units: dict[str, UUID] = field(default_factory=dict)
    area_of: list[int] = field(default_factory=list)
    """Institution → area, as it is when the year begins."""
    pedagogues: list[list[UUID]] = field(default_factory=list)
    leaders: list[UUID] = field(default_factory=list)
    """Institution → its leader's login."""
    staff_logins: dict[UUID, UUID] = field(default_factory=dict)
    """Employee → login, for those who ask for themselves."""
    area_leaders: list[UUID] = field(default_factory=list)
    consultant_id: UUID | None = None
    sessions: list[Session] = field(default_factory=list)

    def institution(self, index: int) -> UUID:
        return self.units[number_of(index)]


def number_of(index: int) -> str:
    """The municipality's own number of an institution."""
    return INSTITUTION.format(index + 1)


def found(stage: Stage, place: plan.Municipality, dice: Random, admin_id: UUID) -> Town:
    """Everything but the year itself."""
    ctx = stage.enter(plan.MOVED_IN, admin_id)
    town = Town(place=place, root_id=organisation.root(ctx).id, admin_id=admin_id)
    _units(ctx, town)
    crew = _staff(ctx, town, dice)
    _logins(stage, town, crew, dice)
    _competences(stage.enter(plan.MOVED_IN + timedelta(days=3), admin_id))
    _holdings(stage, town, dice)
    _catalogue(stage, town)
    _money(stage, town)
    return town


def _units(ctx: Context, town: Town) -> None:
    place = town.place
    lines = [
        UnitLine(AREA.format(i + 1), f"Område {name}", UnitKind.AREA, None, LONG_AGO, None)
        for i, name in enumerate(place.areas)
    ]
    for index, name in enumerate(names.houses(place.institutions)):
        area = index * len(place.areas) // place.institutions if place.areas else 0
        town.area_of.append(area)
        parent = AREA.format(area + 1) if place.areas else None
        lines.append(
            UnitLine(
                number_of(index),
                name,
                UnitKind.INSTITUTION,
                parent,
                LONG_AGO,
                index in place.weak,
            )
        )
        if index == place.houses:
            lines += [
                UnitLine(
                    f"{number_of(index)}-{n}",
                    f"{name}, {house}",
                    UnitKind.HOUSE,
                    number_of(index),
                    LONG_AGO,
                    None,
                )
                for n, house in enumerate(("Vuggestuen", "Børnehaven"), start=1)
            ]
    taken = organisation.take_units(ctx, lines, write=True)
    _all_taken(taken)
    town.units = {number: id_ for id_, number in ctx.session.execute(select(Unit.id, Unit.number))}


def _all_taken(taken: organisation.Taken) -> None:
    for line, refusal in taken.problems:
        raise RuntimeError(f"line {line} of the demo: {refusal}")


def _staff(ctx: Context, town: Town, dice: Random) -> list[dict[Position, list[str]]]:
    """About 16 FTE and 6 to 7 pedagogue FTE per institution, more in some and fewer in others."""
    lines, crew = [], []
    for index in range(town.place.institutions):
        size = dice.uniform(0.7, 1.35)
        posts = [Position.LEADER]
        posts += [Position.PEDAGOGUE] * round(7.3 * size)
        posts += [Position.ASSISTANT] * round(9 * size)
        here: dict[Position, list[str]] = {}
        for place, post in enumerate(posts, start=1):
            number = f"{number_of(index)}{place:02}"
            unit = number_of(index)
            if index == town.place.houses and post is not Position.LEADER:
                unit = f"{unit}-{1 + place % 2}"
            fte = (
                "1" if post is Position.LEADER else dice.choice(("1", "1", "0.95", "0.86", "0.81"))
            )
            since = date(dice.randint(2008, 2025), dice.randint(1, 8), 1)
            lines.append(
                EmployeeLine(number, names.person(dice), None, unit, post, Decimal(fte), since)
            )
            here.setdefault(post, []).append(number)
        crew.append(here)
    _all_taken(organisation.take_employees(ctx, lines, write=True))
    return crew


def _logins(stage: Stage, town: Town, crew: list[dict[Position, list[str]]], dice: Random) -> None:
    ctx = stage.enter(plan.MOVED_IN, town.admin_id)
    rows = ctx.session.execute(select(Employee.number, Employee.id, Employee.name))
    staff = {number: (id_, name) for number, id_, name in rows}
    domain = town.place.domain
    ways_in: list[str] = []

    def let_in(login: str, role: Role, unit_id: UUID, number: str | None = None) -> UUID:
        employee_id, name = staff[number] if number else (None, names.person(dice))
        token = accounts.invite(
            ctx,
            email=f"{login}@{domain}",
            name=name,
            role=role,
            unit_id=unit_id,
            employee_id=employee_id,
        )
        if login in {each.login for each in plan.SIGN_INS}:
            ways_in.append(token)
        return accounts.invited(ctx, token=token).id

    town.consultant_id = let_in("konsulent", Role.CONSULTANT, town.root_id)
    let_in("revisor", Role.AUDITOR, town.root_id)
    # A pedagogue whom the colleagues of the whole municipality elected.
    elected = crew[-1][Position.PEDAGOGUE][-1]
    let_in("tillidsrepraesentant", Role.UNION_REPRESENTATIVE, town.root_id, elected)
    seats = [town.units[AREA.format(i + 1)] for i in range(len(town.place.areas))]
    for i, unit_id in enumerate(seats or [town.root_id]):
        login = "omraadeleder" if i == 0 else f"omraadeleder{i + 1}"
        town.area_leaders.append(let_in(login, Role.AREA_LEADER, unit_id))
    for index, here in enumerate(crew):
        unit_id, number = town.institution(index), number_of(index)
        login = "leder" if index == 0 else f"leder{number}"
        town.leaders.append(
            let_in(login, Role.INSTITUTION_LEADER, unit_id, here[Position.LEADER][0])
        )
        numbers = here[Position.PEDAGOGUE]
        town.pedagogues.append([staff[each][0] for each in numbers])
        if index == 0:
            own = {"medarbejder": numbers[0], "stedfortraeder": numbers[1]}
        else:
            own = {f"paedagog{number}": numbers[0]} if index % 3 == 0 else {}
        for login, who in own.items():
            town.staff_logins[staff[who][0]] = let_in(login, Role.EMPLOYEE, unit_id, who)
    for token in ways_in:
        visitor = stage.enter(plan.MOVED_IN + timedelta(days=1))
        accounts.accept_invitation(visitor, token=token, password=plan.PASSWORD)


def _competences(ctx: Context) -> None:
    areas = {area.name: area.id for area in ctx.session.scalars(select(CompetenceArea))}
    for name, (area, months, percent, count) in offers.COMPETENCES.items():
        made = competences.create_competence(
            ctx, area_id=areas[area], name=name, validity_months=months
        )
        if percent or count:
            competences.set_target(
                ctx,
                competence_id=made.id,
                position=Position.PEDAGOGUE,
                min_percent=percent,
                min_count=count,
                due_date=offers.TARGET_DAY,
            )


def _holdings(stage: Stage, town: Town, dice: Random) -> None:
    """What people could do before: first aid in half of the houses, guidance in some."""
    ctx = stage.enter(plan.MOVED_IN + timedelta(days=5), town.admin_id)
    known = {held.name: held.id for held in competences.competences(ctx, page_size=100).items}
    earlier = [name for name in offers.COMPETENCES if name != "Førstehjælp til børn"]
    for people in town.pedagogues:
        for employee_id in dice.sample(people, round(len(people) * dice.uniform(0.1, 0.5))):
            competences.note_holding(
                ctx,
                employee_id=employee_id,
                competence_id=known["Førstehjælp til børn"],
                from_date=date(2025, dice.randint(1, 9), dice.randint(1, 10)),
            )
        if dice.random() < 0.5:
            competences.note_holding(
                ctx,
                employee_id=dice.choice(people),
                competence_id=known[dice.choice(earlier)],
                from_date=date(dice.randint(2016, 2024), dice.randint(1, 12), 1),
            )


def _catalogue(stage: Stage, town: Town) -> None:
    ctx = stage.enter(plan.MOVED_IN + timedelta(days=10), town.consultant_id)
    providers = {
        name: catalogue.create_provider(ctx, name=name, kind=kind).id
        for name, kind in offers.PROVIDERS.items()
    }
    known = {held.name: held.id for held in competences.competences(ctx, page_size=100).items}
    for offer in offers.OFFERS:
        course = catalogue.create_course(
            ctx,
            code=offer.code,
            title=offer.title,
            provider_id=providers[offer.provider],
            form=offer.form,
            ects=Decimal(offer.ects),
            hours=Decimal(offer.hours),
            cover_hours=Decimal(offer.cover_hours) if offer.cover_hours else None,
            price_kind=PriceKind.PER_GROUP if offer.per_group else PriceKind.PER_PERSON,
            price=kroner(offer.price),
            materials=kroner(offer.materials),
            travel=kroner(offer.travel),
            serves_municipal_goal=offer.goal,
            is_mandatory=offer.mandatory,
        )
        if offer.gives:
            catalogue.give_competence(ctx, course.id, competence_id=known[offer.gives])
        for starts_on in offer.runs:
            town.sessions.append(_session(ctx, course.id, offer, starts_on))


def _session(ctx: Context, course_id: UUID, offer: offers.Offer, starts_on: date) -> Session:
    ends_on = starts_on + timedelta(days=offer.days - 1)
    deadline = starts_on - timedelta(days=offer.notice)
    made = catalogue.create_session(
        ctx,
        course_id=course_id,
        starts_on=starts_on,
        ends_on=ends_on,
        deadline=deadline,
        seats=offer.seats,
        place="På nettet" if offer.form.value == "e_learning" else _place(offer.provider),
    )
    return Session(made.id, offer, starts_on, ends_on, deadline)


def _place(provider: str) -> str:
    return {
        offers.KP: "København",
        offers.ABSALON: "Roskilde",
        offers.UC_SYD: "Kolding",
        offers.VIA: "Aarhus",
        offers.UCL: "Odense",
        offers.UCN: "Aalborg",
        offers.CONSULTANTS: "Rådhuset",
    }.get(provider, "København")


def _money(stage: Stage, town: Town) -> None:
    """This year's frame, adopted in October and open from mid-December."""
    frame = kroner(town.place.frame)
    ctx = stage.enter(plan.ADOPTED, town.admin_id)
    [this] = [year for year in budgets.years(ctx).items if year.year == plan.YEAR]
    budgets.change_year(ctx, this.id, frame=frame)
    budgets.adopt(ctx, this.id)
    budgets.open_year(stage.enter(plan.OPENED, town.admin_id), this.id)


def open_next_year(stage: Stage, town: Town, at: datetime) -> None:
    """The coming year is drafted with 2 % more, adopted and opened."""
    start = profiles.load(town.place.profile)
    ctx = stage.enter(at, town.admin_id)
    by_children = town.place.profile == "ects_central"
    made = budgets.create_year(
        ctx,
        year=plan.YEAR + 1,
        frame=kroner(town.place.frame * 102 // 100),
        central_bp=start.central_bp,
        area_bp=start.area_bp,
        # Where money is settled by actual children, the new year is divided by them for the most.
        allocation=BY_CHILDREN if by_children else start.allocation,
        limits=LIMITS if by_children else None,
        policy=Policy(start.policy),
    )
    budgets.adopt(ctx, made.id)
    budgets.open_year(ctx, made.id)
