"""The needs of the demo, in the words of those who meet them. Titles and texts are assumed."""

from __future__ import annotations

from dataclasses import dataclass

from tenant_app.cli.demo.efforts import BELONGING, EARLY, EVALUATION, LANGUAGE, PLAY
from tenant_app.needs.models import ActorRole as R
from tenant_app.needs.models import Confidentiality as C
from tenant_app.needs.models import SourceType as S
from tenant_app.needs.models import Urgency

LEADER, STAFF, CONSULTANT = "leader", "staff", "consultant"
"""Who writes: the house's leader, somebody of its staff, the consultant."""


@dataclass(frozen=True)
class Found:
    """A finding, and the day on which it was put down."""

    day: str
    source: S
    role: R
    text: str
    by: str = LEADER
    readers: C = C.OPEN


@dataclass(frozen=True)
class Voice:
    """A need, and the days on which something happens to it."""

    house: int | None
    """The institution (from 0); None is the municipality's own."""
    area: str
    title: str
    day: str
    urgency: Urgency = Urgency.NORMAL
    staff: int = 6
    by: str = LEADER
    text: str = ""
    goal: str = ""
    """How the title of the goal begins."""
    found: tuple[Found, ...] = ()
    steps: tuple[tuple[str, str], ...] = ()
    """(day, verb)."""
    why: str = ""
    """Of a need that was parked or turned down."""
    into: str = ""
    """The title of the need it is merged into."""


