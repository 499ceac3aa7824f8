"""Files for browsers: each under a name that holds the print of its content, cached for ever.

`/assets/panel/panel.3f2a91c0d4e5.css` is never another file. A page made by the release before
asks by the old print: it gets today's file, which is then not kept. Compressed with whatever else
is sent to browsers; see `init`.
"""

from __future__ import annotations

import hashlib
import mimetypes
import secrets
from functools import lru_cache
from pathlib import Path, PurePosixPath

import flask_admin
from flask import Blueprint, Flask, Response, g, request, url_for
from flask_compress import Compress
from werkzeug.exceptions import NotFound

PRINT_LENGTH = 12
YEAR = 365 * 24 * 3600
HERE = Path(__file__).parent
PLACES = {
    "web": HERE / "static",
    "panel": HERE.parent.parent / "admin" / "static",
    # Bootstrap 4.6.2 of the Flask-Admin that the requirements pin by its print.
    "bootstrap": Path(flask_admin.__file__).parent / "static" / "bootstrap" / "bootstrap4" / "css",
}
ALGORITHMS = ("br", "gzip")
COMPRESSED = (
    *("text/html", "text/css", "text/javascript", "text/csv", "image/svg+xml"),
    *("application/json", "application/problem+json"),
)
LONGEST_PADDING = 100

blueprint = Blueprint("assets", __name__)


@lru_cache(maxsize=500)
def _path(place: str, name: str) -> Path:
    """Where the file lies. Raises NotFound for whatever is not one of ours; those are not kept,
    so that what is kept is bounded by the files there are."""
    root = PLACES.get(place)
    if root is None or "\0" in name or "\\" in name:
        raise NotFound()
    path = (root / name).resolve()
    if not path.is_relative_to(root.resolve()) or not path.is_file():
        raise NotFound()
    return path


def _file(place: str, name: str) -> tuple[bytes, str]:
    """(content, print)."""
    path = _path(place, name)
    try:
        changed = path.stat().st_mtime_ns
    except FileNotFoundError:  # it was there when it was found
        raise NotFound() from None
    return _read(path, changed)


@lru_cache(maxsize=200)
def _read(path: Path, _changed: int) -> tuple[bytes, str]:
    """Read once, and once more after it was changed: nobody restarts a server for a colour."""
    content = path.read_bytes()
    return content, hashlib.sha256(content).hexdigest()[:PRINT_LENGTH]


def asset(place: str, name: str) -> str:
    """The URL of a file under the name that holds its print."""
    path = PurePosixPath(name)
    printed = f"{path.stem}.{_file(place, name)[1]}{path.suffix}"
    return url_for("assets.static", place=place, name=str(path.with_name(printed)))


def _split(name: str) -> tuple[str, str]:
    """(the file's own name, the print asked for). Raises NotFound when there is no print."""
    path = PurePosixPath(name)
    stem, dot, mark = path.stem.rpartition(".")
    if not dot or len(mark) != PRINT_LENGTH:
        raise NotFound()
    return str(path.with_name(stem + path.suffix)), mark


@blueprint.get("/assets/<place>/<path:name>")
def static(place: str, name: str) -> Response:
    """The file, to be kept for ever when its print is the one asked for."""
    own, mark = _split(name)
    content, now = _file(place, own)
    kind = mimetypes.guess_type(own)[0] or "application/octet-stream"
    response = Response(content, content_type=f"{kind}; charset=utf-8" if "text" in kind else kind)
    if mark == now:
        g.is_immutable = True
        response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    return response


def _pad(response: Response) -> Response:
    """A page of random length.

    Whoever can make a browser open our pages with words of their choice, and see how long the
    compressed answers are, can guess a secret in them letter by letter (BREACH). Our cookies are
    SameSite, so another site's requests arrive without a session; and this noise, of the kind that
    Django puts into its gzip header, drowns a single letter's difference also for a neighbour on
    the same network. In the page rather than in the header, so that it serves Brotli too.
    """
    asked = request.headers.get("Accept-Encoding", "")
    is_squeezed = any(name in asked for name in ALGORITHMS)
    if is_squeezed and response.mimetype == "text/html" and not response.is_streamed:
        noise = secrets.token_urlsafe(LONGEST_PADDING)[: secrets.randbelow(LONGEST_PADDING) + 1]
        response.set_data(response.get_data() + f"<!--{noise.replace('-', '_')}-->".encode())
    return response


def init(app: Flask) -> None:
    """Serve the files, and compress what is sent to browsers."""
    app.config.update(
        COMPRESS_ALGORITHM=list(ALGORITHMS),
        COMPRESS_MIMETYPES=list(COMPRESSED),
        COMPRESS_STREAMS=False,
    )
    app.jinja_env.globals["asset"] = asset
    app.register_blueprint(blueprint)
    Compress(app)
    app.after_request(_pad)  # the last one named runs first: padded, then compressed


__all__ = ["asset", "init"]
