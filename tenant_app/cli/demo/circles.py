"""What is said in the dialogue sessions of the demo. All of it is assumed."""

from __future__ import annotations

from dataclasses import dataclass

from tenant_app.anchoring.models import Owner
from tenant_app.anchoring.models import Phase as When
from tenant_app.cli.demo.efforts import LANGUAGE, PLAY
from tenant_app.dialogue.models import Phase

N, I, P = Phase.NEEDS, Phase.INITIATIVE, Phase.PLANNING  # noqa: E741 - the three phases
WORKER, DEPUTY, LEADER, ADVISER = range(4)
"""Who is there: two of the staff, the leader, the consultant."""


@dataclass(frozen=True)
class Line:
    """An answer: on which card of the phase (from 0), by whom, and who votes for it."""

    phase: Phase
    card: int
    by: int
    text: str
    votes: tuple[int, ...] = ()
    need: int | None = None
    """Which of the circle's needs it becomes part of."""
    agreement: tuple[When, Owner, str] | None = None
    """When, whose and until when, where it becomes an agreement."""


@dataclass(frozen=True)
class Circle:
    """A session of a house's staff, and what becomes of it."""

    title: str
    day: str
    area: str
    needs: tuple[str, ...]
    seen: str
    """What the consultant adds to the first need, so that it can be qualified."""
    initiative: str
    lines: tuple[Line, ...]
    coming: str
    """What the session of today is about."""
    begun: tuple[Line, ...]


