"""Funding rules in words: conditions, shares, why one did not match, what a version changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin.budget_fields import KINDS, LINES, percent_text
from admin.catalogue_verbs import FORM_LABELS, PROVIDER_LABELS
from admin.coverage_targets import GROUP_LABELS
from tenant_app.budgets.rules import FUNDERS, Doubt, Doubtful, Unmet, code_of, payer_key
from tenant_app.core.errors import Invalid
from tenant_app.core.matching import fact_of
from tenant_app.core.money import show

FLAGS = {
    "municipal_goal": _l("Municipal goal"),
    "mandatory": _l("Mandatory"),
    "weak_economy": _l("Weak economy"),
}
NUMBERS = {
    "ects_over": _l("ECTS over"),
    "ects_at_most": _l("ECTS at most"),
    "amount_over": _l("Price over (kr)"),
    "amount_at_most": _l("Price at most (kr)"),
    "institutions_at_least": _l("Institutions at least"),
    "institutions_at_most": _l("Institutions at most"),
}
"""Those the form has fields for."""
OTHER_NUMBERS = {
    "ects": _l("ECTS exactly"),
    "ects_at_least": _l("ECTS at least"),
    "amount": _l("Price exactly (kr)"),
    "amount_at_least": _l("Price at least (kr)"),
    "institutions": _l("Institutions exactly"),
    "institutions_over": _l("Institutions over"),
}
TEXTS: dict[str, tuple[Any, Mapping[Any, Any]]] = {
    "form": (_l("Form"), FORM_LABELS),
    "provider_kind": (_l("Provider"), PROVIDER_LABELS),
    "position": (_l("Position"), GROUP_LABELS),
}


def payers_of(codes: Mapping[str, str]) -> dict[str, str]:
    """Payer → what it is called: the kinds of pool, then the named pools."""
    kinds = {kind.value: str(KINDS[kind]) for kind in FUNDERS}
    return kinds | {payer_key(code): name for code, name in codes.items()}


def payer_text(payer: str, codes: Mapping[str, str]) -> str:
    code = code_of(payer)
    return payers_of(codes).get(payer, code or payer)


def shares_of(rule: Mapping[str, Any], line: str) -> Mapping[str, int]:
    """Who pays the line, the default included."""
    shares: Mapping[str, int] = rule["shares"].get(line, rule["shares"].get("default", {}))
    return shares


def parts_text(parts: Mapping[str, int], codes: Mapping[str, str]) -> str:
    """Who pays how much."""
    order = [*payers_of(codes), *sorted(set(parts) - set(payers_of(codes)))]
    return ", ".join(
        f"{payer_text(payer, codes)} {percent_text(parts[payer])} %"
        for payer in order
        if parts.get(payer)
    )


def shares_text(
    rule: Mapping[str, Any], codes: Mapping[str, str] | None = None
) -> list[tuple[str, str]]:
    """(cost line, who pays how much)."""
    return [
        (str(label), parts_text(shares_of(rule, line.value), codes or {}))
        for line, label in LINES.items()
    ]


def value_text(fact: str, value: Any) -> str:
    """A value as people say it."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list | tuple):
        return _(" or ").join(value_text(fact, each) for each in value)
    if fact in TEXTS:
        labels = {key.value: str(label) for key, label in TEXTS[fact][1].items()}
        return labels.get(value, str(value))
    if fact == "amount":
        return show(int(value), unit="")
    if isinstance(value, Decimal):
        value = f"{value.normalize():f}"
    return str(value).replace(".", ",")


def label_of(key: str) -> str:
    """What a condition is called."""
    fact = fact_of(key)
    if fact in FLAGS:
        return str(FLAGS[fact])
    if fact in TEXTS:
        return str(TEXTS[fact][0])
    return str((NUMBERS | OTHER_NUMBERS).get(key, key))


