"""Pages that are not lists of rows and yet offer verbs."""

from __future__ import annotations

from collections.abc import Sequence
from types import MethodType
from typing import Any, ClassVar

from flask import request
from flask.typing import ResponseReturnValue
from flask_admin import BaseView
from flask_admin.base import _wrap_view
from flask_admin.helpers import get_redirect_target

from admin.base import Page, Verb, partial_named, verb_page
from tenant_app.core.errors import NotFound


class WithVerbs(BaseView):
    """A view with a form page per verb. The class beside it says what `ctx` is."""

    verbs: ClassVar[Sequence[type[Verb]]] = ()
    help: ClassVar[Any] = ""
    ctx: Any

    def __init__(self, **kwargs: Any) -> None:
        self._verbs = {verb.name: self.make(verb) for verb in self.verbs}
        super().__init__(**kwargs)
        self._urls = list(type(self)._urls)
        for name, verb in self._verbs.items():
            method = f"verb_{name.replace('-', '_')}"
            page = _wrap_view(partial_named(method, WithVerbs._verb_page, verb))
            setattr(self, method, MethodType(page, self))
            self._urls.append((f"/{name}/", method, ("GET", "POST")))

    def make(self, verb: type[Verb]) -> Verb:
        """The verb as this view offers it."""
        return verb()

    def may(self, verb: Verb) -> bool:
        """Whether whoever asks has the verb's permission."""
        return bool(self.ctx.actor.may(verb.permission))

    def get_one(self, _key: str) -> Any:
        """The row a verb is about. Raises NotFound."""
        raise NotFound()

    def buttons(self, row: Any = None) -> list[tuple[Verb, str]]:
        """The verbs to offer, with their URLs: for a row, or above the list."""
        offered = []
        for verb in self._verbs.values():
            if verb.on_row != (row is not None) or not self.may(verb):
                continue
            if row is not None and not verb.shown(self.ctx, row):
                continue
            keys = {"id": row.id} if row is not None else {}
            method = verb.name.replace("-", "_")
            offered.append((verb, self.get_url(f".verb_{method}", **keys)))
        return offered

    def _verb_page(self, verb: Verb) -> ResponseReturnValue:
        row = self.get_one(request.args.get("id", "")) if verb.on_row else None
        self.ctx.require(verb.permission)
        back = get_redirect_target() or self.get_url(".index")
        return verb_page(self, self.ctx, verb, row, back)


class VerbPage(WithVerbs, Page):
    """The same in the municipality's panel."""
