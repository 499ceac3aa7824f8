"""Imports every module with jobs, so that the registry is whole. No logic."""

from jobs import clearing, enrolments, reports, tenancy

__all__ = ["clearing", "enrolments", "reports", "tenancy"]
