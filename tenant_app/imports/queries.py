"""SELECTs behind imports. Used by this room only."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import ARRAY, Text, any_, bindparam, select

from tenant_app.catalogue.models import Course, Provider
from tenant_app.core.context import Context
from tenant_app.imports.models import ImportRun
from tenant_app.tenancy.models import TenantSettings


def one_at_a_time(ctx: Context) -> None:
    """Two imports of one municipality follow each other: the second sees what the first added."""
    ctx.session.execute(select(TenantSettings.id).with_for_update())


def providers(ctx: Context) -> dict[str, UUID]:
    return {name: key for key, name in ctx.session.execute(select(Provider.id, Provider.name))}


def courses(ctx: Context, codes: Collection[str]) -> Sequence[Course]:
    given = bindparam(None, list(codes), type_=ARRAY(Text()))
    return ctx.session.scalars(
        select(Course).where(Course.code == any_(given)).order_by(Course.id).with_for_update()
    ).all()


def runs(ctx: Context, limit: int) -> Sequence[ImportRun]:
    return ctx.session.scalars(
        select(ImportRun).order_by(ImportRun.at.desc(), ImportRun.id.desc()).limit(limit)
    ).all()
