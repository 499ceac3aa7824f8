"""Refusals become pages or problem+json; anything else becomes an id and a log line."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from typing import Any

import structlog
from flask import (
    Flask,
    Response,
    flash,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from psycopg.errors import QueryCanceled
from redis.exceptions import RedisError
from sqlalchemy.exc import DataError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge, SecurityError

from tenant_app.core.errors import N_, Refusal, SignInRequired, Word, Words
from tenant_app.web import unsent
from tenant_app.web.i18n import DOMAIN

log = structlog.get_logger()

HTTP_TEXTS = {
    400: N_("The request could not be read. Go back and try again."),
    403: N_("Your role does not allow this."),
    404: N_("Not found."),
    405: N_("This address does not take that kind of request."),
    413: N_("What was sent is too large: a file has at most 10 MB. Divide it into smaller files."),
    429: N_("Too many attempts. Wait a quarter of an hour and try again."),
    503: N_("The service is being restarted. Try again in a moment; nothing was lost."),
}
RETRY_SECONDS = 30
"""A restart takes less."""
UNKEPT = N_("The text holds signs that cannot be kept. Write it without them.")
SESSION_OLD = N_(
    "The page was open for too long, and nothing was sent. Go one page back, copy what you typed, "
    "load the page again and send it."
)


def is_api() -> bool:
    return request.path.startswith("/api/")


def text_of(refusal: Refusal) -> str:
    """The refusal in the reader's language."""
    translated = DOMAIN.gettext(refusal.message)
    if not refusal.params:
        return translated
    return translated % {name: _translated(value) for name, value in refusal.params.items()}


def _translated(value: Any) -> Any:
    """A parameter that is itself a text, or several; any other as it is."""
    if isinstance(value, Words):
        return Words(DOMAIN.gettext(word) for word in value)
    return DOMAIN.gettext(value) if isinstance(value, Word) else value


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
    again, kept = _again(status), False
    if status == 503 and request.method == "POST" and unsent.keep():
        again, kept = unsent.page(), True
    text = render_template(
        "error.html", title=title, detail=detail, status=status, again=again, kept=kept
    )
    return text, status


def _again(status: int) -> str | None:
    """The same address once more, where that may help: a page that was read, and failed with us."""
    if status < 500 or request.method != "GET":
        return None
    # One slash in front: two would make another site's address of it.
    return "/" + request.full_path.rstrip("?").lstrip("/")


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
        if request.method == "GET":
            return redirect(url_for(door, next=request.full_path))
        _keep_what_was_typed()
        return redirect(url_for(door, next=unsent.page()))
    return page(refusal.status, _("That cannot be done"), text_of(refusal))


def _keep_what_was_typed() -> bool:
    """Whether a user of ours had typed something; what became of it is said at the sign-in."""
    if unsent.whose(vendor=request.path.startswith("/vendor")) is None or not unsent.typed():
        return False
    if unsent.keep():
        text = _(
            "You have been signed out, and nothing was sent. Sign in again: what you typed is "
            "kept for you."
        )
        flash(text, "info")
    else:
        text = _(
            "You have been signed out, and what you typed could not be kept. Go one page back in "
            "the browser and copy it before you sign in again."
        )
        flash(text, "error")
    return True


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
    """A page of ours from before the last sign-in is shown again as it was filled in.

    From anywhere else nothing is kept.
    """
    where = unsent.page()
    if where is not None and unsent.is_from_own_page():
        if unsent.is_signed_in():
            if unsent.keep():
                return redirect(where, 303)
        elif _keep_what_was_typed():
            return redirect(where, 303)
    return page(400, _("That cannot be done"), DOMAIN.gettext(SESSION_OLD))


def _unavailable(error: Exception) -> ResponseReturnValue:
    """The database or Redis does not answer: said so, with when to come back."""
    slow = isinstance(getattr(error, "orig", None), QueryCanceled)
    log.error("server.unavailable", slow=slow, kind=type(error).__name__)
    if is_api():
        response = problem(503, "unavailable", HTTP_TEXTS[503])
    else:
        response = make_response(page(503, _("One moment"), DOMAIN.gettext(HTTP_TEXTS[503])))
    response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


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
    for gone in (OperationalError, InterfaceError, PoolTimeout, RedisError):
        app.register_error_handler(gone, _unavailable)
    app.register_error_handler(DataError, _unkept)
    app.register_error_handler(UnicodeEncodeError, _unkept)
    app.register_error_handler(Exception, _crash)


__all__ = ["init", "problem", "text_of"]
