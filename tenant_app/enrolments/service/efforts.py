"""What an initiative has come to in people and money, and who is asked before it begins."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.money import Money
from tenant_app.enrolments import queries
from tenant_app.initiatives import service as initiatives


@dataclass(frozen=True)
class Effort:
    """The enrolments of an initiative that the actor may see. Amounts in whole øre."""

    asked: int
    """Those who wait for an answer."""
    confirmed: int
    completed: int
    reserved: Money
    committed: Money
    actual: Money

    @property
    def spent(self) -> Money:
        """What it takes in all, as it stands."""
        return Money(self.reserved + self.committed + self.actual)


def effort(ctx: Context, initiative_id: UUID) -> Effort | None:
    """What the initiative has come to; None for those who see no enrolments but their own."""
    if not ctx.actor.may(Permission.ENROLMENT_VIEW):
        return None
    asked, confirmed, completed, *amounts = queries.sums(ctx, initiative_id)
    return Effort(asked, confirmed, completed, *(Money(amount) for amount in amounts))


initiatives.ENROLLED.append(queries.enrolled)
initiatives.TAKING_PART.append(queries.taking_part)
