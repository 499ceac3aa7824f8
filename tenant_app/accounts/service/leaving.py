"""Whoever leaves their employment loses their login with it: somebody must remain to let people
in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from tenant_app.accounts import queries, rules
from tenant_app.core.context import Context
from tenant_app.organisation import service as organisation
from tenant_app.organisation.rules import Spell, on_day


def keep_an_administrator(ctx: Context, leaving: Mapping[UUID, Sequence[Spell]]) -> None:
    """An administrator who works today remains, and one who stays. Raises LastAdminLeaves.

    `leaving` are employments as they will be, of people who will not stay.
    """
    queries.lock_admin_rows(ctx)
    admins = queries.admins(ctx)
    gone = {
        admin.user_id
        for admin in admins
        if admin.employee_id in leaving and on_day(leaving[admin.employee_id], ctx.today) is None
    }
    not_staying = {admin.user_id for admin in admins if admin.employee_id in leaving}
    rules.check_admins_stay(
        working={admin.user_id: admin.name for admin in admins},
        staying={admin.user_id: admin.name for admin in admins if admin.stays},
        gone=gone,
        not_staying=not_staying,
    )


organisation.BEFORE_LEAVING.append(keep_an_administrator)
