"""URLs of the municipality's own settings, its jobs and the vendor's support sessions."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from tenant_app.core.context import Context
from tenant_app.core.http import endpoint
from tenant_app.core.outbox import Outbox
from tenant_app.core.paging import Page
from tenant_app.tenancy import schemas
from tenant_app.tenancy import service as tenancy
from tenant_app.tenancy.models import SupportSession, TenantSettings

blueprint = Blueprint(
    "tenancy",
    __name__,
    url_prefix="/api/v1",
    description="Settings of the municipality, its jobs, and who from the vendor looked inside",
)


@blueprint.get("/settings")
@endpoint(blueprint, returns=schemas.SettingsOut)
def get_settings(ctx: Context) -> TenantSettings:
    """How the municipality works."""
    return tenancy.settings_to_change(ctx)


@blueprint.put("/settings/approval-rules")
@endpoint(blueprint, takes=schemas.ApprovalRulesIn, returns=schemas.SettingsOut)
def set_approval_rules(ctx: Context, approval_rules: list[dict[str, Any]]) -> TenantSettings:
    """Say who approves what. Requests under way keep their steps."""
    return tenancy.change_settings(ctx, approval_rules=approval_rules)


@blueprint.put("/settings/cover-rules")
@endpoint(blueprint, takes=schemas.CoverRulesIn, returns=schemas.SettingsOut)
def set_cover_rules(ctx: Context, cover_rules: dict[str, Any]) -> TenantSettings:
    """Say what cover costs. Requests under way keep their prices."""
    return tenancy.change_settings(ctx, cover_rules=cover_rules)


@blueprint.put("/settings/limits")
@endpoint(blueprint, takes=schemas.LimitsIn, returns=schemas.SettingsOut)
def set_limits(ctx: Context, limits: dict[str, Any]) -> TenantSettings:
    """Say which working rules hold; one that is left out no longer does."""
    return tenancy.change_settings(ctx, limits=limits)


@blueprint.put("/settings/locale")
@endpoint(blueprint, takes=schemas.LocaleSettingIn, returns=schemas.SettingsOut)
def set_language(ctx: Context, locale: str) -> TenantSettings:
    """Say which language new users meet."""
    return tenancy.change_settings(ctx, locale=locale)


@blueprint.put("/settings/accessibility")
@endpoint(blueprint, takes=schemas.AccessibilityIn, returns=schemas.SettingsOut)
def set_accessibility(ctx: Context, **contact: str) -> TenantSettings:
    """Say whom to tell of what is not accessible, on the page of the accessibility statement,
    which everybody can read. What is left out is no longer given."""
    return tenancy.change_settings(ctx, accessibility=contact)


@blueprint.get("/jobs")
@endpoint(blueprint, query=schemas.JobsAsked, page_of=schemas.QueuedJobOut)
def list_jobs(ctx: Context, **asked: Any) -> Page[Outbox]:
    """Work in the background, newest first; `state=dead` is what was given up."""
    return tenancy.jobs(ctx, **asked)


@blueprint.post("/jobs/<uuid:job_id>/retry")
@endpoint(blueprint, returns=schemas.QueuedJobOut)
def retry_job(ctx: Context, job_id: UUID) -> Outbox:
    """Let a job that was given up wait again as if new. Where the same job waits already, this
    one is done with."""
    return tenancy.retry_dead_job(ctx, job_id)


@blueprint.get("/support-sessions")
@endpoint(blueprint, page_of=schemas.SupportSessionOut)
def list_support_sessions(ctx: Context, **page: Any) -> Page[SupportSession]:
    """Who from the vendor looked inside, newest first."""
    return tenancy.support_sessions(ctx, **page)


@blueprint.post("/support-sessions/<uuid:support_id>/ending")
@endpoint(blueprint, returns=schemas.SupportSessionOut)
def end_support_session(ctx: Context, support_id: UUID) -> SupportSession:
    """End a support session before its time."""
    return tenancy.close_support(ctx, support_id)
