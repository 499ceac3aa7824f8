"""What the forums of the demo talk about: the fixed points of the year, and needs that are raised
to be taken up. Titles and texts are assumed."""

from __future__ import annotations

from dataclasses import dataclass

from tenant_app.cli.demo.efforts import BELONGING, EVALUATION, LANGUAGE
from tenant_app.forums.models import WheelKind
from tenant_app.needs.models import Urgency

K = WheelKind
WHEEL = (
    (1, 3, K.TALKS, "MUS begynder i alle huse"),
    (2, 7, K.NEEDS, "Ledergruppen ser på årets behov"),
    (3, None, K.SUPERVISION, "Forårets tilsynsbesøg"),
    (4, None, K.TALKS, "MUS er holdt, og udviklingsplanerne er lavet"),
    (5, 20, K.BUDGET, "Ønsker til næste års budget"),
    (6, 25, K.FOLLOW_UP, "Halvårsstatus på indsatserne"),
    (8, 34, K.BUDGET, "Budgetforslaget er i høring i MED"),
    (9, None, K.NEEDS, "Husene melder behov ind"),
    (10, 41, K.BUDGET, "Budgettet vedtages i kommunalbestyrelsen"),
    (10, None, K.SUPERVISION, "Efterårets tilsynsbesøg"),
    (11, 46, K.NEEDS, "Ledergruppen prioriterer næste års indsatser"),
    (12, None, K.FOLLOW_UP, "Effekten af årets indsatser gøres op"),
)
"""(month, week, what it is about, text)."""


@dataclass(frozen=True)
class Raised:
    """A need that is raised to be taken up in a forum."""

    house: int
    area: str
    title: str
    seen: str
    by_leader: str
    staff: int = 6
    urgency: Urgency = Urgency.NORMAL


INTRODUCTION = Raised(
    2,
    EVALUATION,
    "Nye kolleger får ingen introduktion til, hvordan vi evaluerer",
    "Jeg var her i et halvt år, før nogen viste mig evalueringsskemaet.",
    "Fire nyansatte på et år, og hver har sin måde at gøre det på.",
    staff=5,
    urgency=Urgency.HIGH,
)
FILM = Raised(
    4,
    EVALUATION,
    "Vores billeder og film af hverdagen bliver aldrig til fælles refleksion",
    "Vi har tusind billeder på tabletten og ser dem aldrig igennem sammen.",
    "Ingen i huset har prøvet at gå fra film til samtale.",
)
ALONE = Raised(
    5,
    BELONGING,
    "Åbnetiden er svær for de pædagoger, der står alene",
    "Når man er alene, når man ikke at tage imod hvert barn.",
    "Det handler mest om vagtplanen, viser vores gennemgang.",
    staff=4,
)
BILINGUAL = Raised(
    0,
    LANGUAGE,
    "Samarbejdet med forældre til tosprogede børn halter",
    "Vi bruger de samme breve til alle og får ikke svar.",
    "Tre familier kom ikke til forældremødet, og vi ved ikke hvorfor.",
    staff=8,
)
RAISED = (INTRODUCTION, FILM, ALONE, BILINGUAL)
