"""Which fields of bodies, queries and forms name other objects: read from the house itself."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask

from tests.doors.table import Row

NAMES_OBJECTS = re.compile(r"(_id|_ids|^id)$")
ALSO = {("users.verb_end_role", "role"), ("delegations.verb_delegate", "deputy")}
"""Fields whose names do not say that they name an object."""


def _spec(app: Flask) -> dict[str, Any]:
    if "doors_spec" not in app.extensions:
        app.extensions["doors_spec"] = app.test_client().get("/api/v1/openapi.json").get_json()
    found: dict[str, Any] = app.extensions["doors_spec"]
    return found


def _operation(app: Flask, row: Row) -> dict[str, Any]:
    [rule] = [
        each
        for each in app.url_map.iter_rules(row.endpoint)
        if row.method in (each.methods or set())
    ]
    path = re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", r"{\1}", rule.rule)
    found: dict[str, Any] = _spec(app)["paths"][path][row.method.lower()]
    return found


def _schema(app: Flask, node: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in node:
        found: dict[str, Any] = _spec(app)["components"]["schemas"][node["$ref"].rpartition("/")[2]]
        return found
    return node


def _is_id(node: dict[str, Any]) -> bool:
    return node.get("format") == "uuid"


def body_ids(app: Flask, row: Row, *, every: bool = False) -> Any:
    """The fields of the body that hold ids; all fields (None without a body) with `every`."""
    body = _operation(app, row).get("requestBody")
    if body is None:
        return None if every else []
    if "application/json" not in body["content"]:
        return None if every else []  # a file
    fields = _schema(app, body["content"]["application/json"]["schema"])["properties"]
    if every:
        return set(fields)
    found = []
    for name, node in fields.items():
        inner = _schema(app, node.get("items", {}))
        if _is_id(node):
            found.append(name)
        elif _is_id(inner):
            found.append(f"{name}[]")
        else:
            found += [f"{name}[].{k}" for k, v in inner.get("properties", {}).items() if _is_id(v)]
    return found


def query_ids(app: Flask, row: Row) -> list[str]:
    """The query arguments that hold ids."""
    return [
        parameter["name"]
        for parameter in _operation(app, row).get("parameters", ())
        if parameter["in"] == "query" and _is_id(parameter["schema"])
    ]


def form_ids(app: Flask) -> set[tuple[str, str]]:
    """(endpoint, field) of every verb's form that names another object."""
    found = set(ALSO)
    for site in app.extensions["admin"]:
        for view in site._views:
            for name, verb in getattr(view, "_verbs", {}).items():
                endpoint = f"{view.endpoint}.verb_{name.replace('-', '_')}"
                for field in dir(verb.form):
                    unbound = getattr(verb.form, field)
                    is_field = hasattr(unbound, "field_class")
                    if is_field and NAMES_OBJECTS.search(field):
                        found.add((endpoint, field))
    return found
