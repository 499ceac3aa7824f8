"""Imports every module with jobs, so that the registry is whole. No logic."""

from jobs import clearing, cooperation, enrolments, forums, reports, tenancy
from tenant_app.accounts import service as accounts  # its check of who leaves stands in workers too

__all__ = ["accounts", "clearing", "cooperation", "enrolments", "forums", "reports", "tenancy"]
