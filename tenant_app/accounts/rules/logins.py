"""What a login may be: its e-mail, name, language, password and token."""

from __future__ import annotations

import re

from tenant_app.core.errors import N_, Invalid, Refusal

LOCALES = ("da", "en")
SESSION_HOURS = 10
INVITATION_DAYS = 14
LONGEST_NAME = 200
LONGEST_EMAIL = 254
SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 200
"""Longer ones would only cost time to hash."""
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+")
_COMMON = frozenset(
    {
        *("123456789012", "1234567890123", "12345678901234", "1234567890123456", "1q2w3e4r5t6y"),
        *("password", "passwordpassword", "adgangskode", "adgangskodeadgangskode", "kodeord"),
        *("minkode", "minadgangskode", "velkommen", "velkommentil", "hemmelig", "hemmeligt"),
        *("sommer", "sommerferie", "vinter", "efterår", "forår", "januar", "februar", "danmark"),
        *("kommune", "kommunen", "københavn", "børnehave", "børnehaven", "vuggestue", "pædagog"),
        *("pædagogik", "dagtilbud", "rødtråd", "rød tråd", "iloveyou", "letmein", "changeme"),
        *("administrator", "welcome", "correct horse battery staple"),
    }
)
"""Compared without capitals and without the digits and signs people add at the end."""
_TAIL = "0123456789!?.,;:-_*+#@$%&/()= "
_RUNS = ("0123456789", "abcdefghijklmnopqrstuvwxyz", "qwertyuiopåasdfghjklæøzxcvbnm")


class SignInRefused(Refusal):
    """One answer for every reason, or it would tell which logins exist."""

    status = 401
    code = "sign_in_refused"

    def __init__(self) -> None:
        super().__init__(N_("The e-mail or the password is not right."))


def plain_email(text: str) -> str:
    """How an e-mail address is kept and looked up: trimmed, in lower case, never unreadable."""
    return "".join(c for c in text.strip().lower() if c.isprintable())[: LONGEST_EMAIL + 1]


def check_email(text: str) -> str:
    """The address as it is kept. Raises Invalid."""
    email = plain_email(text)
    if len(email) > LONGEST_EMAIL or not _EMAIL.fullmatch(email):
        raise Invalid(
            N_("“%(email)s” is not an e-mail address. Write it as name@municipality.dk."),
            field="email",
            email=email[:60],
        )
    return email


def check_name(text: str, *, longest: int = LONGEST_NAME) -> str:
    """The name without surrounding space. Raises Invalid."""
    name = text.strip()
    if not name or len(name) > longest or not name.isprintable():
        raise Invalid(
            N_("Write a name of 1 to %(longest)s characters on one line."),
            field="name",
            longest=longest,
        )
    return name


def check_text(text: str, *, field: str, longest: int = 500) -> str:
    """A remark without surrounding space; may be empty. Raises Invalid."""
    cleaned = text.strip()
    if len(cleaned) > longest or not cleaned.replace("\n", "").replace("\r", "").isprintable():
        raise Invalid(
            N_("Write at most %(longest)s characters of plain text."), field=field, longest=longest
        )
    return cleaned


def check_locale(text: str) -> str:
    """Danish or English. Raises Invalid."""
    if text not in LOCALES:
        raise Invalid(N_("Choose Danish (da) or English (en)."), field="locale")
    return text


def check_password(password: str, *, email: str, field: str = "password") -> None:
    """Long, not the login, and not what everybody tries first. Raises Invalid."""
    if len(password) < SHORTEST_PASSWORD:
        raise Invalid(
            N_("The password must have at least %(least)s characters. Four words are a good one."),
            field=field,
            least=SHORTEST_PASSWORD,
        )
    if len(password) > LONGEST_PASSWORD:
        raise Invalid(
            N_("The password can have at most %(most)s characters."),
            field=field,
            most=LONGEST_PASSWORD,
        )
    small = password.casefold().strip()
    if small in (email.casefold(), email.casefold().partition("@")[0]):
        raise Invalid(
            N_("The password cannot be your e-mail address. Choose another."), field=field
        )
    if small in _COMMON or small.rstrip(_TAIL) in _COMMON or _is_run(small):
        raise Invalid(
            N_("Many people use this password, so it is tried first. Choose another."), field=field
        )


def _is_run(text: str) -> bool:
    """Few different characters, or a walk along the keyboard."""
    return len(set(text)) < 4 or any(text in run * 4 for run in _RUNS)


def parse_token(text: str) -> tuple[int, str] | None:
    """(tenant, secret) of an API token `rt_<tenant>_<secret>`, or None."""
    parts = text.strip().split("_", 2)
    if len(parts) != 3 or parts[0] != "rt" or not parts[2]:
        return None
    number = parts[1]
    if not (number.isascii() and number.isdigit() and len(number) < 18):
        return None
    return int(number), parts[2]
