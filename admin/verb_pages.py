"""Pages that are not lists of rows and yet offer verbs."""

from __future__ import annotations

from typing import Any, ClassVar

from flask_admin import BaseView

from admin.base import Page
from admin.verbs import OffersVerbs


class WithVerbs(OffersVerbs, BaseView):
    """A view with a form page per verb. The class beside it says what `ctx` is."""

    help: ClassVar[Any] = ""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._urls = list(type(self)._urls)
        self.wire_verbs()


class VerbPage(WithVerbs, Page):
    """The same in the municipality's panel."""
