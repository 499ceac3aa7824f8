"""Base of the vendor's screens: the same verbs and pages, in the vendor's unit of work."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from flask.typing import ResponseReturnValue

from admin.verb_pages import WithVerbs
from admin.verbs import Verb
from tenant_app.core.access import VendorPermission
from tenant_app.core.clock import DENMARK
from tenant_app.core.context import VendorContext
from tenant_app.core.errors import NotFound
from tenant_app.web.vendor_signin import vendor_context


class VendorVerb(Verb):
    """Something vendor staff do. `view` is the page that offers it."""

    permission: ClassVar[VendorPermission]  # type: ignore[assignment]  # another door, other words

    def __init__(self, view: VendorPage) -> None:
        self.view = view


class VendorPage(WithVerbs):
    """A screen of the vendor's panel."""

    permission: ClassVar[VendorPermission] = VendorPermission.TENANT_VIEW

    @property
    def ctx(self) -> VendorContext:  # type: ignore[override]  # read-only here
        return vendor_context()

    def is_accessible(self) -> bool:
        return self.permission in self.ctx.actor.permissions

    def inaccessible_callback(self, *_: Any, **__: Any) -> ResponseReturnValue:
        self.ctx.require(self.permission)
        raise NotFound()

    def _run_view(self, fn: Any, *args: Any, **kwargs: Any) -> Any:
        # Flask-Admin's own would swallow a TypeError and call again.
        return fn(self, *args, **kwargs)

    def make(self, verb: type[Verb]) -> Verb:
        """The verb with its page: some answer with a page of their own."""
        return verb(self)  # type: ignore[call-arg]  # all verbs here are VendorVerbs

    def may(self, verb: Verb) -> bool:
        """Whether the member of staff has the verb's permission."""
        return verb.permission in self.ctx.actor.permissions


def moment(at: datetime | None) -> str:
    """A moment in Danish time."""
    return "–" if at is None else at.astimezone(DENMARK).strftime("%d-%m-%Y %H:%M")
