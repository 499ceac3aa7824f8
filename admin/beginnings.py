"""What an empty list says to do next: a link for whoever can, and whose task it is for the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin.labels import ROLES
from admin.verbs import Verb, method_of
from tenant_app.accounts.rules import ROLE_PERMISSIONS
from tenant_app.core.access import Actor, Permission


@dataclass(frozen=True)
class Beginning:
    """A page from which the first row comes, for those with any of the permissions."""

    label: Any
    endpoint: str
    needs: frozenset[Permission]


FROM_FILE = Beginning(_l("Import from a file"), "imports.index", frozenset({Permission.IMPORT_RUN}))
BUDGET_YEARS = Beginning(
    _l("See the budget years"), "budget-years.index_view", frozenset({Permission.BUDGET_MANAGE})
)


@dataclass(frozen=True)
class Next:
    """What to do next: links, or where there is none the words that say whose task it is."""

    links: Sequence[tuple[str, str]] = ()
    words: str = ""


def next_of(actor: Actor, beginnings: Sequence[Beginning]) -> Next:
    """The beginnings that the actor can use; else the roles that can."""
    links = [
        (str(each.label), url_for(each.endpoint))
        for each in beginnings
        if any(actor.may(permission) for permission in each.needs)
    ]
    if links or not beginnings:
        return Next(links)
    needed = frozenset[Permission]().union(*(each.needs for each in beginnings))
    roles = [str(ROLES[role]) for role, held in ROLE_PERMISSIONS.items() if held & needed]
    return Next(words=_("This is a task of: %(roles)s.", roles=", ".join(roles)))


class Begins:
    """A list that says so. The class beside it is the list."""

    begins_at: ClassVar[Sequence[Beginning]] = ()
    """Other pages from which its first row comes."""
    begins_here: ClassVar[bool] = True
    """Whether the first of its own verbs that need no row makes one."""

    ctx: Any
    endpoint: str
    verbs_need_rows: ClassVar[bool]
    _verbs: dict[str, Verb]

    def what_next(self) -> Next:
        """For a list without rows."""
        return next_of(self.ctx.actor, [*self._own_verb(), *self.begins_at])

    def _own_verb(self) -> list[Beginning]:
        if not self.begins_here or self.verbs_need_rows:
            return []
        made = [
            Beginning(
                verb.label,
                f"{self.endpoint}.{method_of(verb)}",
                frozenset({verb.permission}),
            )
            for verb in self._verbs.values()
            if not verb.on_row
        ]
        return made[:1]
