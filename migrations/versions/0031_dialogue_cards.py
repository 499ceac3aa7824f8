"""Municipalities that are there get the standard set of dialogue cards."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

STANDARD = (
    (
        "needs",
        1,
        "Det, der udfordrer os",
        "What challenges us",
        "Hvilke faglige udfordringer møder vi i vores pædagogiske praksis lige nu?",
        "Which professional challenges do we meet in our pedagogical practice right now?",
        "Tænk på en konkret situation fra den seneste måned, hvor det ikke gik, som I ville.",
        "Think of one situation from the past month that did not go as you wanted.",
    ),
    (
        "needs",
        2,
        "Det, børnene mærker",
        "What the children notice",
        "Hvad betyder udfordringen for børnene, og hvilke børn mærker den mest?",
        "What does the challenge mean for the children, and which of them notice it most?",
        "Se også efter de yngste, de stille og børn i udsatte positioner.",
        "Look for the youngest, the quiet ones and children in vulnerable positions, too.",
    ),
    (
        "needs",
        3,
        "Hvor ved vi det fra?",
        "How do we know?",
        "Hvad bygger vi på: dialog i hverdagen, MUS, evaluering, tilsyn eller screening?",
        "What do we build on: everyday dialogue, development talks, evaluation, supervision or "
        "screening?",
        "Et behov står stærkere, når mindst to slags kilder peger på det samme.",
        "A need stands stronger when at least two kinds of source point to the same.",
    ),
    (
        "needs",
        4,
        "Andre øjne på sagen",
        "Other eyes on it",
        "Hvem ser noget andet end os: forældre, vejledere, sundhedsplejerske, PPR eller "
        "forvaltningen?",
        "Who sees something else than we do: parents, advisers, the health visitor, PPR or the "
        "administration?",
        "Hvem kan I spørge, inden I beslutter jer?",
        "Whom can you ask before you decide?",
    ),
    (
        "needs",
        5,
        "Det, vi mangler at kunne",
        "What we cannot do yet",
        "Hvilken viden og hvilke kompetencer mangler vi for at løse udfordringen?",
        "Which knowledge and competences do we lack to meet the challenge?",
        "Skeln mellem det, I ikke ved, og det, I ved, men ikke får gjort.",
        "Tell what you do not know from what you know and do not get done.",
    ),
    (
        "needs",
        6,
        "Der, hvor vi vil hen",
        "Where we want to go",
        "Hvilket af institutionens eller kommunens mål bringer det os tættere på?",
        "Which goal of the institution or the municipality does it bring us closer to?",
        "Kan I ikke pege på et mål, så skriv, hvad der ville være anderledes om et år.",
        "If there is no such goal, write what would be different in a year.",
    ),
    (
        "needs",
        7,
        "Det, der haster",
        "What is urgent",
        "Hvad skal vi tage fat på først, og hvad kan vente?",
        "What must we begin with, and what can wait?",
        "Stem om det, hvis I ikke er enige.",
        "Vote on it if you do not agree.",
    ),
    (
        "initiative",
        1,
        "Den form, der passer",
        "The form that fits",
        "Hvilken form passer bedst til behovet: kursus, diplommodul, oplæg, sidemandsoplæring "
        "eller aktionslæring?",
        "Which form fits the need best: a course, a diploma module, a lecture, peer training "
        "or action learning?",
        "Jo tættere på hverdagen, jo lettere er det at bruge bagefter.",
        "The closer to everyday life, the easier it is to use afterwards.",
    ),
    (
        "initiative",
        2,
        "Hvem og hvor mange",
        "Who and how many",
        "Hvor mange pædagoger har brug for det, og hvem er det vigtigst for?",
        "How many pedagogues need it, and for whom does it matter most?",
        "Tænk på alle stuer og på dem, der ikke er her i dag.",
        "Think of every group, and of those who are not here today.",
    ),
    (
        "initiative",
        3,
        "Sammen med andre",
        "Together with others",
        "Har andre institutioner det samme behov, så vi kan gøre det sammen?",
        "Do other institutions have the same need, so that we can do it together?",
        "Spørg jeres leder, hvad der er talt om på ledermøderne.",
        "Ask your leader what was said at the leaders’ meetings.",
    ),
    (
        "initiative",
        4,
        "Fælles niveau",
        "A shared level",
        "Skal alle kunne det samme, eller skal nogle kunne mere end andre?",
        "Must all be able to do the same, or some more than others?",
        "Nogle kan gå forrest, hvis der er plads til, at de lærer fra sig.",
        "Some can lead the way, if they are given time to pass it on.",
    ),
    (
        "initiative",
        5,
        "Dem, der kan hjælpe",
        "Those who can help",
        "Har vi brug for ressourcepersoner, og kan kommunens egne løfte opgaven?",
        "Do we need resource persons, and can the municipality’s own carry it?",
        "Vejledere, konsulenter, sundhedsplejersker og PPR kender jer måske allerede.",
        "Advisers, consultants, health visitors and PPR may know you already.",
    ),
    (
        "initiative",
        6,
        "Tid og penge",
        "Time and money",
        "Hvad kræver det af tid, vikarer og penge, og hvor kan de komme fra?",
        "What does it take of time, cover and money, and where can they come from?",
        "Skriv det, I tror, det koster. Det kan regnes efter bagefter.",
        "Write what you think it costs. It can be worked out later.",
    ),
    (
        "initiative",
        7,
        "To eller flere ad gangen",
        "Two or more at a time",
        "Hvem tager afsted sammen, så ingen står alene med det nye?",
        "Who goes together, so that nobody is alone with what is new?",
        "To fra hver stue holder hinanden fast, når hverdagen trænger sig på.",
        "Two from each group keep each other going when everyday life presses on.",
    ),
    (
        "initiative",
        8,
        "Det, vi lader ligge",
        "What we leave",
        "Hvad er vi allerede i gang med, og hvad må vente for at give plads?",
        "What is under way already, and what must wait to make room?",
        "For mange indsatser på én gang bliver sjældent til ny praksis.",
        "Too many efforts at once seldom become new practice.",
    ),
    (
        "planning",
        1,
        "Før forløbet",
        "Before the course",
        "Hvad skal leder og deltagere have aftalt, inden forløbet begynder?",
        "What must leader and participants have agreed before the course begins?",
        "Hvad skal det bruges til, og hvordan gør vi resten af huset klar?",
        "What is it to be used for, and how do we make the rest of the house ready?",
    ),
    (
        "planning",
        2,
        "Undervejs",
        "During the course",
        "Hvordan kan kollegerne følge med, mens nogle af os er på kursus?",
        "How can colleagues follow along while some of us are on a course?",
        "Måske fem minutter på hvert stuemøde.",
        "Five minutes at each team meeting, perhaps.",
    ),
    (
        "planning",
        3,
        "Del det lærte",
        "Share what was learnt",
        "Hvem deler det lærte med hvem, hvor og hvornår?",
        "Who shares what was learnt with whom, where and when?",
        "Sæt dato på, og skriv hvilket møde det er.",
        "Set a date, and write which meeting it is.",
    ),
    (
        "planning",
        4,
        "Prøv det af",
        "Try it out",
        "Hvad prøver vi af hjemme i den første måned, og hvad er tegn på, at det virker?",
        "What do we try out at home in the first month, and what are signs that it works?",
        "Vælg noget småt, som I kan se eller høre i hverdagen.",
        "Choose something small that you can see or hear in everyday life.",
    ),
    (
        "planning",
        5,
        "Lederens blik",
        "The leader’s eye",
        "Hvordan følger lederen med, og hvornår kommer lederen og ser på?",
        "How does the leader follow it, and when does the leader come to look?",
        "Aftal, hvad I gerne vil have, at lederen ser efter.",
        "Agree on what you would like the leader to look for.",
    ),
    (
        "planning",
        6,
        "Fælles om det",
        "In it together",
        "Hvordan skaber vi fællesskab og lyst, så alle vil være med?",
        "How do we create community and engagement, so that all want to take part?",
        "Hvad har virket for jer før?",
        "What has worked for you before?",
    ),
    (
        "planning",
        7,
        "Fast i hverdagen",
        "Kept in everyday life",
        "Hvordan holder vi fast i det nye, når hverdagen trænger sig på?",
        "How do we keep hold of what is new when everyday life presses on?",
        "Hvem minder os om det, og hvornår taler vi om det igen?",
        "Who reminds us, and when do we talk of it again?",
    ),
)
"""As `dialogue.rules.standard` had it when these tables were made: phase, position, then title,
question and hint, each in Danish and English."""
NAMES = ("phase", "position", "title_da", "title_en")
NAMES += ("question_da", "question_en", "hint_da", "hint_en")
CARDS = sa.table("dialogue_cards", *map(sa.column, ("tenant_id", "id", *NAMES)))
SETTINGS = sa.table("tenant_settings", sa.column("tenant_id"))
BEHIND_A_FENCE = ("tenant_settings", "dialogue_cards")
"""Forced on the owner too, who would find no municipality and write for none."""


def upgrade() -> None:
    columns = [sa.column(n, sa.Integer() if n == "position" else sa.Text()) for n in NAMES]
    card = sa.values(*columns, name="card").data(list(STANDARD))
    # One statement, so that the first card of the set does not keep the others out.
    has_cards = sa.exists().where(CARDS.c.tenant_id == SETTINGS.c.tenant_id)
    found = (
        sa.select(SETTINGS.c.tenant_id, sa.func.gen_random_uuid(), *card.c)
        .select_from(SETTINGS.join(card, sa.true()))
        .where(~has_cards)
    )
    for table in BEHIND_A_FENCE:
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    op.execute(sa.insert(CARDS).from_select(["tenant_id", "id", *NAMES], found))
    for table in BEHIND_A_FENCE:
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def downgrade() -> None:
    """The cards stay: the municipality made them its own, and sessions are held with them.

    `upgrade` leaves a municipality that has cards alone, and 0026 takes the table away.
    """