_L, _T = Owner.LEADER, Owner.PARTICIPANT
CIRCLES: dict[str, Circle] = {
    "glostrup": Circle(
        "Samtaler ved måltidet",
        "2026-09-22",
        LANGUAGE,
        (
            "Vi mangler greb til samtaler med de børn, der siger mindst",
            "Nye kolleger kender ikke vores måde at tale med børnene på",
        ),
        "Ved tre måltider i august talte de voksne mest med de samme fire børn.",
        "Samtaler ved bordet: to fra hver stue lærer at filme og se sammen",
        (
            Line(
                N, 0, WORKER, "Ved frokosten taler vi mest med dem, der selv taler.", (1, 2, 3), 0
            ),
            Line(N, 1, DEPUTY, "De stille børn bliver hjulpet, men ikke spurgt.", (0, 2), 0),
            Line(N, 4, LEADER, "Vi har ingen fælles aftale om, hvad en god samtale er.", (3,), 0),
            Line(N, 4, ADVISER, "De nye får det ikke med i introduktionen.", (1,), 1),
            Line(N, 6, WORKER, "Måltidet først, garderoben bagefter.", (1, 2)),
            Line(I, 0, ADVISER, "Videofeedback på egne måltider, tre gange.", (0, 1, 2)),
            Line(I, 6, DEPUTY, "To fra hver stue, så ingen står alene med kameraet.", (0, 2)),
            Line(I, 7, LEADER, "Vi venter med musikforløbet til foråret.", (1, 3)),
            Line(
                P,
                0,
                LEADER,
                "Leder og deltagere aftaler, hvilke børn vi følger.",
                (0, 1),
                agreement=(When.BEFORE, _L, "2026-11-02"),
            ),
            Line(
                P,
                2,
                WORKER,
                "Vi viser et klip hver på stuemødet den første torsdag i måneden.",
                (1, 2, 3),
                agreement=(When.AFTER, _T, "2026-12-03"),
            ),
            Line(
                P,
                4,
                DEPUTY,
                "Lederen sidder med ved et måltid på hver stue.",
                (0,),
                agreement=(When.AFTER, _L, "2027-01-15"),
            ),
        ),
        "Hvordan holder vi fast i det nye?",
        (
            Line(N, 0, LEADER, "Vi glemmer aftalerne, når der er sygdom.", (1,)),
            Line(N, 1, DEPUTY, "Børnene møder forskellige voksne hver dag i de uger."),
        ),
    ),
    "rudersdal": Circle(
        "Sprog i garderoben",
        "2026-09-15",
        LANGUAGE,
        (
            "Vi mangler fælles greb til sproget i garderoben",
            "Vikarerne ved ikke, hvad vi gør med de tosprogede børn",
        ),
        "Sprogvurderingen viser, at halvdelen af børnene får få samtaler i overgangene.",
        "Garderoben som sprogligt rum",
        (
            Line(
                N,
                0,
                WORKER,
                "I garderoben giver vi beskeder i stedet for at tale med børnene.",
                (1, 2, 3),
                0,
            ),
            Line(
                N, 1, DEPUTY, "Børn med få ord får hjælp med tøjet, før de når at bede.", (0, 3), 0
            ),
            Line(N, 2, ADVISER, "Både sprogvurderingen og tilsynet peger på overgangene.", (2,), 0),
            Line(N, 4, LEADER, "Vikarerne er der tit, og de kender ikke vores greb.", (0, 1), 1),
            Line(N, 6, WORKER, "Garderoben kan vi begynde med i morgen."),
            Line(I, 0, DEPUTY, "Sidemandsoplæring: sprogvejlederen går med i to uger.", (0, 2, 3)),
            Line(I, 1, LEADER, "Seks fra børnehaven og to fra vuggestuen.", (1,)),
            Line(I, 4, ADVISER, "Kommunens sprogvejleder kan løfte det med 20 timer.", (0, 2)),
            Line(
                P,
                0,
                LEADER,
                "Vagtplanen lægges, så vi er to i garderoben i de to uger.",
                (0, 1, 3),
                agreement=(When.BEFORE, _L, "2026-10-26"),
            ),
            Line(
                P,
                2,
                WORKER,
                "Vi deler tre greb på personalemødet, og vikarerne får dem på et kort.",
                (1, 2),
                agreement=(When.AFTER, _T, "2026-12-08"),
            ),
            Line(
                P,
                3,
                DEPUTY,
                "Vi prøver ti minutters ro før tøjet og tæller børnenes egne sætninger.",
                (0, 3),
                agreement=(When.AFTER, _T, "2026-12-18"),
            ),
        ),
        "Overgange fra vuggestue til børnehave",
        (
            Line(N, 0, LEADER, "De nye børnehavebørn bliver væk i gruppen de første uger.", (1,)),
            Line(N, 0, DEPUTY, "Vi ved for lidt om, hvad de kunne i vuggestuen.", (2,)),
            Line(N, 1, LEADER, "Flere holder op med at lege, når de skifter stue."),
        ),
    ),
    "frederiksberg": Circle(
        "Børn på kanten af legen",
        "2026-10-06",
        PLAY,
        (
            "Vi mangler viden om at lede leg uden at overtage den",
            "Legepladsen er et sted, hvor vi holder vagt",
        ),
        "KIDS viser lavest score på vores støtte til leg mellem børn.",
        "De voksne med i legen: aktionslæring på legepladsen",
        (
            Line(N, 0, WORKER, "Vi står langs hegnet og tæller børn.", (1, 2, 3), 1),
            Line(N, 1, ADVISER, "De samme fire børn går alene rundt, til vi går ind.", (0, 2), 0),
            Line(N, 4, DEPUTY, "Jeg går ind i legen, og så bliver det min leg.", (0, 2, 3), 0),
            Line(N, 2, LEADER, "KIDS og vores egne iagttagelser siger det samme.", (1,), 0),
            Line(I, 0, LEADER, "Aktionslæring: vi prøver, ser på det og prøver igen.", (0, 1)),
            Line(I, 2, ADVISER, "Nabohuset har samme behov, så vi kan gøre det sammen.", (2,)),
            Line(I, 6, WORKER, "En fra hver stue i hver runde.", (1, 3)),
            Line(
                P,
                1,
                DEPUTY,
                "Vi skriver en linje om dagens leg i kalenderen.",
                (0,),
                agreement=(When.DURING, _T, "2026-11-30"),
            ),
            Line(
                P,
                2,
                LEADER,
                "Hver runde slutter med fortællinger på personalemødet.",
                (0, 1, 3),
                agreement=(When.AFTER, _T, "2026-12-15"),
            ),
            Line(
                P,
                4,
                WORKER,
                "Lederen er på legepladsen hver anden torsdag og giver tilbage.",
                (1, 2),
                agreement=(When.AFTER, _L, "2027-01-28"),
            ),
        ),
        "Fællesskaber for alle",
        (
            Line(N, 0, DEPUTY, "Børn med diagnoser følges af én voksen og ser få børn.", (2,)),
            Line(N, 1, LEADER, "De andre børn spørger, hvorfor de ikke må lege med."),
        ),
    ),
}
