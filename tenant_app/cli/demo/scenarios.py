"""What the administrations tried in November: their own year under another municipality's rules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from tenant_app.cli.demo import plan
from tenant_app.cli.demo.founding import Town
from tenant_app.cli.demo.stage import Stage
from tenant_app.scenarios import service as scenarios

ASKED = plan.STORY_ENDS - timedelta(days=4)


@dataclass(frozen=True)
class Trial:
    """Whose rules, and which part of the frame is central then."""

    name: str
    profile: str
    central_bp: int


TRIALS = {
    "frederiksberg": Trial("Hvis vi gjorde som Rudersdal", "ects_central", 3000),
    "rudersdal": Trial("Mere til husene: 40 % centralt", "decentral", 4000),
    "glostrup": Trial("ECTS betalt centralt", "ects_central", 6000),
}


def tell(stage: Stage, town: Town) -> int:
    """The scenario is made and computed; how many."""
    trial = TRIALS.get(town.place.slug)
    if trial is None:
        return 0
    ctx = stage.enter(ASKED, town.admin_id)
    made = scenarios.make(
        ctx,
        name=trial.name,
        year=plan.YEAR,
        profile=trial.profile,
        central_bp=trial.central_bp,
    )
    scenarios.compute(stage.enter(ASKED + timedelta(minutes=1)), made.id)
    return 1
