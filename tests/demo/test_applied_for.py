"""What the municipalities of the demo apply for: each round, award and grant is in its books."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from tenant_app.budgets.models import LedgerEntry
from tenant_app.cli.demo import plan
from tenant_app.core.access import system
from tenant_app.funds.models import FundApplication, FundState, GrantState, StateGrant
from tenant_app.rounds.models import ApplicationRound, RoundApplication, RoundState
from tests.demo.test_load import GLOSTRUP, RUDERSDAL, tenant_id_of


@pytest.fixture(params=[GLOSTRUP, RUDERSDAL], ids=lambda place: place.slug)
def inside(told, db, request):
    with db.unit_of_work(
        tenant_id_of(db, request.param), system("test"), now=plan.STORY_ENDS
    ) as ctx:
        yield ctx


def test_money_is_applied_for_in_rounds_from_funds_and_from_the_state(inside):
    ctx = inside
    states = dict(
        ctx.session.execute(select(ApplicationRound.state, func.count()).group_by("state")).all()
    )
    assert states == {RoundState.DECIDED: 1, RoundState.OPEN: 1}
    given = ctx.session.scalars(
        select(RoundApplication).where(RoundApplication.awarded.is_not(None))
    ).all()
    moved = dict(
        ctx.session.execute(
            select(LedgerEntry.link_id, LedgerEntry.transferred).where(
                LedgerEntry.link_id.in_([each.id for each in given]), LedgerEntry.transferred > 0
            )
        ).all()
    )
    assert moved == {each.id: each.awarded for each in given if each.awarded}
    applied = set(ctx.session.scalars(select(FundApplication.state)))
    assert applied >= {FundState.PAID, FundState.REFUNDED, FundState.LEADER_SIGNED}
    assert set(ctx.session.scalars(select(StateGrant.state))) == {
        GrantState.RECEIVED,
        GrantState.DRAFT,
    }
