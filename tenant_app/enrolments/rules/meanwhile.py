"""A page shows how things were. What one decides on it counts only if they still are. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tenant_app.core.errors import N_, Conflict
from tenant_app.enrolments.models import EnrolmentState, StepState


@dataclass(frozen=True)
class Expected:
    """What the page showed when the user decided. None means not stated."""

    state: EnrolmentState | None = None
    submission: int | None = None


@dataclass(frozen=True)
class Answered:
    """The latest answer of a request: whose, and when in Danish time, ready to be read."""

    state: StepState
    name: str
    when: str


_BY: Mapping[StepState, str] = {
    StepState.APPROVED: N_(
        "%(name)s approved this request on %(when)s. Nothing was changed; "
        "reload the inbox to see what waits for you now."
    ),
    StepState.RETURNED: N_(
        "%(name)s returned this request on %(when)s. Nothing was changed; "
        "reload the inbox to see what waits for you now."
    ),
    StepState.REJECTED: N_(
        "%(name)s rejected this request on %(when)s. Nothing was changed; "
        "reload the inbox to see what waits for you now."
    ),
}
_GONE = frozenset({EnrolmentState.WITHDRAWN, EnrolmentState.CANCELLED})


def is_stale(expected: Expected, *, state: EnrolmentState, submission: int) -> bool:
    """Whether the request is another than the page showed."""
    return (expected.state is not None and expected.state is not state) or (
        expected.submission is not None and expected.submission != submission
    )


def check_expected(
    expected: Expected, *, state: EnrolmentState, submission: int, answered: Answered | None
) -> None:
    """Raises Conflict when the page is stale, and says who decided meanwhile and when."""
    if not is_stale(expected, state=state, submission=submission):
        return
    if state in _GONE:
        raise Conflict(
            N_("This request was withdrawn meanwhile. Nothing was changed."), field="state"
        )
    if expected.submission is not None and expected.submission != submission:
        raise Conflict(
            N_("This request was sent again meanwhile. Reload the page and look again."),
            field="state",
        )
    if answered is not None and answered.state in _BY:
        raise Conflict(_BY[answered.state], field="state", name=answered.name, when=answered.when)
    raise Conflict(
        N_("Someone else decided on this request meanwhile. Reload the page and look again."),
        field="state",
    )
