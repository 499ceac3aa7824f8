"""Profiles: named starting configurations, as data files beside this module."""

from __future__ import annotations

import csv
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tenant_app.core.errors import N_, Invalid
from tenant_app.tenancy import rules

_HERE = Path(__file__).parent
_FILES = _HERE / "profiles"
NAMES = tuple(sorted(path.stem for path in _FILES.glob("*.toml")))


@dataclass(frozen=True)
class Profile:
    """How a municipality starts out. Shares in basis points."""

    name: str
    title: str
    funding_rules: list[dict[str, Any]]
    approval_rules: list[dict[str, Any]]
    cover_rules: dict[str, Any]
    limits: dict[str, Any]
    central_bp: int
    area_bp: int
    allocation: list[dict[str, Any]]
    policy: str


def load(name: str) -> Profile:
    """The checked profile of that name. Raises Invalid when there is none, or it is not sound."""
    if name not in NAMES:
        raise Invalid(
            N_("Unknown profile “%(name)s”. Choose one of: %(known)s."),
            field="profile",
            name=name[:60],
            known=", ".join(NAMES),
        )
    data = tomllib.loads((_FILES / f"{name}.toml").read_text(encoding="utf-8"))
    return Profile(
        name=name,
        title=data["title"],
        funding_rules=rules.check_funding_rules(data["funding_rules"]),
        approval_rules=rules.check_approval_rules(data["approval_rules"]),
        cover_rules=rules.check_cover_rules(data["cover_rules"]),
        limits=rules.check_limits(data["limits"]),
        central_bp=data["central_bp"],
        area_bp=data["area_bp"],
        allocation=data["allocation"],
        policy=data["policy"],
    )


def municipalities() -> dict[str, str]:
    """Code → name of the 98 municipalities."""
    with (_HERE / "municipalities.csv").open(encoding="utf-8", newline="") as lines:
        return {row["code"]: row["name"] for row in csv.DictReader(lines)}
