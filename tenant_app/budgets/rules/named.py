"""Pools that have a name of their own: a state pool, a fund. Funding rules call them `pool:CODE`,
so that a rule reaches the pool of the year it pays in."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from tenant_app.budgets.models import PoolKind
from tenant_app.core.errors import N_, Invalid

NAMED = frozenset({PoolKind.EARMARKED, PoolKind.FUND})
PREFIX = "pool:"
MOST_NAMED = 30
"""Of one year: each is a column where shares are written."""
_CODE = re.compile(r"[A-ZÆØÅ0-9](?:[A-ZÆØÅ0-9-]{0,18}[A-ZÆØÅ0-9])?")


def payer_key(code: str) -> str:
    """What shares call the pool."""
    return PREFIX + code


def code_of(payer: str) -> str | None:
    """The code of a named pool among payers, None for a kind of pool."""
    return payer.removeprefix(PREFIX) if payer.startswith(PREFIX) else None


def is_code(code: str) -> bool:
    return _CODE.fullmatch(code) is not None


def check_code(code: str) -> str:
    """The code in capitals. Raises Invalid on the field `code`."""
    clean = code.strip().upper()
    if not is_code(clean):
        raise Invalid(
            N_(
                "A pool's code is up to 20 capital letters, digits and hyphens, such as "
                "KOMPETENCE-26."
            ),
            field="code",
        )
    return clean


def check_named_kind(kind: PoolKind) -> PoolKind:
    """Only state pools and funds have codes. Raises Invalid."""
    if kind not in NAMED:
        raise Invalid(
            N_("Choose whether the pool is earmarked or a fund. The others come with the year."),
            field="kind",
        )
    return kind


def payers_in(rules: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """(rule, payer) wherever a payer has a share."""
    for rule in rules:
        shares = rule["shares"]
        lines = (
            shares.values()
            if any(isinstance(each, Mapping) for each in shares.values())
            else [shares]
        )
        for parts in lines:
            for payer, part in parts.items():
                if part:
                    yield rule["name"], payer


def check_codes_known(rules: Sequence[Mapping[str, Any]], known: Collection[str]) -> None:
    """Every `pool:CODE` is a pool there is. Raises Invalid naming rule and code."""
    for name, payer in payers_in(rules):
        code = code_of(payer)
        if code is None or code in known:
            continue
        if not known:
            raise Invalid(
                N_(
                    "The rule “%(name)s” lets the pool “%(code)s” pay, but no pool has a code. "
                    "Open the pool first."
                ),
                field="rules",
                name=name,
                code=code,
            )
        raise Invalid(
            N_(
                "The rule “%(name)s” lets the pool “%(code)s” pay, but there is none. "
                "Known pools: %(known)s."
            ),
            field="rules",
            name=name,
            code=code,
            known=", ".join(sorted(known)),
        )
