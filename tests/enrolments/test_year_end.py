"""A budget year closes while requests wait: they go back by an explicit choice."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tenant_app.budgets import service as budgets
from tenant_app.budgets.models import BudgetYear, MoneyLine, MoneyState
from tenant_app.core.errors import Conflict, Invalid
from tenant_app.enrolments import service as enrolments
from tenant_app.enrolments.models import ApprovalStep, Enrolment, EnrolmentState, StepState
from tests.closing import let_years_close


def test_what_nobody_answered_goes_back_and_the_money_is_free(town, school):
    session_id = school.session()
    with town.as_user("ped_n1") as ctx:
        [asked] = enrolments.request(
            ctx, session_id=session_id, employee_ids=[town.employees["ped_n1_1"]]
        )
    with town.as_system() as ctx:
        line = ctx.session.scalars(select(MoneyLine)).first()
        year_id = budgets.pool(ctx, line.pool_id).year_id
        assert ctx.session.get_one(BudgetYear, year_id).year == 2026
    with town.as_user("admin") as ctx:
        let_years_close(ctx)
        budgets.begin_closing(ctx, year_id)
        budgets.approve_carry_overs(ctx, year_id)
    with town.as_user("admin") as ctx, pytest.raises(Conflict, match="wait for an answer"):
        budgets.close_year(ctx, year_id)
    with town.as_user("admin") as ctx, pytest.raises(Invalid):
        budgets.send_back_reservations(ctx, year_id, note=" ")
    with town.as_user("admin") as ctx:
        assert budgets.send_back_reservations(ctx, year_id, note="Året er slut") == 1
        assert not budgets.reservations(ctx, year_id)
    with town.as_system() as ctx:
        found = ctx.session.get_one(Enrolment, asked.id)
        assert (found.state, found.decision_note) == (EnrolmentState.RETURNED, "Året er slut")
        assert found.waiting_level is None
        lines = ctx.session.scalars(select(MoneyLine)).all()
        assert {line.state for line in lines} == {MoneyState.RELEASED}
        steps = ctx.session.scalars(select(ApprovalStep)).all()
        assert {step.state for step in steps} == {StepState.LAPSED}
