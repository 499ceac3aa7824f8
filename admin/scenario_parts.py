"""What the page of a scenario shows: charts in pairs, and the lines of its file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin import charts, exports
from admin.budget_fields import KINDS
from tenant_app.core.money import show
from tenant_app.scenarios.models import ScenarioRow


def _kroner(amount: int) -> exports.Cell:
    return exports.typed(show(amount))


CELLS: list[tuple[Any, Callable[[ScenarioRow], exports.Cell]]] = [
    (_l("Level"), lambda row: str(KINDS[row.kind])),
    (_l("Pool"), lambda row: row.name),
    (_l("Allotted before"), lambda row: _kroner(row.allotted_before)),
    (_l("Allotted after"), lambda row: _kroner(row.allotted_after)),
    (_l("Change in allotment"), lambda row: _kroner(row.change)),
    (_l("Carried in and transferred"), lambda row: _kroner(row.brought)),
    (_l("Taken before"), lambda row: _kroner(row.spent_before)),
    (_l("Taken after"), lambda row: _kroner(row.spent_after)),
    (_l("Available before"), lambda row: _kroner(row.available_before)),
    (_l("Available after"), lambda row: _kroner(row.available_after)),
    (_l("Refused by the pool"), lambda row: row.refused),
    (_l("Refused by the pool (kr)"), lambda row: _kroner(row.refused_cost)),
    (_l("Own people's requests"), lambda row: row.requests),
    (_l("Of them refused"), lambda row: row.lost),
    (_l("Of them refused (kr)"), lambda row: _kroner(row.lost_cost)),
]


def pair_of(
    key: str, title: str, groups: Sequence[tuple[str, Sequence[ScenarioRow]]]
) -> tuple[charts.Chart | None, charts.Chart | None]:
    before = [
        (name, (sum(r.spent_before for r in rows), sum(r.available_before for r in rows)))
        for name, rows in groups
    ]
    after = [
        (name, (sum(r.spent_after for r in rows), sum(r.available_after for r in rows)))
        for name, rows in groups
    ]

    # One axis for both: a longer bar must be a larger share.
    taken = [
        int(charts.share(parts[0], sum(parts)))
        for _name, parts in (*before, *after)
        if sum(parts) > 0
    ]

    def side(end: str, words: str, bars: Any) -> charts.Chart | None:
        return charts.parts(
            f"{key}-{end}",
            f"{title}: {words}",
            (_("Taken"), _("Left")),
            bars,
            of=_("Pool"),
            whole=_("Budget"),
            sentence=_("Of the budget is taken: %(parts)s."),
            write=show,
            reach=max(taken, default=0),
        )

    return side("before", _("as it was"), before), side("after", _("in the scenario"), after)
