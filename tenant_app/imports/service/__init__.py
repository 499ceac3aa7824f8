"""Verbs of imports."""

from tenant_app.imports.service.running import ImportResult, latest, run, template

__all__ = ["ImportResult", "latest", "run", "template"]
