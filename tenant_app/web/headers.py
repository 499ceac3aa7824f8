"""Headers of every answer: no page is kept in shared browsers, nothing inline runs."""

from __future__ import annotations

from flask import Flask, Response, g, request

from tenant_app.web.current import nonce, settings

STATIC_ENDPOINTS = ("static",)


def is_static() -> bool:
    """Whether a file is asked for: it is anybody's, and needs no unit of work."""
    return request.endpoint is not None and request.endpoint.rpartition(".")[2] in STATIC_ENDPOINTS


def _add(response: Response) -> Response:
    word = f"'nonce-{nonce()}'"
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; script-src 'self' {word}; style-src 'self' {word}; "
        "img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    response.headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
    if settings().secure_cookies:
        response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    if not g.get("is_immutable"):
        response.headers["Cache-Control"] = "no-store"
    return response


def init(app: Flask) -> None:
    """Set the headers on whatever is answered."""
    app.after_request(_add)
