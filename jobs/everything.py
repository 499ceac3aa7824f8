"""Imports every module with jobs, so that the registry is whole. No logic."""

from jobs import enrolments, reports, tenancy

__all__ = ["enrolments", "reports", "tenancy"]