def condition_text(key: str, wanted: Any) -> str:
    """One condition in words."""
    if fact_of(key) in FLAGS and wanted is True:
        return label_of(key)
    return f"{label_of(key)}: {value_text(fact_of(key), wanted)}"


def when_text(when: Mapping[str, Any]) -> str:
    """The conditions in words."""
    words = [condition_text(key, wanted) for key, wanted in when.items()]
    return ", ".join(words) or _("All other requests")


def row_text(row: Any) -> str:
    """The conditions of a row of the editor; what cannot be read yet is shown in the row."""
    try:
        return when_text(row.when(0))
    except (Invalid, TypeError, ValueError):
        return ""


def unmet_text(unmet: Unmet) -> str:
    """Why a condition did not hold."""
    return _(
        "%(condition)s – here %(value)s",
        condition=(f"{label_of(unmet.key)}: {value_text(fact_of(unmet.key), unmet.wanted)}"),
        value=value_text(fact_of(unmet.key), unmet.value),
    )


def doubt_text(doubt: Doubtful) -> str:
    """What is worth looking at again."""
    said = {"place": doubt.place, "name": doubt.name}
    said |= {"other": doubt.other_place, "before": doubt.other_name}
    if doubt.doubt is Doubt.IMPOSSIBLE:
        return _(
            "Rule %(place)s “%(name)s” can never match: its conditions exclude each other. "
            "Change them, or remove the rule.",
            **said,
        )
    if doubt.doubt is Doubt.COVERED:
        return _(
            "Rule %(place)s “%(name)s” can never match: the rules before it match all of it "
            "between them. Move it up, or remove it.",
            **said,
        )
    if doubt.doubt is Doubt.SHADOWED:
        return _(
            "Rule %(place)s “%(name)s” can never match: rule %(other)s “%(before)s” comes first "
            "and matches all of it. Move it up, or remove it.",
            **said,
        )
    return _(
        "Rule %(other)s “%(before)s” and rule %(place)s “%(name)s” can both match the same "
        "request. The first of them decides.",
        **said,
    )


def differences(
    old: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]], codes: Mapping[str, str]
) -> list[str]:
    """What became of the rules from one version to the next, rule by rule."""
    return list(_differences(old, new, codes))


def _differences(
    old: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]], codes: Mapping[str, str]
) -> Iterable[str]:
    before = {rule["name"]: rule for rule in old}
    names = [rule["name"] for rule in new]
    kept_before = [rule["name"] for rule in old if rule["name"] in names]
    kept_after = [name for name in names if name in before]
    for rule in new:
        name = rule["name"]
        if name not in before:
            yield _("New rule “%(name)s”: %(when)s.", name=name, when=when_text(rule["when"]))
            continue
        was = before[name]
        if was["when"] != rule["when"]:
            yield _(
                "“%(name)s” applied to: %(old)s. It now applies to: %(new)s.",
                name=name,
                old=when_text(was["when"]),
                new=when_text(rule["when"]),
            )
        for line, had, has in _lines(was, rule):
            if {p: s for p, s in had.items() if s} != {p: s for p, s in has.items() if s}:
                yield _(
                    "“%(name)s”, %(line)s: %(old)s is now %(new)s.",
                    name=name,
                    line=line,
                    old=parts_text(had, codes),
                    new=parts_text(has, codes),
                )
    for rule in old:
        if rule["name"] not in names:
            yield _("The rule “%(name)s” is removed.", name=rule["name"])
    if kept_before != kept_after:
        yield _("The order is now: %(names)s.", names=", ".join(names))


def _lines(
    was: Mapping[str, Any], rule: Mapping[str, Any]
) -> Iterable[tuple[str, Mapping[str, int], Mapping[str, int]]]:
    if not any(isinstance(each, Mapping) for each in rule["shares"].values()):
        yield (
            str(LINES[next(line for line in LINES if line.value == "cover")]),
            was["shares"],
            rule["shares"],
        )
        return
    for line, label in LINES.items():
        yield str(label), shares_of(was, line.value), shares_of(rule, line.value)
