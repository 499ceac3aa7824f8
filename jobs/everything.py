"""Imports every module with jobs, so that the registry is whole. No logic."""

from jobs import (
    budgets,
    clearing,
    cooperation,
    enrolments,
    forums,
    invoices,
    reports,
    scenarios,
    tenancy,
)
from tenant_app.accounts import service as accounts  # its check of who leaves stands in workers too

__all__ = [
    "accounts",
    "budgets",
    "clearing",
    "cooperation",
    "enrolments",
    "forums",
    "invoices",
    "reports",
    "scenarios",
    "tenancy",
]
