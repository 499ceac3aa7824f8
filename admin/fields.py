"""Form fields that read what Danish offices type."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from wtforms import DateField, SelectMultipleField, StringField, ValidationError
from wtforms import TextAreaField as AnyTextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import CheckboxInput, ListWidget, TextInput

from tenant_app.core.errors import Refusal
from tenant_app.core.money import Money, parse_kroner, show
from tenant_app.web.errors import text_of


def choices_of(pairs: Iterable[tuple[Any, Any]]) -> list[SelectChoice]:
    """What a select offers: (value, label). WTForms 3.4 takes no tuples any more."""
    return [SelectChoice(value, label) for value, label in pairs]


class TextAreaField(AnyTextAreaField):
    """A break of lines is one sign, as the browser counts it; it is sent as two."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata(valuelist)
        if self.data is not None:
            self.data = self.data.replace("\r\n", "\n")


class KronerField(StringField):
    """1.234,56 in, Money (whole øre) out."""

    def __init__(self, *args: Any, negative: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.negative = negative
        self.typed: str | None = None

    def _value(self) -> str:
        if self.typed is not None:
            return self.typed
        return "" if self.data is None else show(self.data, unit="")

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data: Money | None = None
        self.typed = valuelist[0] if valuelist else None
        if not self.typed or not self.typed.strip():
            return
        try:
            self.data = parse_kroner(self.typed, field=self.short_name, negative=self.negative)
        except Refusal as refusal:
            raise ValidationError(text_of(refusal)) from None


class DanishDateField(DateField):
    """dd-mm-åååå in and out; also what a browser's own date picker sends.

    A text box: the browser's picker takes ISO dates only, and shows them as its own language does.
    """

    widget = TextInput()

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        formats = ["%d-%m-%Y", "%d.%m.%Y", "%d/%m/%Y", "%d%m%Y", "%Y-%m-%d"]
        super().__init__(label, validators, format=formats, **kwargs)

    def __call__(self, **kwargs: Any) -> Any:
        looks = {"placeholder": _("dd-mm-yyyy"), "autocomplete": "off", "size": 12}
        return super().__call__(**looks | kwargs)

    def _value(self) -> str:
        if self.raw_data:
            return " ".join(self.raw_data)
        return self.data.strftime("%d-%m-%Y") if isinstance(self.data, date | datetime) else ""


class CheckboxesField(SelectMultipleField):
    """Any of a few, each with its box: nobody need hold Ctrl."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()