DATA = Voice(
    1,
    EVALUATION,
    "Vi samler data om børnenes trivsel, men bruger dem ikke på stuerne",
    "2025-10-06",
    staff=9,
    text="Skemaerne ligger i en mappe. Vi mangler en fast måde at gå fra data til næste skridt.",
    goal="Alle børn",
    found=(
        Found("2025-10-07", S.EVALUATION, R.LEADER, "Tre af fire evalueringer fik ingen handling."),
        Found(
            "2025-10-20",
            S.SUPERVISION,
            R.CONSULTANT,
            "Tilsynet anbefaler en fælles evalueringskultur.",
            CONSULTANT,
        ),
        Found(
            "2025-10-28",
            S.GROUP_DIALOGUE,
            R.PEDAGOGUE,
            "På personalemødet efterspurgte alle stuer et fast spørgsmål at samles om.",
        ),
    ),
    steps=(
        ("2025-10-10", "analyse"),
        ("2025-10-29", "qualify"),
        ("2025-11-05", "prioritise"),
        ("2026-10-12", "close"),
    ),
)
FEW_WORDS = Voice(
    0,
    LANGUAGE,
    "Flere børn har få ord i garderoben og ved måltidet",
    "2025-10-13",
    Urgency.HIGH,
    staff=11,
    by=STAFF,
    text="Det er i rutinerne, vi taler mindst med de børn, der har mest brug for det.",
    goal="Alle børn",
    found=(
        Found(
            "2025-10-13",
            S.DIALOGUE,
            R.PEDAGOGUE,
            "Vi giver beskeder i stedet for at tale sammen, når der er travlt.",
            STAFF,
        ),
        Found(
            "2025-10-27",
            S.SCREENING,
            R.CONSULTANT,
            "Sprogvurderingen viser otte børn i fokuseret indsats mod fire sidste år.",
            CONSULTANT,
        ),
        Found("2025-11-03", S.MUS, R.LEADER, "Nævnt ved tre ud af fem samtaler.", readers=C.AUTHOR),
    ),
    steps=(("2025-10-15", "analyse"), ("2025-11-04", "qualify"), ("2025-11-10", "prioritise")),
)
SONGS = Voice(
    0,
    LANGUAGE,
    "Vi mangler fælles sange og rim til de yngste",
    "2025-10-30",
    staff=4,
    by=STAFF,
    found=(
        Found(
            "2025-10-30",
            S.TRIAL,
            R.PEDAGOGUE,
            "Fire uger med de samme tre sange gav flere ord ved puslebordet.",
            STAFF,
        ),
    ),
    steps=(("2025-11-06", "merge"),),
    into=FEW_WORDS.title,
)
CLOAKROOM = Voice(
    0,
    BELONGING,
    "Uro og konflikter i garderoben, når alle skal ud på én gang",
    "2026-09-07",
    Urgency.HIGH,
    staff=8,
    goal="Alle børn",
    found=(
        Found("2026-09-14", S.DIALOGUE, R.PEDAGOGUE, "Vi løber efter hinanden, og børnene venter."),
        Found(
            "2026-10-05",
            S.TRIAL,
            R.LEADER,
            "Med højst otte børn ad gangen faldt konflikterne til en tredjedel.",
        ),
        Found("2026-10-12", S.EVALUATION, R.PARENTS, "Forældrerådet ser stressede afhentninger."),
    ),
    steps=(("2026-09-15", "analyse"), ("2026-10-19", "qualify")),
)
LEFT_OUT = Voice(
    4,
    PLAY,
    "Børn i udsatte positioner holdes uden for legen",
    "2026-03-09",
    staff=7,
    goal="Alle med",
    found=(
        Found("2026-03-16", S.GROUP_DIALOGUE, R.PEDAGOGUE, "De samme fem børn står ved hegnet."),
        Found(
            "2026-04-13",
            S.RESOURCE_PERSON,
            R.RESOURCE_PERSON,
            "PPR har set to legegrupper: De voksne er for langt væk fra legen.",
            CONSULTANT,
            C.INSTITUTION,
        ),
    ),
    steps=(("2026-03-17", "analyse"), ("2026-05-04", "qualify"), ("2026-05-11", "prioritise")),
)
KIDS = Voice(
    4,
    EVALUATION,
    "KIDS-målingen peger på relationerne, og vi ved ikke, hvordan vi følger op",
    "2026-04-07",
    staff=10,
    goal="Alle børn",
    found=(
        Found("2026-04-07", S.SCREENING, R.LEADER, "Relationer og samspil: 3,1 mod 3,8 i 2024."),
        Found("2026-04-20", S.MUS, R.PEDAGOGUE, "Flere vil lære at observere.", readers=C.AUTHOR),
    ),
    steps=(("2026-04-09", "analyse"), ("2026-05-05", "qualify")),
)
NEW_COLLEAGUES = Voice(
    4,
    EARLY,
    "Tre nye pædagoger i vuggestuen mangler nogen at gå ved siden af",
    "2026-08-24",
    Urgency.ACUTE,
    staff=3,
    found=(
        Found("2026-08-26", S.DIALOGUE, R.PEDAGOGUE, "Vi er usikre på de helt små i indkøringen."),
        Found(
            "2026-08-31",
            S.RESOURCE_PERSON,
            R.RESOURCE_PERSON,
            "Sundhedsplejersken ser søvn og måltider håndteret forskelligt.",
            readers=C.INSTITUTION,
        ),
    ),
    steps=(("2026-08-25", "analyse"), ("2026-09-04", "qualify"), ("2026-09-07", "prioritise")),
)
MUSIC = Voice(
    2,
    PLAY,
    "Musikken er gledet ud af hverdagen",
    "2025-12-08",
    Urgency.LOW,
    staff=7,
    goal="Alle børn",
    found=(
        Found("2025-12-08", S.EVALUATION, R.LEADER, "Læreplansevalueringen: tre forløb på et år."),
        Found("2026-01-12", S.GROUP_DIALOGUE, R.PEDAGOGUE, "Kun to tør synge for hele stuen."),
    ),
    steps=(("2025-12-10", "analyse"), ("2026-01-19", "qualify")),
)
OUTSIDE = Voice(
    2,
    PLAY,
    "Vi kommer for lidt ud, og legepladsen bruges ikke pædagogisk",
    "2026-11-10",
    staff=9,
    by=STAFF,
    found=(Found("2026-11-10", S.DIALOGUE, R.PEDAGOGUE, "Vi står mest og ser på.", STAFF),),
)
TWO_LANGUAGES = Voice(
    3,
    LANGUAGE,
    "Vi ved for lidt om at støtte børn, der lærer to sprog på én gang",
    "2026-10-06",
    staff=8,
    text="Elleve af børnene taler et andet sprog hjemme.",
    found=(
        Found("2026-10-07", S.DIALOGUE, R.PARENTS, "Skal vi tale dansk hjemme, spørger forældre."),
        Found("2026-10-26", S.DIALOGUE, R.PEDAGOGUE, "Vi svarer forskelligt fra stue til stue."),
    ),
    steps=(("2026-10-08", "analyse"),),
)
MEALS = Voice(
    5,
    BELONGING,
    "Måltiderne er praktik og ikke samvær",
    "2026-02-02",
    staff=10,
    found=(Found("2026-02-02", S.SUPERVISION, R.CONSULTANT, "Set ved tilsynet.", CONSULTANT),),
    steps=(("2026-02-05", "analyse"), ("2026-03-02", "park")),
    why="Køkkenet bygges om til august. Vi tager det op igen, når der spises på stuerne.",
)
FIRST_AID = Voice(
    6,
    EARLY,
    "Vi vil have et ekstra kursus i førstehjælp",
    "2026-01-20",
    Urgency.LOW,
    staff=14,
    steps=(("2026-01-22", "reject"),),
    why="Førstehjælp er lovpligtig og tilbydes alle hvert andet år uden for denne liste.",
)
WATER = Voice(
    7,
    PLAY,
    "Drengene forsvinder ud af de skabende aktiviteter",
    "2026-04-21",
    staff=5,
    found=(
        Found("2026-04-22", S.EVALUATION, R.LEADER, "En af ni drenge deltog frivilligt."),
        Found("2026-05-18", S.TRIAL, R.PEDAGOGUE, "Med vand og gips deltog syv."),
    ),
    steps=(("2026-04-24", "analyse"), ("2026-05-20", "qualify"), ("2026-09-01", "withdraw")),
    why="Prøvehandlingen blev talt op to gange; resultatet er usikkert.",
)
TOO_LATE = Voice(
    None,
    EARLY,
    "Vi opdager børn i udsatte positioner for sent på tværs af husene",
    "2025-11-17",
    Urgency.HIGH,
    staff=40,
    by=CONSULTANT,
    goal="Flere pædagoger",
    found=(
        Found(
            "2025-11-17",
            S.RESOURCE_PERSON,
            R.RESOURCE_PERSON,
            "PPR får henvisninger et halvt år senere end for tre år siden.",
            CONSULTANT,
        ),
        Found("2025-12-01", S.SUPERVISION, R.CONSULTANT, "Gælder 14 af tilsynene.", CONSULTANT),
        Found("2026-01-12", S.GROUP_DIALOGUE, R.REPRESENTATIVE, "Drøftet i MED.", CONSULTANT),
    ),
    steps=(("2025-11-24", "analyse"), ("2026-01-19", "qualify"), ("2026-02-02", "prioritise")),
)
SHARED = (
    *(DATA, FEW_WORDS, SONGS, CLOAKROOM, LEFT_OUT, KIDS, NEW_COLLEAGUES, MUSIC, OUTSIDE),
    *(TWO_LANGUAGES, MEALS, FIRST_AID, WATER, TOO_LATE),
)


VOICES: dict[str, tuple[Voice, ...]] = {
    "glostrup": SHARED,
    "rudersdal": SHARED,
    "frederiksberg": SHARED,
}
