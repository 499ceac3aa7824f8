"""What one can look at: lists, one initiative, the choices of others' forms. Nothing is changed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement

from tenant_app.catalogue.models import Course, CourseForm, CourseSession
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import N_, Conflict, NotFound
from tenant_app.core.paging import Page, scalars_page
from tenant_app.initiatives import queries, rules
from tenant_app.initiatives.models import FormChoice, Initiative, InitiativeState, LimitOverride
from tenant_app.initiatives.queries import Purpose
from tenant_app.initiatives.rules import Survey
from tenant_app.initiatives.service.shared import find, limit, may_manage
from tenant_app.needs.models import Need
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import Unit


@dataclass(frozen=True)
class Part:
    """An institution that takes part, and who let it run more than its limit, if somebody did."""

    unit: Unit
    others: int
    """What else it has under way."""
    overrides: Sequence[tuple[LimitOverride, str]] = ()
    """(override, who let it in), the first of them first."""

    @property
    def override(self) -> LimitOverride | None:
        """The latest."""
        return self.overrides[-1][0] if self.overrides else None


@dataclass(frozen=True)
class Offered:
    """A course of the initiative, and its sessions one can still ask for."""

    course: Course
    sessions: Sequence[CourseSession]


@dataclass(frozen=True)
class Answered:
    """A need that the initiative answers."""

    need: Need
    unit: Unit


@dataclass(frozen=True)
class Details:
    """One initiative with everything it is tied to."""

    initiative: Initiative
    units: Sequence[Part]
    courses: Sequence[Offered]
    needs: Sequence[Answered]
    """Those the actor may see."""
    other_needs: int
    forms: Sequence[tuple[FormChoice, str]]
    """(choice, who chose), the latest first."""
    people_let_in: Sequence[tuple[int, str, str]]
    """(people let in above the limit of a person, why, by whom)."""
    survey: Survey | None
    """None: not opened, or not for the actor to see."""
    may_manage: bool


def visible(ctx: Context) -> ColumnElement[bool]:
    """Which initiatives the actor may see: for screens and rooms that build their own SELECT."""
    return queries.visible(ctx)


def matching(
    ctx: Context,
    *,
    state: InitiativeState | None = None,
    unit_id: UUID | None = None,
    form: CourseForm | None = None,
    central: bool | None = None,
    over_limit: bool = False,
    q: str = "",
) -> list[ColumnElement[bool]]:
    """The conditions of a list. A unit includes what hangs below it today, and what it takes part
    in. Raises NotFound for a unit out of scope."""
    filters: list[ColumnElement[bool]] = []
    if state is not None:
        filters.append(queries.in_state(state))
    if unit_id is not None:
        filters.append(queries.at_or_below(ctx, organisation.unit(ctx, unit_id).id))
    if form is not None:
        filters.append(queries.of_form(form))
    if central is not None:
        filters.append(queries.is_central(central))
    if over_limit:
        filters.append(queries.over_limit(limit(ctx)))
    if q.strip():
        filters.append(queries.titled(q.replace("\0", "").strip()))
    return filters


def listing(
    ctx: Context,
    *,
    state: InitiativeState | None = None,
    unit_id: UUID | None = None,
    form: CourseForm | None = None,
    central: bool | None = None,
    over_limit: bool = False,
    q: str = "",
    page: int = 1,
    page_size: int = 50,
) -> Page[Initiative]:
    """The initiatives the actor may see that fit, by title; with unit, goal and area."""
    ctx.require(Permission.INITIATIVES_VIEW)
    filters = matching(
        ctx,
        state=state,
        unit_id=unit_id,
        form=form,
        central=central,
        over_limit=over_limit,
        q=q,
    )
    found = queries.listing([queries.visible(ctx), *filters])
    return scalars_page(ctx, found, page=page, page_size=page_size)


def over_among(ctx: Context, ids: Collection[UUID]) -> set[UUID]:
    """Those of the initiatives that run in an institution above its limit."""
    most = limit(ctx)
    return queries.over_among(ctx, ids, most=most) if ids and most is not None else set()


def get(ctx: Context, initiative_id: UUID) -> Initiative:
    """The initiative with unit, goal and area. Raises NotFound outside the actor's sight."""
    ctx.require(Permission.INITIATIVES_VIEW)
    return find(ctx, initiative_id)


def one(ctx: Context, initiative_id: UUID) -> Details:
    """The same with everything it is tied to."""
    return details(ctx, get(ctx, initiative_id))


def details(ctx: Context, found: Initiative) -> Details:
    """Everything that an initiative, found in the actor's sight, is tied to."""
    manages = may_manage(ctx, found)
    answered = queries.answered(ctx, found.id)
    forms, answers, let_in = queries.told(ctx, found.id)
    return Details(
        initiative=found,
        units=_parts(queries.parts(ctx, found.id)),
        courses=_offered(queries.courses(ctx, found.id)),
        needs=[Answered(need, unit) for need, unit, seen in answered if seen],
        other_needs=sum(1 for _need, _unit, seen in answered if not seen),
        forms=[(choice, name or "") for choice, name in forms],
        people_let_in=let_in if manages else (),
        survey=rules.summed(answers, is_open=is_asking(ctx, found))
        if manages and found.survey_opened_at
        else None,
        may_manage=manages,
    )


