"""What the initiatives of the demo are, and the days on which they take their steps. Titles and
texts are assumed."""

from __future__ import annotations

from dataclasses import dataclass

from tenant_app.catalogue.models import CourseForm as F
from tenant_app.initiatives.models import InitiativeState as S
from tenant_app.needs.models import Urgency

LANGUAGE, PLAY, BELONGING = (
    "Sprog og kommunikation",
    "Leg og æstetik",
    "Relationer og samspil",
)
EARLY, EVALUATION = "Udsatte positioner og tidlig indsats", "Evaluering og dokumentation"


@dataclass(frozen=True)
class Effort:
    """An initiative, and the days on which it takes its steps."""

    title: str
    text: str
    area: str
    form: F
    house: int | None
    """The institution (from 0) whose it is; None is the municipality's."""
    people: int
    estimate: int
    starts: str
    ends: str
    steps: tuple[tuple[str, S], ...] = ()
    """(day, state) after it was planned."""
    houses: tuple[int, ...] = ()
    """Those that take part, besides its own."""
    courses: tuple[str, ...] = ()
    goal: str = ""
    """How the title of the goal begins."""
    target: str = "Pædagoger og pædagogiske assistenter"
    planned: str = "2025-12-01"
    """Empty: it is no more than an idea."""
    urgency: Urgency = Urgency.NORMAL
    why: str = "Formen er kendt i huset, og vi vil bygge videre på den."
    """The reason for the form, where the advice puts another first."""
    survey: str = ""
    """The day on which those who take part are asked."""
    stopped: str = ""
    override: str = ""


def _central(title: str, text: str, area: str, form: F, **more: object) -> Effort:
    return Effort(title, text, area, form, None, **more)  # type: ignore[arg-type]  # Effort's fields


def _own(house: int, title: str, text: str, area: str, form: F, **more: object) -> Effort:
    return Effort(title, text, area, form, house, **more)  # type: ignore[arg-type]  # Effort's fields


