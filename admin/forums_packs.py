"""A meeting pack as it was issued: to read, to print, and to take away as a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask import Response, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from admin import exports
from admin.base import Page
from admin.formats import date_text
from admin.forums_labels import FORUMS, KINDS, OUTCOMES
from admin.forums_parts import reads
from admin.labels_needs import STATES, URGENCIES, URGENCY_TONES
from tenant_app.core.access import Permission
from tenant_app.core.errors import N_, Invalid, NotFound
from tenant_app.core.money import show
from tenant_app.forums import service as forums
from tenant_app.forums.models import ForumKind, MeetingPack, Outcome
from tenant_app.needs.models import NeedState, Urgency
from tenant_app.tenancy import service as tenancy


class PackPage(Page):
    """The pack of one meeting."""

    permission = Permission.FORUMS_VIEW
    help = _l(
        "What the meeting reads beforehand. The figures are those of the moment it was made, and "
        "stay so."
    )

    def __init__(self) -> None:
        super().__init__(
            name=_l("Meeting pack"), category=FORUMS, endpoint="packs", url="meetings/packs"
        )

    def is_accessible(self) -> bool:
        """Members come here from their meetings."""
        return reads(self.ctx)

    def is_visible(self) -> bool:
        """Reached from its meeting alone."""
        return False

    @expose("/")
    def index(self) -> ResponseReturnValue:
        found, meeting = self._asked()
        return self.render(
            "forums/pack.html",
            pack=found,
            meeting=meeting,
            kind=KINDS[ForumKind(found.content["forum"]["kind"])],
            moment=lambda text: date_text(datetime.fromisoformat(text)),
            day=lambda text: date_text(date.fromisoformat(text[:10])),
            data_at=date_text(found.data_at),
            urgency=lambda text: URGENCIES[Urgency(text)],
            urgency_tone=lambda text: URGENCY_TONES.get(Urgency(text), ""),
            need_state=lambda text: STATES[NeedState(text)],
            outcome=lambda text: OUTCOMES[Outcome(text)],
            show=show,
            percent=percent,
            houses=houses,
        )

    @expose("/export/<export_type>/")
    def export(self, export_type: str) -> Response:
        """The tables of the pack below each other, as a file."""
        if export_type not in exports.KINDS:
            raise Invalid(N_("Choose csv or xlsx."), field="format")
        found, _meeting = self._asked()
        rows = list(lines(found))
        widest = max(len(row) for row in rows)
        heads = [found.content["forum"]["name"], *[""] * (widest - 1)]
        table = exports.Sheet(str(self.name), heads, rows, len(rows), "")
        slug = tenancy.tenant(self.ctx).slug
        name = f"meeting-pack-{slug}-{found.data_at.date().isoformat()}-{found.version}"
        return exports.answer(table, export_type, name=name)

    def _asked(self) -> tuple[MeetingPack, Any]:
        """The pack of the address: by its id, or by meeting and version as the job knew it."""
        try:
            if "meeting_id" in request.args:
                meeting_id = UUID(request.args["meeting_id"])
                version = min(request.args.get("version", 0, type=int), 1_000_000)
                return forums.pack(self.ctx, forums.version_of(self.ctx, meeting_id, version))
            return forums.pack(self.ctx, UUID(request.args.get("id", "")))
        except ValueError:
            raise NotFound() from None


def percent(text: str | None) -> str:
    """12.5 as 12,5 %."""
    return "–" if text is None else f"{text.replace('.', ',')} %"


def lines(pack: MeetingPack) -> Iterator[list[exports.Cell]]:
    """Every table of the pack as its page shows it, below each other."""
    content = pack.content
    yield [_("Data of"), date_text(pack.data_at), _("Version"), pack.version]
    yield []
    yield [_("Agenda")]
    yield from ([title] for title in content["agenda"])
    for name, (title, heads, cells) in _tables(content).items():
        yield []
        yield [title]
        yield [*heads]
        found = content[name]
        yield from (cells(row) for row in found["rows"])
        if found["total"] > len(found["rows"]):
            shown = len(found["rows"])
            yield [_("The first %(shown)s of %(total)s.", shown=shown, total=found["total"])]


Table = tuple[str, Sequence[str], Callable[[dict[str, Any]], list[exports.Cell]]]


def _tables(content: dict[str, Any]) -> dict[str, Table]:
    """Part of the pack → its heading, the heads of its columns, and the cells of a row."""
    unit, area, staff, needs = _("Unit"), _("Competence area"), _("Employees"), _("Needs")
    money = (_("Budget"), _("Spent or bound"), _("Reserved"), _("Available"))
    limit = content["overload"]["limit"]
    return {
        "needs": (
            _("Qualified needs"),
            (_("Need"), unit, area, _("Urgency"), staff, _("Index"), _("State")),
            _need,
        ),
        "clusters": (
            _("Shared needs"),
            (_("Shared need"), area, _("Institutions"), needs, staff),
            lambda row: [row["title"], row["area"], houses(row), row["needs"], row["staff"]],
        ),
        "heat": (
            _("Where the needs are"),
            (area, needs, staff, _("Urgent")),
            lambda row: [row["area"], row["needs"], row["staff"], row["pressing"]],
        ),
        "pools": (
            _("The pools of %(year)s", year=content["pools"]["year"]),
            (_("Pool"), *money, _("Usage")),
            _pool,
        ),
        "overload": (
            _("More under way than the limit"),
            (unit, _("Under way now"), _("Limit of initiatives at once")),
            lambda row: [row["unit"], row["running"], limit],
        ),
        "decisions": (
            _("Earlier decisions to follow up"),
            (
                *(_("The decision in words"), _("What is decided"), _("Who sees to it")),
                *(_("Done by"), _("Overdue decision")),
            ),
            _decision,
        ),
    }


def _need(row: dict[str, Any]) -> list[exports.Cell]:
    urgency, state = URGENCIES[Urgency(row["urgency"])], STATES[NeedState(row["state"])]
    return [
        *(row["title"], row["unit"], row["area"], str(urgency)),
        *(row["staff"], row["index"], str(state)),
    ]


def _pool(row: dict[str, Any]) -> list[exports.Cell]:
    usage = Decimal(row["usage"]) if row["usage"] is not None else None
    money = (_kroner(row[name]) for name in ("budget", "spent", "reserved", "available"))
    return [row["name"], *money, usage]


def _decision(row: dict[str, Any]) -> list[exports.Cell]:
    outcome, due_on = OUTCOMES[Outcome(row["outcome"])], date.fromisoformat(row["due_on"])
    late = _("Yes") if row["is_overdue"] else _("No")
    return [row["text"], str(outcome), row["owner"], due_on, late]


def houses(row: dict[str, Any]) -> str:
    """The houses of a shared need below the forum by name, and how many there are elsewhere."""
    found = ", ".join(row["houses"])
    if not row["elsewhere"]:
        return found
    more = ngettext("and %(num)s elsewhere", "and %(num)s elsewhere", row["elsewhere"])
    return f"{found} {more}".strip()


def _kroner(ore: int) -> Decimal:
    return Decimal(ore) / 100