def is_asking(ctx: Context, found: Initiative) -> bool:
    """Whether its survey can be answered now."""
    opened, closed = found.survey_opened_at, found.survey_closed_at
    return opened is not None and closed is None and found.state in rules.SURVEYED


def _parts(
    rows: Sequence[tuple[Unit, int, LimitOverride | None, str | None]],
) -> list[Part]:
    overrides: dict[UUID, list[tuple[LimitOverride, str]]] = {}
    units: dict[UUID, tuple[Unit, int]] = {}
    for unit, others, override, name in rows:
        units[unit.id] = (unit, others)
        if override is not None:
            overrides.setdefault(unit.id, []).append((override, name or ""))
    return [Part(*units[key], overrides.get(key, ())) for key in units]


def _offered(rows: Sequence[tuple[Course, CourseSession | None]]) -> list[Offered]:
    sessions: dict[UUID, list[CourseSession]] = {}
    courses: dict[UUID, Course] = {}
    for course, session in rows:
        courses[course.id] = course
        sessions.setdefault(course.id, [])
        if session is not None:
            sessions[course.id].append(session)
    return [Offered(course, sessions[key]) for key, course in courses.items()]


def tied(ctx: Context, initiative_id: UUID) -> Mapping[str, set[UUID]]:
    """Ids of the needs, institutions and courses of a visible initiative. Raises NotFound."""
    found = get(ctx, initiative_id)
    return {
        "need_ids": queries.need_ids(ctx, found.id),
        "unit_ids": queries.unit_ids(ctx, found.id),
        "course_ids": queries.course_ids(ctx, found.id),
    }


def tied_names(ctx: Context, found: Initiative) -> Mapping[str, Mapping[UUID, str]]:
    """Names of the needs, units and courses that an initiative, found in the actor's sight, is
    tied to; of needs those the actor sees."""
    names: dict[str, dict[UUID, str]] = {"need": {}, "unit": {}, "course": {}}
    for kind, key, name in queries.tied_names(ctx, found.id):
        names[kind][key] = name
    return names


def full_houses(ctx: Context, shown: Details) -> list[Part]:
    """The institutions that would be above their limit if the initiative began now."""
    most = limit(ctx)
    return [] if most is None else [part for part in shown.units if part.others >= most]


def choices(
    ctx: Context,
    *,
    course_id: UUID | None = None,
    unit_id: UUID | None = None,
    unit_ids: Collection[UUID] = (),
    mending: bool = False,
) -> list[tuple[UUID, str]]:
    """(id, title with its owner) of those one can ask for a place through, which fit the course
    and all the units; `mending` those that an enrolment can be put under afterwards."""
    filters = [queries.visible(ctx), queries.is_mended() if mending else queries.is_open()]
    if course_id is not None:
        filters.append(queries.fits_course(course_id))
    wanted = set(unit_ids) | ({unit_id} if unit_id is not None else set())
    filters += [queries.fits_unit(each) for each in sorted(wanted)]
    return [(key, f"{title} ({unit})") for key, title, unit in queries.choices(ctx, filters)]


def check_open(
    ctx: Context,
    initiative_id: UUID,
    *,
    course_id: UUID,
    unit_id: UUID,
    mending: bool = False,
) -> None:
    """Go on only if one can ask for the course for the unit through the initiative (`mending`: put
    an enrolment that stands alone under it), which stays so to the end of the unit of work.

    Raises NotFound and Conflict, both naming `initiative_id`.
    """
    found = queries.get_held(ctx, initiative_id)
    if found is None:
        raise NotFound(
            N_("There is no such initiative. Choose from the list."), field="initiative_id"
        )
    if found.state not in (rules.MENDED if mending else rules.OPEN):
        raise Conflict(
            N_("“%(title)s” is not planned or running. Choose another initiative, or none."),
            field="initiative_id",
            title=found.title,
        )
    course_ids = queries.course_ids(ctx, found.id)
    if course_ids and course_id not in course_ids:
        raise Conflict(
            N_("The course is no part of “%(title)s”. Choose another initiative, or none."),
            field="initiative_id",
            title=found.title,
        )
    if unit_id != found.unit_id and unit_id not in queries.unit_ids(ctx, found.id):
        raise Conflict(
            N_("The institution does not take part in “%(title)s”. Choose another, or none."),
            field="initiative_id",
            title=found.title,
        )


def purposes(ctx: Context, initiative_ids: Collection[UUID]) -> dict[UUID, Purpose]:
    """Initiative → what it is for: one SELECT, and none without ids.

    For those who see something that is part of it; of needs only what they see themselves.
    """
    if not initiative_ids:
        return {}
    paths: Sequence[str] = ctx.actor.paths(Permission.NEEDS_VIEW)
    if ctx.actor.is_system:
        paths = (organisation.root_path(ctx),)
    return queries.purposes(ctx, initiative_ids, paths=paths)
