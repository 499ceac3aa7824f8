"""Imports every module with jobs, so that the registry is whole. No logic."""

from jobs import reports, tenancy

__all__ = ["reports", "tenancy"]
