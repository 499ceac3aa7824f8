"""What holds of units and employments over time. Pure."""

from tenant_app.organisation.rules.employments import (
    Spell,
    begun,
    changed,
    check_fte,
    ended,
    moved_over,
    on_day,
    stays,
)
from tenant_app.organisation.rules.hierarchy import (
    PARENTS,
    WRONG_PARENT,
    Hang,
    Node,
    Place,
    Tree,
    alive,
    joined,
    there_throughout,
)
from tenant_app.organisation.rules.inputs import check_day, clean_email, clean_text, show_day
from tenant_app.organisation.rules.order import as_tree

__all__ = [
    "PARENTS",
    "WRONG_PARENT",
    "Hang",
    "Node",
    "Place",
    "Spell",
    "Tree",
    "alive",
    "as_tree",
    "begun",
    "changed",
    "check_day",
    "check_fte",
    "clean_email",
    "clean_text",
    "ended",
    "joined",
    "moved_over",
    "on_day",
    "show_day",
    "stays",
    "there_throughout",
]
