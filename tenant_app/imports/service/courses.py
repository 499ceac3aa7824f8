"""Courses and their providers, many at a time, by the municipality's own codes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from tenant_app.audit import service as audit
from tenant_app.catalogue.models import Course, Provider
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.db import uuid7
from tenant_app.core.errors import N_, Conflict
from tenant_app.imports import queries
from tenant_app.organisation import service as organisation


def take_courses(
    ctx: Context, rows: Sequence[dict[str, Any]], *, write: bool
) -> organisation.Taken:
    """The courses are as the rows say; with a problem none is.

    A price in a file never alters what is already committed. What the file has no column for
    stays as it is. Needs the permission at the root.
    """
    ctx.require(Permission.CATALOGUE_MANAGE, at=organisation.root_path(ctx))
    providers = queries.providers(ctx)
    known = {course.code: course for course in queries.courses(ctx, [r["code"] for r in rows])}
    taken = organisation.Taken()
    new_providers: dict[str, dict[str, Any]] = {}
    new: list[dict[str, Any]] = []
    changed: list[tuple[Course, dict[str, Any]]] = []
    changes: dict[str, Any] = {}
    for at, row in enumerate(rows):
        try:
            provider_id = _provider(row, providers, new_providers)
        except Conflict as refusal:
            taken.problems.append((at, refusal))
            continue
        facts = {key: value for key, value in row.items() if not key.startswith("provider")}
        facts["provider_id"] = provider_id
        course = known.get(row["code"])
        if course is None:
            taken.added += 1
            new.append({"ects": 0, "materials": 0, "travel": 0, "cover_hours": None, **facts})
            continue
        change = {
            key: [_plain(getattr(course, key)), _plain(value)]
            for key, value in facts.items()
            if getattr(course, key) != value
        }
        if change:
            taken.changed += 1
            changes[course.code] = change
            changed.append((course, facts))
        else:
            taken.unchanged += 1
    if taken.problems or not write:
        return taken
    ctx.insert_many(Provider, list(new_providers.values()))
    ctx.insert_many(Course, new)
    for course, facts in changed:
        for key, value in facts.items():
            setattr(course, key, value)
    if new or changed:
        audit.record(
            ctx,
            "course.imported",
            new={
                "added": [row["code"] for row in new],
                "changed": changes,
                "providers": list(new_providers),
            },
        )
    return taken


def _provider(row: dict[str, Any], known: dict[str, UUID], new: dict[str, dict[str, Any]]) -> UUID:
    name = row["provider"]
    if name in known:
        return known[name]
    kind = row.get("provider_kind")
    if kind is None:
        raise Conflict(
            N_(
                "No provider is called “%(name)s”. Correct the name, create the provider, "
                "or fill in the column “udbydertype”."
            ),
            field="provider",
            name=name,
        )
    known[name] = uuid7()
    new[name] = {"id": known[name], "name": name, "kind": kind}
    return known[name]


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | int) else str(value)
