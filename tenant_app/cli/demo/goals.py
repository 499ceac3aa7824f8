"""The goals of the demo: what each municipality and some of its houses want, and what came of it.

The themes are those of the curriculum; words and figures are assumed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

from tenant_app.cli.demo import plan
from tenant_app.cli.demo.founding import Town
from tenant_app.cli.demo.stage import Stage
from tenant_app.goals import service as goals
from tenant_app.goals.models import LearningTheme as T

WRITTEN = plan.MOVED_IN + timedelta(days=14)
ADOPTED = plan.ADOPTED
BASELINE = date(2025, 9, 22)
COUNCIL = "Vedtaget i Børne- og Skoleudvalget 15-10-2025"
BOARD = "Drøftet i forældrebestyrelsen og vedtaget på personalemødet i november"


@dataclass(frozen=True)
class Aim:
    """A goal, the number that follows it, and what it showed on the days."""

    title: str
    text: str
    themes: tuple[T, ...]
    indicator: str
    measure: str
    scale: tuple[str, str]
    """At the start, and what it should be."""
    readings: tuple[tuple[str, str], ...] = ()
    house: int | None = None
    """The institution (from 0) whose goal it is; None is the municipality's."""
    serves: int | None = None
    """Which of the municipality's goals (from 0); None is local, or the municipality's own."""
    due: date = date(2027, 6, 30)


LANGUAGE = Aim(
    "Alle børn møder et rigt sprogmiljø hver dag",
    "Samtaler i flere led, dialogisk læsning og sprog i rutinerne: i garderoben, ved bordet og på "
    "puslebordet. Det gælder alle stuer, og børn med få ord først.",
    (T.LANGUAGE, T.SOCIAL),
    "Børn med aldersvarende sprog ved sprogvurdering",
    "% af børnene",
    ("68", "80"),
    (("2026-02-10", "69"), ("2026-06-09", "72.5"), ("2026-11-10", "75")),
)
BELONGING = Aim(
    "Alle børn har en plads i fællesskabet",
    "Børn i udsatte positioner inviteres ind i legen, og de voksne rammesætter leg, hvor alle kan "
    "være med.",
    (T.SOCIAL, T.PERSONAL),
    "Positivt samspil ved observation (KIDS)",
    "point (1–5)",
    ("3.1", "4"),
    (("2026-03-17", "3.2"), ("2026-09-22", "3.5")),
)
PLAY = Aim(
    "Lege- og læringsmiljøer af høj kvalitet i alle huse",
    "Rum, materialer og voksne, der indbyder til leg hele dagen, også ude.",
    (T.CULTURE, T.NATURE, T.BODY),
    "Samlet kvalitet ved observation (KIDS)",
    "point (1–5)",
    ("3.3", "4"),
    (("2026-03-24", "3.4"), ("2026-10-06", "3.7")),
)
EARLY = Aim(
    "Færre børn venter på hjælp",
    "Tværfaglige drøftelser tidligt, og en plan inden for fire uger fra den første bekymring.",
    (T.PERSONAL, T.SOCIAL),
    "Uger fra bekymring til plan",
    "uger",
    ("9", "4"),
    (("2026-04-14", "7.5"), ("2026-10-20", "6")),
)
MODULES = Aim(
    "Flere pædagoger med et diplommodul",
    "Viden fra uddannelsen bruges i huset: den, der har været afsted, leder en prøvehandling.",
    (T.LANGUAGE, T.CULTURE),
    "Pædagoger med mindst ét diplommodul",
    "% af pædagogerne",
    ("12", "25"),
    (("2026-03-03", "13"), ("2026-11-17", "17.5")),
)
HOUSES = (
    Aim(
        "Dialogisk læsning på alle stuer",
        "Hvert barn læser med en voksen mindst tre gange om ugen.",
        (T.LANGUAGE,),
        "Stuer med dialogisk læsning tre gange om ugen",
        "stuer",
        ("1", "4"),
        (("2026-04-21", "2"), ("2026-11-03", "3")),
        house=0,
        serves=0,
        due=date(2026, 12, 31),
    ),
    Aim(
        "Rolige overgange i garderoben",
        "Færre børn ad gangen, og tid til at øve selv.",
        (T.PERSONAL, T.BODY),
        "Børn, der selv tager tøj på",
        "% af børnene",
        ("35", "60"),
        (("2026-05-12", "48"),),
        house=1,
        serves=0,
    ),
    Aim(
        "Ude hver dag, i al slags vejr",
        "Husets eget mål: natur og science i hverdagen.",
        (T.NATURE, T.BODY),
        "Timer ude om dagen",
        "timer",
        ("1.5", "3"),
        house=2,
    ),
    Aim(
        "Alle med i legen",
        "Legegrupper med en voksen, som børn i udsatte positioner kan holde fast i.",
        (T.SOCIAL,),
        "Børn uden en fast legekammerat",
        "børn",
        ("9", "3"),
        (("2026-06-16", "6"),),
        house=4,
        serves=1,
    ),
)
AIMS: dict[str, tuple[Aim, ...]] = {
    "glostrup": (LANGUAGE, BELONGING, *HOUSES),
    "rudersdal": (LANGUAGE, MODULES, EARLY, *HOUSES),
    "frederiksberg": (PLAY, BELONGING, EARLY, *HOUSES),
}


def adopt_goals(stage: Stage, town: Town) -> dict[Aim, UUID]:
    """The goals are written and adopted. Returns what each is followed by."""
    followed: dict[Aim, UUID] = {}
    top: list[UUID] = []
    for aim in AIMS.get(town.place.slug, ()):
        who, unit_id = _keeper(town, aim)
        ctx = stage.enter(WRITTEN, who)
        made = goals.create(
            ctx,
            unit_id=unit_id,
            title=aim.title,
            description=aim.text,
            themes=[theme.value for theme in aim.themes],
            due_date=aim.due,
            parent_id=None if aim.serves is None else top[aim.serves],
            is_local=aim.house is not None and aim.serves is None,
        )
        followed[aim] = goals.set_indicator(
            ctx,
            made.id,
            name=aim.indicator,
            measure=aim.measure,
            baseline=Decimal(aim.scale[0]),
            baseline_on=BASELINE,
            target=Decimal(aim.scale[1]),
        ).id
        goals.adopt(stage.enter(ADOPTED, who), made.id, note=BOARD if aim.house else COUNCIL)
        if aim.house is None:
            top.append(made.id)
    return followed


def measurings(town: Town) -> Iterator[tuple[datetime, Aim, Decimal]]:
    """When which goal is measured, and what it shows."""
    for aim in AIMS.get(town.place.slug, ()):
        for day, value in aim.readings:
            moment = datetime.combine(date.fromisoformat(day), time(12, 15), tzinfo=UTC)
            yield moment, aim, Decimal(value)


def measure(
    stage: Stage, town: Town, aim: Aim, indicator_id: UUID, value: Decimal, at: datetime
) -> None:
    """Whoever keeps the goal records what its indicator shows that day."""
    ctx = stage.enter(at, _keeper(town, aim)[0])
    goals.record_reading(ctx, indicator_id, read_on=ctx.today, value=value)


def _keeper(town: Town, aim: Aim) -> tuple[UUID, UUID]:
    """(login, unit) of those whose goal it is."""
    if aim.house is not None:
        return town.leaders[aim.house], town.institution(aim.house)
    assert town.consultant_id is not None
    return town.consultant_id, town.root_id
