"""Refusals become pages or problem+json; anything else becomes an id and a log line."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from typing import Any

import structlog
from flask import Flask, Response, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from psycopg.errors import QueryCanceled
from sqlalchemy.exc import DataError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge, SecurityError

from tenant_app.core.errors import N_, Refusal, SignInRequired
from tenant_app.web.i18n import DOMAIN

log = structlog.get_logger()

HTTP_TEXTS = {
    400: N_("The request could not be read. Go back and try again."),
    403: N_("Your role does not allow this."),
    404: N_("Not found."),
    405: N_("This address does not take that kind of request."),
    413: N_("The file is too large. At most 10 MB can be sent."),
    429: N_("Too many attempts. Wait a quarter of an hour and try again."),
    503: N_("The service is being restarted. Try again in a moment; nothing was lost."),
}
UNKEPT = N_("The text holds signs that cannot be kept. Write it without them.")
SESSION_OLD = N_("The page was open for too long. Your text is kept: send it once more.")


def is_api() -> bool:
    return request.path.startswith("/api/")


def text_of(refusal: Refusal) -> str:
    """The refusal in the reader's language."""
    translated = DOMAIN.gettext(refusal.message)
    return translated % refusal.params if refusal.params else translated


def problem(
    status: int, code: str, detail: str, *, field: str | None = None, errors: object = None
) -> Response:
    """An answer for machines, RFC 9457."""
    body = {"type": f"urn:roedtraad:{code}", "title": code.replace("_", " ").capitalize()}
    body |= {"status": status, "detail": detail, "code": code, "field": field}  # type: ignore[dict-item]
    if errors:
        body["errors"] = errors  # type: ignore[assignment]
    response = jsonify(body)
    response.status_code = status
    response.content_type = "application/problem+json"
    return response


def page(status: int, title: str, detail: str) -> ResponseReturnValue:
    if isinstance(request.routing_exception, SecurityError):
        return Response(detail, status, content_type="text/plain; charset=utf-8")
    return render_template("error.html", title=title, detail=detail, status=status), status


def _refused(refusal: Refusal) -> ResponseReturnValue:
    if is_api():
        return problem(
            refusal.status,
            refusal.code,
            str(refusal),
            field=refusal.field,
            errors=getattr(refusal, "errors", None),
        )
    if isinstance(refusal, SignInRequired):
        door = "vendor_signin.page" if request.path.startswith("/vendor") else "signin.page"
        wanted = request.full_path if request.method == "GET" else None
        return redirect(url_for(door, next=wanted))
    return page(refusal.status, _("That cannot be done"), text_of(refusal))


def _named(messages: Any, *, path: str = "") -> Iterator[tuple[str, list[str]]]:
    """Each input with what is wrong with it, such as `employee_ids[0]`."""
    if not isinstance(messages, Mapping):
        said = messages if isinstance(messages, list) else [messages]
        yield path or "body", [str(text) for text in said]
        return
    for key, below in messages.items():
        if isinstance(key, int):
            yield from _named(below, path=f"{path}[{key}]")
        elif key == "_schema":
            yield from _named(below, path=path)
        else:
            yield from _named(below, path=f"{path}.{key}" if path else str(key))


def _http(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if status in (301, 302, 303, 307, 308):
        return error
    if is_api():
        data = getattr(error, "data", None) or {}
        messages = data.get("messages")
        if messages:
            # Keyed by where it was read from: the body, the query, the files.
            places = messages.values() if isinstance(messages, Mapping) else [messages]
            wrong = {name: said for place in places for name, said in _named(place)}
            name = next(iter(wrong))
            detail = "; ".join(f"{field}: {' '.join(said)}" for field, said in wrong.items())
            return problem(422, "invalid", detail, field=name, errors=wrong)
        return problem(
            status, error.name.lower().replace(" ", "_"), HTTP_TEXTS.get(status, error.name)
        )
    text = HTTP_TEXTS.get(status, HTTP_TEXTS[400])
    return page(status, _("That cannot be done"), DOMAIN.gettext(text))


def _too_large(error: RequestEntityTooLarge) -> ResponseReturnValue:
    return _http(error)


def _csrf(error: CSRFError) -> ResponseReturnValue:
    return page(400, _("That cannot be done"), DOMAIN.gettext(SESSION_OLD))


def _database(error: OperationalError | PoolTimeout) -> ResponseReturnValue:
    slow = isinstance(getattr(error, "orig", None), QueryCanceled)
    log.error("database.unavailable", slow=slow, kind=type(error).__name__)
    if is_api():
        return problem(503, "unavailable", HTTP_TEXTS[503])
    return page(503, _("One moment"), DOMAIN.gettext(HTTP_TEXTS[503]))


def _unkept(error: DataError | UnicodeEncodeError) -> ResponseReturnValue:
    """A text with signs that PostgreSQL cannot hold; the transaction was undone."""
    if is_api():
        return problem(422, "invalid", UNKEPT)
    return page(422, _("That cannot be done"), DOMAIN.gettext(UNKEPT))


def _crash(error: Exception) -> ResponseReturnValue:
    """Unknown errors say nothing but an id; what happened is in the log under that id."""
    number = secrets.token_hex(6)
    log.error("crash", id=number, path=request.url_rule and request.url_rule.rule, exc_info=error)
    if is_api():
        return problem(500, "crash", f"Something went wrong on our side (error {number}).")
    text = _("Something went wrong on our side. Tell support the number %(number)s.", number=number)
    return page(500, _("We are sorry"), text)


def init(app: Flask) -> None:
    """Every way a request can fail has one answer."""
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(RequestEntityTooLarge, _too_large)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(OperationalError, _database)
    app.register_error_handler(PoolTimeout, _database)
    app.register_error_handler(DataError, _unkept)
    app.register_error_handler(UnicodeEncodeError, _unkept)
    app.register_error_handler(Exception, _crash)


__all__ = ["init", "problem", "text_of"]
