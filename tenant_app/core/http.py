"""How a room's `api.py` becomes URLs: one decorator that loads, calls and answers.

Flask is known here, in the rooms' `api.py` and at the doors; nowhere else.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable, Mapping
from typing import Any, cast

from flask import Response, g, jsonify, request
from flask_smorest import Blueprint
from marshmallow import RAISE, Schema, fields, validate
from sqlalchemy import select, update

from tenant_app.core.context import Context, insert_or_skip
from tenant_app.core.db import uuid7
from tenant_app.core.errors import N_, Invalid, SignInRequired
from tenant_app.core.idempotency import IdempotencyKey
from tenant_app.core.paging import LARGEST_PAGE

View = Callable[..., Any]

# What an API says of an input of the wrong shape: with the right one, and not only that it is
# wrong. Marshmallow has its texts per class of field, and offers no other place to change them.
_SHAPES: dict[type[fields.Field[Any]], dict[str, str]] = {
    fields.Field: {
        "required": "This is missing. Send it.",
        "null": "This cannot be null. Send a value, or leave it out where it is optional.",
    },
    fields.Date: {"invalid": "Not a date. Write it as 2026-08-31."},
    fields.Integer: {"invalid": "Not a whole number. Write it as 125000; amounts are in øre."},
    fields.Number: {"invalid": "Not a number. Write it as 7.4."},
    fields.Decimal: {"special": "Not a number. Write it as 7.4."},
    fields.Boolean: {"invalid": "Neither true nor false. Send one of the two."},
    fields.UUID: {"invalid_uuid": "Not an id. Send one as another answer of this API gave it."},
    fields.String: {"invalid": "Not a text. Send it in quotation marks."},
    fields.List: {"invalid": "Not a list. Send it in square brackets."},
    fields.Mapping: {"invalid": "Not an object. Send it in curly brackets."},
}
for kind, texts in _SHAPES.items():
    kind.default_error_messages.update(texts)
Schema.error_messages = {
    "type": "Not an object. Send it in curly brackets.",
    "unknown": "This input is not known here. Leave it out; the docs list those there are.",
}


def context() -> Context:
    """The unit of work of this request. Raises SignInRequired when nobody opened one."""
    ctx = g.get("ctx")
    if ctx is None:
        raise SignInRequired()
    return ctx  # type: ignore[no-any-return]


class PageArgs(Schema):
    """Which page of a list."""

    page = fields.Integer(load_default=1, validate=validate.Range(min=1, max=100_000))
    page_size = fields.Integer(load_default=50, validate=validate.Range(min=1, max=LARGEST_PAGE))


class Problem(Schema):
    """A refusal as RFC 9457 problem+json."""

    type = fields.String()
    title = fields.String()
    status = fields.Integer()
    detail = fields.String(metadata={"description": "What is wrong and what to do"})
    code = fields.String()
    field = fields.String(allow_none=True, metadata={"description": "The input to change"})
    errors = fields.Dict(metadata={"description": "Per field, where several are wrong"})


@functools.cache
def envelope(item: type[Schema]) -> type[Schema]:
    """A page of items; built once per schema, so that OpenAPI names it once."""
    return type(
        item.__name__.removesuffix("Out") + "Page",
        (Schema,),
        {
            "items": fields.List(fields.Nested(item)),
            "page": fields.Integer(),
            "page_size": fields.Integer(),
            "has_more": fields.Boolean(),
        },
    )


@functools.cache
def _query_of(query: type[Schema] | None, *, paged: bool) -> type[Schema] | None:
    """The query's schema with the page's, as one, so that a misspelt filter is refused."""
    if not paged:
        return query
    if query is None:
        return PageArgs
    return type(query.__name__ + "Paged", (query, PageArgs), {})


def endpoint(
    blueprint: Blueprint,
    *,
    takes: type[Schema] | None = None,
    query: type[Schema] | None = None,
    returns: type[Schema] | None = None,
    many: bool = False,
    page_of: type[Schema] | None = None,
    status: int = 200,
    moves_money: bool = False,
) -> Callable[[View], View]:
    """Turn `fn(ctx, **url, **query, **body)` into a documented view.

    Unknown fields are refused. POST takes an Idempotency-Key; with `moves_money` it must.
    """

    def decorate(fn: View) -> View:
        @functools.wraps(fn)
        def call(*loaded: dict[str, Any], **kwargs: Any) -> Any:
            for part in loaded:
                _check_texts(part)
                kwargs |= part
            return fn(context(), **kwargs)

        view: View = call
        asked = _query_of(query, paged=page_of is not None)
        if asked is not None:
            # Said to webargs too, which would otherwise overlook what it does not know.
            view = blueprint.arguments(asked, location="query", unknown=RAISE)(view)
        if takes is not None:
            view = blueprint.arguments(takes(unknown=RAISE))(view)
        answer = envelope(page_of) if page_of is not None else returns
        view = blueprint.response(status, answer(many=many) if answer is not None else None)(view)
        view = _once(view, required=moves_money)
        if moves_money:
            view = blueprint.doc(parameters=[_KEY_HEADER])(view)
        refused = blueprint.alt_response("default", schema=Problem, description="Refused")
        return cast(View, refused(view))

    return decorate


def _check_texts(loaded: Any, *, field: str = "") -> None:
    """Refuse what PostgreSQL cannot keep in a text: NUL, and halves of surrogate pairs."""
    if isinstance(loaded, str):
        if "\0" in loaded or any("\ud800" <= sign <= "\udfff" for sign in loaded):
            raise Invalid(
                N_("The text holds signs that cannot be kept. Write it without them."),
                field=field or None,
            )
    elif isinstance(loaded, Mapping):
        for name, value in loaded.items():
            _check_texts(name, field=field)
            _check_texts(value, field=field or str(name))
    elif isinstance(loaded, list | tuple):
        for value in loaded:
            _check_texts(value, field=field)


_KEY_HEADER = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": True,
    "schema": {"type": "string", "minLength": 8, "maxLength": 200},
    "description": "Chosen by you, new for each intended effect. The same key twice is one effect.",
}


def _once(view: View, *, required: bool) -> View:
    """The same key twice is one effect, also when both arrive at once: the second waits for the
    first at the unique index, and is given its answer."""

    @functools.wraps(view)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        key = request.headers.get("Idempotency-Key")
        if request.method != "POST":
            return view(*args, **kwargs)
        if key is None:
            if required:
                raise Invalid(
                    N_("Send an Idempotency-Key header: a new value for each intended effect."),
                    field="Idempotency-Key",
                )
            return view(*args, **kwargs)
        if not 8 <= len(key) <= 200:
            raise Invalid(
                N_("An Idempotency-Key has 8 to 200 characters."), field="Idempotency-Key"
            )
        ctx = context()
        asked = request.full_path.encode()
        print_ = hashlib.sha256(asked + b"\0" + request.get_data()).hexdigest()
        row: dict[str, Any] = {"id": uuid7(), "user_id": ctx.actor.user_id, "key": key}
        row |= {"request_hash": print_, "status": 0, "body": {}, "created_at": ctx.now}
        claimed = ctx.session.execute(
            insert_or_skip(IdempotencyKey, row, skip=True)
        ).scalar_one_or_none()
        if claimed is None:
            return _replay(ctx, key, print_)
        response: Response = view(*args, **kwargs)
        ctx.session.execute(
            update(IdempotencyKey)
            .where(IdempotencyKey.id == claimed)
            .values(status=response.status_code, body={"json": response.get_json(silent=True)})
        )
        return response

    return wrapped


def _replay(ctx: Context, key: str, print_: str) -> Response:
    kept = ctx.session.scalars(
        select(IdempotencyKey).where(
            IdempotencyKey.user_id == ctx.actor.user_id, IdempotencyKey.key == key
        )
    ).one()
    if kept.request_hash != print_:
        raise Invalid(
            N_("This Idempotency-Key was used for another request. Choose a new one."),
            field="Idempotency-Key",
        )
    response = jsonify(kept.body["json"])
    response.status_code = kept.status
    response.headers["Idempotency-Replayed"] = "true"
    return response
