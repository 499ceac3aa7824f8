"""What the figures mean, how they stand in a table, and how far a job is. Pure."""

from tenant_app.reports.rules.chain import Break, Chain, Link, LinkKind, Loose
from tenant_app.reports.rules.figures import (
    COVERAGE_COLUMNS,
    EARLIEST,
    LATEST,
    USAGE_COLUMNS,
    CoverageFigures,
    Outlook,
    UsageFigures,
    as_of_day,
    elapsed,
    forecast,
    is_early,
    percent,
    standing_day,
)
from tenant_app.reports.rules.finding import Found
from tenant_app.reports.rules.glance import Level, PoolNow, Tail, below, levels, tail, together
from tenant_app.reports.rules.tree import Line, Node, lines, parent_path, tree
from tenant_app.reports.rules.waiting import OVER, JobProgressState, JobState, job_state

__all__ = [
    "COVERAGE_COLUMNS",
    "EARLIEST",
    "LATEST",
    "OVER",
    "USAGE_COLUMNS",
    "Break",
    "Chain",
    "CoverageFigures",
    "Found",
    "JobProgressState",
    "JobState",
    "Level",
    "Line",
    "Link",
    "LinkKind",
    "Loose",
    "Node",
    "Outlook",
    "PoolNow",
    "Tail",
    "UsageFigures",
    "as_of_day",
    "below",
    "elapsed",
    "forecast",
    "is_early",
    "job_state",
    "levels",
    "lines",
    "parent_path",
    "percent",
    "standing_day",
    "tail",
    "together",
    "tree",
]
