"""The house's own files, as the house tests read them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("tenant_app", "admin", "jobs", "config", "deploy", "migrations", "tests", "benchmarks")
ROOMS = (
    "audit",
    "tenancy",
    "organisation",
    "accounts",
    "competences",
    "goals",
    "needs",
    "budgets",
    "catalogue",
    "initiatives",
    "enrolments",
    "anchoring",
    "talks",
    "supervision",
    "dialogue",
    "cooperation",
    "resource_persons",
    "rounds",
    "funds",
    "invoices",
    "forums",
    "scenarios",
    "reports",
    "imports",
    "provisioning",
)


def python_files(*packages: str) -> Iterator[Path]:
    """Every Python file of these packages (all of them by default)."""
    for package in packages or PACKAGES:
        yield from sorted((ROOT / package).rglob("*.py"))


def room_files(*shelves: str) -> Iterator[tuple[str, Path]]:
    """(room, file) of every room; only of these shelves (module or package names) when given."""
    for room in ROOMS:
        for path in sorted((ROOT / "tenant_app" / room).rglob("*.py")):
            shelf = path.relative_to(ROOT / "tenant_app" / room).parts[0].removesuffix(".py")
            if not shelves or shelf in shelves:
                yield room, path


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))