TOGETHER = _central(
    "Fælles evaluering to gange om året",
    "En evalueringspædagog i hvert hus samler stuerne om data og aftaler næste skridt.",
    EVALUATION,
    F.COURSE,
    people=10,
    estimate=110_000,
    starts="2026-02-01",
    ends="2026-05-31",
    houses=(1, 4, 6, 7, 8),
    courses=("K-302",),
    goal="Alle børn",
    steps=(
        ("2026-02-02", S.RUNNING),
        ("2026-06-01", S.FOLLOW_UP),
        ("2026-06-22", S.EVALUATED),
        ("2026-09-28", S.ANCHORED),
    ),
)
ROUTINES = _central(
    "Sprog i hverdagens rutiner",
    "Fælles temadage, et netværk for sprogvejledere og sidemandsoplæring i husene. Hvert hus "
    "prøver af i garderoben og ved måltidet mellem dagene.",
    LANGUAGE,
    F.THEME_DAY,
    people=36,
    estimate=180_000,
    starts="2026-02-01",
    ends="2026-12-15",
    houses=(0, 2, 3, 5),
    courses=("T-401", "K-304", "V-503"),
    goal="Alle børn møder",
    steps=(("2026-02-03", S.RUNNING),),
)
READING = _own(
    0,
    "Dialogisk læsning på alle stuer",
    "To fra hver stue lærer dialogisk læsning og oplærer kollegerne ved siden af sig.",
    LANGUAGE,
    F.SIDE_BY_SIDE,
    people=8,
    estimate=32_000,
    starts="2026-08-31",
    ends="2027-01-29",
    courses=("V-504", "K-304"),
    goal="Dialogisk læsning",
    planned="2026-06-15",
    steps=(("2026-08-31", S.RUNNING),),
)
CLOAKROOM = _own(
    0,
    "Rolige overgange i garderoben",
    "Video af egen praksis: Hvad sker der, når færre børn er i garderoben ad gangen?",
    BELONGING,
    F.VIDEO_FEEDBACK,
    people=6,
    estimate=18_000,
    starts="2026-11-30",
    ends="2027-03-31",
    courses=("V-501",),
    goal="Alle børn",
    planned="2026-11-12",
    urgency=Urgency.HIGH,
)
INCLUDED = _own(
    4,
    "Alle med i legen",
    "Aktionslæring om legegrupper, som børn i udsatte positioner kan holde fast i.",
    PLAY,
    F.ACTION_LEARNING,
    people=5,
    estimate=45_000,
    starts="2026-08-17",
    ends="2027-02-26",
    courses=("V-502",),
    goal="Alle med i legen",
    planned="2026-06-08",
    steps=(("2026-08-17", S.RUNNING),),
)
KIDS_AT_HOME = _own(
    4,
    "KIDS i hverdagen",
    "To observatører uddannes, og stuerne arbejder med hver sit område af målingen.",
    EVALUATION,
    F.COURSE,
    people=4,
    estimate=38_000,
    starts="2026-09-01",
    ends="2027-04-30",
    courses=("K-303",),
    goal="Alle børn",
    planned="2026-06-10",
    steps=(("2026-09-01", S.RUNNING),),
)
INFANTS = _own(
    4,
    "Sidemandsoplæring i vuggestuen",
    "Tre nye pædagoger følges af en erfaren kollega i otte uger.",
    EARLY,
    F.SIDE_BY_SIDE,
    people=3,
    estimate=12_000,
    starts="2026-10-12",
    ends="2026-12-18",
    courses=("V-504",),
    goal="Alle børn",
    planned="2026-09-21",
    urgency=Urgency.ACUTE,
    steps=(("2026-10-12", S.RUNNING),),
    override="Tre nyansatte i vuggestuen kan ikke vente til foråret; huset får ekstra "
    "vejledertimer, og »KIDS i hverdagen« holder pause i oktober.",
)
MUSIC = _own(
    2,
    "Musik og rytmik i børnehaven",
    "Et forløb med en musikpædagog på skift mellem stuerne.",
    PLAY,
    F.COURSE,
    people=7,
    estimate=22_000,
    starts="2026-04-01",
    ends="2026-09-30",
    goal="Alle børn",
    planned="2026-02-16",
    stopped="2026-05-11",
    steps=(("2026-04-01", S.RUNNING),),
    why="Underviseren kan kun tilbyde forløbet som kursus.",
)
OUTSIDE = _own(
    2,
    "Naturen som læringsrum",
    "Vi vil se på, hvad der skal til, for at alle stuer er ude hver dag.",
    PLAY,
    F.NETWORK,
    people=9,
    estimate=0,
    starts="2027-03-01",
    ends="2027-09-30",
    planned="",
)
EARLY_MODULES = _central(
    "Tidlig indsats: to fra hvert hus på diplommodul",
    "To pædagoger fra hvert hus tager modulet sammen og leder hver en prøvehandling hjemme. En "
    "forundersøgelse spørger, hvad de vil bruge det til.",
    EARLY,
    F.DIPLOMA_MODULE,
    people=24,
    estimate=760_000,
    starts="2026-08-31",
    ends="2027-06-30",
    houses=tuple(range(0, 24, 2)),
    courses=("PD-121", "PD-101"),
    goal="Flere pædagoger",
    planned="2026-04-13",
    steps=(("2026-08-31", S.RUNNING),),
    why="Målet er kompetencer på diplomniveau, og to fra hvert hus kan bære dem videre.",
)
PRACTICE = _central(
    "Fælles prøvehandlinger i ledernetværket",
    "Syv huse prøver det samme greb i seks uger og deler det på tværs.",
    BELONGING,
    F.NETWORK,
    people=35,
    estimate=15_000,
    starts="2026-11-02",
    ends="2027-05-28",
    houses=(0, 3, 6, 9, 12, 15, 18),
    goal="Færre børn",
    planned="2026-09-14",
    survey="2026-09-21",
    steps=(("2026-11-02", S.RUNNING),),
)
QUALITY = _central(
    "Observatører til alle områder",
    "Kommunens egne KIDS-observatører, så screeningen følges op i huset samme måned.",
    EVALUATION,
    F.COURSE,
    people=20,
    estimate=210_000,
    starts="2026-04-13",
    ends="2026-12-11",
    houses=(0, 1, 5, 8, 12, 16, 20, 25, 30),
    courses=("K-303", "K-302"),
    goal="Lege- og læringsmiljøer",
    steps=(("2026-04-13", S.RUNNING), ("2026-11-16", S.FOLLOW_UP)),
)
SHARED = (TOGETHER, READING, CLOAKROOM, INCLUDED, KIDS_AT_HOME, INFANTS, MUSIC, OUTSIDE)
EFFORTS: dict[str, tuple[Effort, ...]] = {
    "glostrup": (*SHARED, ROUTINES),
    "rudersdal": (*SHARED, ROUTINES, EARLY_MODULES, PRACTICE),
    "frederiksberg": (*SHARED, QUALITY),
}
