"""The Danish alphabet: æ, ø and å last, capitals as small letters, accents as their plain letter.

Every `aa` counts as `å`: Aabenraa stands beside Åbenrå, as the Danish rule has it for names. The
rule excepts foreign names such as Aaron; no machine tells them apart, so they stand under å too.

PostgreSQL's function `danish_sort` (migration 0011) is made of the same table; a test keeps the two
alike. It needs no ICU, and neither do we.
"""

from __future__ import annotations

_LETTERS = {
    "a": "àáâãāăą",
    "c": "çćč",
    "d": "ďđð",
    "e": "èéêëēęě",
    "g": "ğ",
    "i": "ìíîïīı",
    "l": "ł",
    "n": "ñńň",
    "o": "òóôõō",
    "r": "ř",
    "s": "śšşß",
    "t": "ťţ",
    "u": "ùúûūů",
    "y": "ýÿüű",
    "z": "źżž",
    # The three signs after z in ASCII, so that order by code point is the Danish order.
    "{": "æä",
    "|": "øöő",
    "}": "å",
}
AA = "}"
"""The sign that `aa` and å have in common."""
_CAPITALS = {"ß": "ẞ", "ı": "İ"}


def _pairs() -> list[tuple[str, str]]:
    found = []
    for sign, letters in _LETTERS.items():
        for letter in letters:
            found += [(letter, sign), (_CAPITALS.get(letter, letter.upper()), sign)]
    return found


FROM = "".join(letter for letter, _ in _pairs())
TO = "".join(sign for _, sign in _pairs())
_SMALL = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}
_TABLE = str.maketrans(FROM, TO)


def letters_of(sign: str) -> str:
    """The letters, small and capital, that stand as this sign in a key; not the sign itself."""
    return "".join(letter for letter, key in _pairs() if key == sign)


def danish_key(text: str) -> str:
    """What to sort a name by: `sorted(names, key=danish_key)`."""
    return text.translate(_SMALL).replace("aa", "}").translate(_TABLE)
