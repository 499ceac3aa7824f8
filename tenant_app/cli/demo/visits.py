"""What supervision and screenings found in the demo, in the words of those who visit. Texts and
numbers are assumed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from tenant_app.cli.demo.efforts import BELONGING, EARLY, EVALUATION, LANGUAGE, PLAY
from tenant_app.supervision.models import Verdict

BODY, FELLOWSHIP = "Krop, sanser og bevægelse", "Inklusion og fællesskaber"
HISTORY = date(2023, 11, 20)
"""The oldest report; those of the other houses follow over a year and three quarters."""
TOOL = "KIDS"
OBSERVERS = (
    "Pædagogisk konsulent",
    "Pædagogisk konsulent og ekstern observatør",
    "To pædagogiske konsulenter",
)
AREAS = (
    ("Fysiske omgivelser", PLAY, Decimal("3.6")),
    ("Relationer", BELONGING, Decimal("3.9")),
    ("Leg og aktivitet", PLAY, Decimal("3.7")),
    ("Socio-emotionel udvikling", BELONGING, Decimal("3.8")),
    ("Demokrati og deltagelse", FELLOWSHIP, Decimal("3.4")),
    ("Selvværd og krop", BODY, Decimal("3.9")),
    ("Opmærksomhed", EARLY, Decimal("3.6")),
    ("Kommunikation og sprog", LANGUAGE, Decimal("3.5")),
    ("Oplevelse, kreativitet og tænkning", PLAY, Decimal("3.3")),
)
"""(area, competence area, about what houses score)."""
ROUND = (
    (date(2024, 1, 15), date(2025, 10, 6)),
    (date(2025, 1, 13), date(2025, 10, 6)),
    (date(2026, 1, 12), date(2026, 2, 3)),
)
"""(when a round was screened, when its file was read in)."""
FINDINGS = (
    (
        Verdict.STRENGTH,
        BELONGING,
        "De voksne er nærværende, når børnene kommer om morgenen, og hvert barn bliver mødt ved "
        "navn.",
    ),
    (
        Verdict.ATTENTION,
        LANGUAGE,
        "I garderoben bliver der givet mange beskeder og ført få samtaler med de yngste.",
    ),
    (
        Verdict.STRENGTH,
        PLAY,
        "Børnene leger længe og uforstyrret i de rum, der er delt op i mindre kroge.",
    ),
    (
        Verdict.ATTENTION,
        EVALUATION,
        "Evalueringerne bliver skrevet, men det er uklart, hvad de fører til på stuerne.",
    ),
    (
        Verdict.ATTENTION,
        FELLOWSHIP,
        "Nogle børn står uden for legen i længere tid, uden at en voksen hjælper dem ind.",
    ),
    (
        Verdict.STRENGTH,
        BODY,
        "Legepladsen bliver brugt hele dagen, og de voksne er med i de vilde lege.",
    ),
    (
        Verdict.ATTENTION,
        EARLY,
        "Bekymringer for et barn bliver delt mundtligt og sent; der er ingen fast gang i det.",
    ),
)
TASKS = (
    ("Små grupper i garderoben tre gange om ugen", "Stue Rød og stue Blå"),
    ("Fast punkt om evaluering på hvert personalemøde", "Leder"),
    ("Videoklip fra måltidet drøftes med konsulenten", "Leder og sprogvejleder"),
    ("Ny indretning med kroge til leg i to rum", "Stuerne sammen"),
    ("Legegrupper med en fast voksen om eftermiddagen", "Souschef"),
)


@dataclass(frozen=True)
class Screened:
    """The way of Frederiksberg: the screening shows it, and the supervision sees it."""

    house: int
    day: date
    """The leader raises the need."""
    screened: str
    score: Decimal
    visit: date
    seen: str
    area: str
    title: str
    calls_for: str = EVALUATION
    goal: str = "Lege- og læringsmiljøer"


SCREENED = (
    Screened(
        0,
        date(2026, 2, 9),
        "Fysiske omgivelser",
        Decimal("2.9"),
        date(2026, 3, 2),
        "Tilsynet så børn, der flyttede sig hvert femte minut.",
        PLAY,
        "Rummene indbyder ikke til fordybelse",
    ),
    Screened(
        5,
        date(2026, 2, 16),
        "Leg og aktivitet",
        Decimal("3.0"),
        date(2026, 3, 9),
        "De voksne organiserer og er sjældent med i legen.",
        PLAY,
        "Legen afbrydes af voksnes organisering",
    ),
    Screened(
        8,
        date(2026, 2, 23),
        "Demokrati og deltagelse",
        Decimal("2.8"),
        date(2026, 3, 16),
        "De ældste børn bestemmer, hvem der er med, uden at voksne griber ind.",
        FELLOWSHIP,
        "Vi mangler greb til at åbne lukkede børnefællesskaber",
    ),
    Screened(
        12,
        date(2026, 5, 18),
        "Relationer",
        Decimal("3.2"),
        date(2026, 6, 8),
        "Eftermiddagen har få voksne, der kender børnene.",
        BELONGING,
        "Relationsarbejdet falder fra om eftermiddagen",
    ),
)
FIRST, DAYS = date(2025, 11, 10), 455
"""Over so many days the visits of a municipality are spread."""
CHRISTMAS, SUMMER = (12, 18), 7


def visited_in(house: int, houses: int) -> date | None:
    """The day of the house's visit in the year of the story, or soon after it; most have one."""
    told = next((each.visit for each in SCREENED if each.house == house), None)
    if told is not None:
        return told
    if house % 3 == 2:
        return None
    day = FIRST + timedelta(days=DAYS * house // houses)
    if (day.month, day.day) >= CHRISTMAS or day.month == SUMMER:
        day += timedelta(days=28)
    return day + timedelta(days=7 - day.weekday()) if day.weekday() >= 5 else day
