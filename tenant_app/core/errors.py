"""Refusals are facts with a status. Doors translate them; anything else is a crash."""

from __future__ import annotations

from typing import Any


def N_(message: str) -> str:
    """Mark a text for translation where it is written; the door translates it where it is shown."""
    return message


class Words(tuple[str, ...]):
    """Texts marked with N_ among the params of a refusal: the door translates each of them."""

    def __str__(self) -> str:
        return ", ".join(self)


class Word(str):
    """A parameter of a refusal that is itself a text to translate, such as the name of a key."""


class Refusal(Exception):
    """Something the user may not or cannot do now. Nothing changes; the text says what to do.

    `message` is the English text and the key of its translation, with `%(name)s` for each of
    `params`. `field` names the input that must change.
    """

    status = 409
    code = "conflict"

    def __init__(self, message: str, *, field: str | None = None, **params: Any) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.params = params

    def __str__(self) -> str:
        return self.message % self.params if self.params else self.message


class Conflict(Refusal):
    """The request is understood, but the state of things does not allow it."""


class NotFound(Refusal):
    """No such thing inside your fence. Says the same of what is elsewhere and what never was."""

    status = 404
    code = "not_found"

    def __init__(self, message: str = N_("Not found."), **kwargs: Any) -> None:
        super().__init__(message, **kwargs)


class Forbidden(Refusal):
    """Inside your fence, but not yours to do."""

    status = 403
    code = "forbidden"

    def __init__(self, message: str = N_("Your role does not allow this."), **kwargs: Any) -> None:
        super().__init__(message, **kwargs)


class Invalid(Refusal):
    """An input that cannot be right whatever the state of things."""

    status = 422
    code = "invalid"

    def __init__(
        self, message: str, *, errors: dict[str, list[str]] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(message, **kwargs)
        self.errors = errors or {}


class SignInRequired(Refusal):
    """We do not know who asks."""

    status = 401
    code = "sign_in_required"

    def __init__(self, message: str = N_("Sign in first."), **kwargs: Any) -> None:
        super().__init__(message, **kwargs)
