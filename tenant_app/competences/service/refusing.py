"""What the constraints say no to becomes a refusal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import IntegrityError

from tenant_app.core.context import Context
from tenant_app.core.errors import Refusal


@contextmanager
def refusing(
    ctx: Context, violation: type[Exception] | tuple[type[Exception], ...], refusal: Refusal
) -> Iterator[None]:
    """What the database says no to, also because of what others do this moment, is a refusal."""
    try:
        with ctx.session.begin_nested():  # its end flushes, so that the constraint speaks here
            yield
    except IntegrityError as error:
        if isinstance(error.orig, violation):
            raise refusal from None
        raise
