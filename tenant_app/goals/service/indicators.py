"""Verbs of indicators: what is counted, and what it showed on a day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from tenant_app.audit import service as audit
from tenant_app.core.context import Context
from tenant_app.core.errors import N_, Conflict, Invalid, NotFound
from tenant_app.goals import queries, rules
from tenant_app.goals.models import Indicator, Reading
from tenant_app.goals.service.goals import to_change
from tenant_app.goals.service.reading import indicator as find_indicator

LONGEST_MEASURE = 60


def set_indicator(
    ctx: Context,
    goal_id: UUID,
    *,
    name: str,
    measure: str,
    baseline: Decimal,
    baseline_on: date,
    target: Decimal,
    indicator_id: UUID | None = None,
) -> Indicator:
    """The goal is followed by this number; with `indicator_id` it is followed so from now on.

    Versions of the goal keep what was adopted. Raises Conflict when the name is taken.
    """
    goal = to_change(ctx, goal_id)  # locked: two at once would pass the most there may be
    rules.check_change(goal.state)
    name = rules.clean_line(name, field="name")
    measure = rules.clean_line(measure, field="measure", longest=LONGEST_MEASURE)
    rules.check_scale(baseline=baseline, target=target, baseline_on=baseline_on, today=ctx.today)
    known = {each.id: each for each in queries.indicators(ctx, goal.id)}
    if any(each.name == name and each.id != indicator_id for each in known.values()):
        raise Conflict(
            N_("The goal already has the indicator “%(name)s”. Choose another name."),
            field="name",
            name=name,
        )
    old = None
    if indicator_id is None:
        rules.check_count(len(known))
        found = Indicator(goal_id=goal.id)
    elif indicator_id not in known:
        raise NotFound(N_("There is no such indicator. Choose one."), field="indicator_id")
    else:
        found = known[indicator_id]
        old = _told(found)
        first = queries.first_reading(ctx, found.id)
        if first is not None and first < baseline_on:
            raise Invalid(
                N_("There is a reading of %(first)s. The start lies before it."),
                field="baseline_on",
                first=first.strftime("%d-%m-%Y"),
            )
    found.name, found.measure = name, measure
    found.baseline, found.baseline_on, found.target = baseline, baseline_on, target
    ctx.session.add(found)
    ctx.session.flush()  # its id goes into the trail
    audit.record(ctx, "indicator.set", found.id, old=old, new=_told(found))
    return found


def record_reading(
    ctx: Context, indicator_id: UUID, *, read_on: date, value: Decimal, note: str = ""
) -> Reading:
    """The indicator showed this on the day. Recorded again for the same day, it corrects it."""
    indicator = find_indicator(ctx, indicator_id)
    to_change(ctx, indicator.goal_id)
    rules.check_reading(
        read_on=read_on, baseline_on=indicator.baseline_on, today=ctx.today, value=value
    )
    note = rules.check_text(note, field="note")
    reading = queries.reading_on(ctx, indicator.id, read_on)
    old = None if reading is None else {"value": rules.number(reading.value)}
    if reading is None:
        reading = Reading(indicator_id=indicator.id, read_on=read_on)
    reading.value, reading.note = value, note
    reading.recorded_by, reading.recorded_at = ctx.actor.user_id, ctx.now
    ctx.session.add(reading)
    ctx.session.flush()  # its id goes into the trail
    audit.record(
        ctx,
        "indicator.read",
        indicator.id,
        old=old,
        new={"name": indicator.name, "read_on": read_on, "value": rules.number(value)},
    )
    return reading


def _told(indicator: Indicator) -> dict[str, object]:
    return {
        "goal_id": indicator.goal_id,
        "name": indicator.name,
        "measure": indicator.measure,
        "baseline": rules.number(indicator.baseline),
        "baseline_on": indicator.baseline_on,
        "target": rules.number(indicator.target),
    }
