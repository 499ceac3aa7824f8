"""The API's page: the description as a page that any browser and any screen reader can read.

Made on the server from the same OpenAPI document that machines get, so it needs no scripts.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask import Blueprint, current_app, render_template

DESCRIPTION = """
The same verbs as the panel. Amounts are whole øre, dates are ISO 8601, lists come in pages.

* **Token**: make one under *My profile*; send it as `Authorization: Bearer rt_…`. It may do what
  you may.
* **Idempotency**: a POST that moves money must carry an `Idempotency-Key`; the same key twice is
  one effect and gives the first answer again. Other POSTs may carry one.
* **Refusals** are `application/problem+json`: `detail` says what to do, `field` names the input.
* What lies outside your fence answers 404, exactly as what never existed; 403 means that it is
  inside, but not yours to do.
"""
DEEPEST = 4
"""Levels of objects within objects that are written out."""
EXAMPLES: dict[str, Any] = {
    "integer": 1,
    "number": 1.0,
    "boolean": True,
    "string": "text",
    "uuid": "0190…",
    "date": "2026-11-24",
    "date-time": "2026-11-24T12:00:00Z",
}

blueprint = Blueprint("docs", __name__)


@dataclass(frozen=True)
class Named:
    """A field of a body, or an argument of the address."""

    name: str
    kind: str
    is_required: bool
    text: str


@dataclass(frozen=True)
class Operation:
    """One method of one address."""

    method: str
    path: str
    summary: str
    text: str
    arguments: list[Named]
    sent: list[Named]
    answered: list[Named]
    status: str
    example: str

    @property
    def anchor(self) -> str:
        words = self.path.removeprefix("/api/v1/").replace("{", "").replace("}", "")
        return f"{self.method.lower()}-{words.replace('/', '-')}"


class Description:
    """The OpenAPI document, read for people."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document

    @cached_property
    def chapters(self) -> list[tuple[str, list[Operation]]]:
        """(what it is about, its operations), in the order of the rooms."""
        found: dict[str, list[Operation]] = {tag["name"]: [] for tag in self.document["tags"]}
        for path, methods in self.document["paths"].items():
            for method, facts in methods.items():
                if isinstance(facts, Mapping) and "responses" in facts:
                    found[facts["tags"][0]].append(self._operation(method, path, facts, methods))
        titles = {tag["name"]: tag.get("description", tag["name"]) for tag in self.document["tags"]}
        return [(titles[name], operations) for name, operations in found.items() if operations]

    def _operation(
        self, method: str, path: str, facts: Mapping[str, Any], beside: Mapping[str, Any]
    ) -> Operation:
        media = facts.get("requestBody", {}).get("content", {})
        kind = next(iter(media), "")
        body = media[kind].get("schema", {}) if kind else {}
        status, answer = next(
            ((code, self._of(what)) for code, what in facts["responses"].items() if code < "3"),
            ("", {}),
        )
        returned = next(iter(answer.get("content", {}).values()), {}).get("schema", {})
        asked = [*beside.get("parameters", ()), *facts.get("parameters", ())]
        return Operation(
            method=method.upper(),
            path=path,
            summary=facts.get("summary", ""),
            text=facts.get("description", ""),
            arguments=[self._argument(self._of(each)) for each in asked],
            sent=list(self._fields(body)),
            answered=list(self._fields(returned)),
            status=status,
            example=self._example(method, path, kind, body),
        )

    def _of(self, node: Mapping[str, Any]) -> Mapping[str, Any]:
        """The node itself, or what it points at."""
        while "$ref" in node:
            found: Any = self.document
            for word in node["$ref"].removeprefix("#/").split("/"):
                found = found[word]
            node = found
        return node

    def _argument(self, facts: Mapping[str, Any]) -> Named:
        schema = self._of(facts.get("schema", {}))
        text = facts.get("description") or schema.get("description") or ""
        where = {"header": "header, "}.get(facts["in"], "")
        needed = bool(facts.get("required"))
        return Named(facts["name"], where + self._kind(schema), needed, text)

    def _kind(self, schema: Mapping[str, Any]) -> str:
        """The type as people say it."""
        schema = self._of(schema)
        kinds = schema.get("type", "object")
        names = [kinds] if isinstance(kinds, str) else list(kinds)
        words = ["empty" if name == "null" else name for name in names]
        if "array" in words:
            return f"list of {self._kind(schema.get('items', {}))}"
        if "format" in schema:
            words[0] = schema["format"]
        said = " or ".join(words)
        chosen = [str(value) for value in schema.get("enum", ()) if value is not None]
        return f"{said}: {', '.join(chosen)}" if chosen else said

    def _fields(self, schema: Mapping[str, Any], start: str = "", deep: int = 0) -> Iterator[Named]:
        """Each field, those within others as `shares[].pool`."""
        schema = self._of(schema)
        if schema.get("type") == "array":
            yield from self._fields(schema.get("items", {}), f"{start}[]", deep)
            return
        needed = schema.get("required", ())
        for name, facts in schema.get("properties", {}).items():
            facts = self._of(facts)
            path = f"{start}.{name}" if start else name
            yield Named(path, self._kind(facts), name in needed, facts.get("description", ""))
            below = self._of(facts.get("items", facts))
            if "properties" in below and deep < DEEPEST:
                within = f"{path}[]" if "items" in facts else path
                yield from self._fields(below, within, deep + 1)

    def _example(self, method: str, path: str, kind: str, body: Mapping[str, Any]) -> str:
        lines = ['curl -H "Authorization: Bearer rt_…"']
        if method != "get":
            lines[0] += f" -X {method.upper()}"
        if method == "post":
            lines.append('-H "Idempotency-Key: a-key-of-your-own"')
        if kind == "application/json":
            lines.append('-H "Content-Type: application/json"')
            lines.append(f"-d '{json.dumps(self._value(body), ensure_ascii=False)}'")
        elif kind:
            lines.append("-F file=@file.csv")
        return " \\\n  ".join([*lines, f"https://…{path}"])

    def _value(self, schema: Mapping[str, Any], deep: int = 0) -> Any:
        schema = self._of(schema)
        if schema.get("enum"):
            return schema["enum"][0]
        kinds = schema.get("type", "object")
        kind = kinds if isinstance(kinds, str) else kinds[0]
        if kind == "array":
            return [self._value(schema.get("items", {}), deep + 1)] if deep < DEEPEST else []
        if kind == "object":
            fields = schema.get("properties", {}) if deep < DEEPEST else {}
            return {name: self._value(each, deep + 1) for name, each in fields.items()}
        return EXAMPLES.get(schema.get("format", kind), EXAMPLES["string"])


def _description() -> Description:
    """Read once in each process: the API does not change while it runs."""
    known: Description | None = current_app.extensions.get("api_docs")
    if known is None:
        api = current_app.extensions["flask-smorest"]["apis"][""]["ext_obj"]
        known = current_app.extensions["api_docs"] = Description(api.spec.to_dict())
    return known


@blueprint.get("/api/v1/docs")
def page() -> str:
    """Every operation: what it takes, what it answers, and an example."""
    return render_template("api_docs.html", chapters=_description().chapters)
