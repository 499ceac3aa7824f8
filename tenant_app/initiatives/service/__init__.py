"""Verbs of initiatives, one file per story."""

from tenant_app.initiatives.queries import Purpose
from tenant_app.initiatives.service.advising import advise, choose_form
from tenant_app.initiatives.service.keeping import change, create
from tenant_app.initiatives.service.moving import move
from tenant_app.initiatives.service.portfolio import Bar, Lane, portfolio
from tenant_app.initiatives.service.reading import (
    Answered,
    Details,
    Offered,
    Part,
    check_open,
    choices,
    details,
    full_houses,
    get,
    listing,
    matching,
    one,
    over_among,
    purposes,
    tied,
    tied_names,
    visible,
)
from tenant_app.initiatives.service.shared import limit, may_manage
from tenant_app.initiatives.service.surveys import (
    ENROLLED,
    answer_survey,
    lacks_survey,
    open_survey,
    survey,
    surveys,
)

__all__ = [
    "ENROLLED",
    "Answered",
    "Bar",
    "Details",
    "Lane",
    "Offered",
    "Part",
    "Purpose",
    "advise",
    "answer_survey",
    "change",
    "check_open",
    "choices",
    "choose_form",
    "create",
    "details",
    "full_houses",
    "get",
    "lacks_survey",
    "limit",
    "listing",
    "matching",
    "may_manage",
    "move",
    "one",
    "open_survey",
    "over_among",
    "portfolio",
    "purposes",
    "survey",
    "surveys",
    "tied",
    "tied_names",
    "visible",
]
