"""A meeting pack as it was issued: to read, to print, and to take away as a file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask import Response, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

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
    """Every table of the pack with its heading, below each other."""
    content = pack.content
    yield [_("Data of"), date_text(pack.data_at), _("Version"), pack.version]
    yield []
    yield [_("Agenda")]
    yield from ([title] for title in content["agenda"])
    yield []
    yield [_("Qualified needs"), _("Unit"), _("Competence area"), _("Urgency"), _("Employees")]
    for row in content["needs"]["rows"]:
        urgency = str(URGENCIES[Urgency(row["urgency"])])
        yield [row["title"], row["unit"], row["area"], urgency, row["staff"]]
    yield []
    yield [_("Shared needs"), _("Institutions"), _("Needs"), _("Employees")]
    for row in content["clusters"]["rows"]:
        yield [
            f"{row['area']}: {row['title']}",
            ", ".join(row["houses"]),
            row["needs"],
            row["staff"],
        ]
    yield []
    yield [_("Competence area"), _("Needs"), _("Employees"), _("Urgent")]
    for row in content["heat"]["rows"]:
        yield [row["area"], row["needs"], row["staff"], row["pressing"]]
    yield []
    yield [_("Pool"), _("Budget"), _("Spent or bound"), _("Reserved"), _("Available"), _("Usage")]
    for row in content["pools"]["rows"]:
        usage = Decimal(row["usage"]) if row["usage"] is not None else None
        yield [
            row["name"],
            *(_kroner(row[name]) for name in ("budget", "spent", "reserved", "available")),
            usage,
        ]
    yield []
    yield [_("More under way than the limit"), _("Under way now")]
    yield from ([row["unit"], row["running"]] for row in content["overload"]["rows"])
    yield []
    yield [_("Earlier decisions to follow up"), _("Who sees to it"), _("Done by")]
    for row in content["decisions"]["rows"]:
        yield [row["text"], row["owner"], date.fromisoformat(row["due_on"])]


def _kroner(ore: int) -> Decimal:
    return Decimal(ore) / 100
