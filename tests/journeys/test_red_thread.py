"""The red thread from end to end, in the three ways of working of the seed."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

from tenant_app.catalogue.models import CourseForm
from tenant_app.core.money import kroner
from tenant_app.initiatives import service as initiatives
from tenant_app.initiatives.models import InitiativeState as S
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import Unit
from tenant_app.supervision import service as supervision
from tenant_app.supervision.models import Notice
from tests.journeys.conftest import Enter
from tests.journeys.thread import AREA, INITIATIVE, NEED, Thread
from tests.journeys.visitor import PHONE
from tests.town import Town

SHORT = {"fee": kroner(3_000), "ects": "0", "cover_hours": "14", "form": CourseForm.COURSE}


def is_busy(thread: Thread, count: int) -> None:
    """The house has so many initiatives under way."""
    town = thread.town
    for number in range(count):
        with town.as_user("leader_n1") as ctx:
            made = initiatives.create(
                ctx,
                unit_id=town.units["n1"],
                title=f"Gang i {number}",
                people=3,
                starts_on=ctx.today,
                ends_on=ctx.today + timedelta(days=60),
                goal_id=thread.goal_id,
            )
            for state in (S.QUALIFIED, S.PRIORITISED, S.PLANNED, S.RUNNING):
                initiatives.move(ctx, made.id, state)


def test_glostrup_few_things_at_once_and_a_weak_economy(sign_in: Enter, town: Town) -> None:
    """The third initiative is refused and let in for a reason; the central pool pays 80 %."""
    thread = Thread(town, sign_in, "mixed_equity")
    with town.as_user("admin") as ctx:
        organisation.describe_unit(ctx, town.units["n1"], name=f"n1 {town.slug}", weak_economy=True)
    thread.sets_the_goal()
    is_busy(thread, 2)
    course = thread.offers_the_course(**SHORT)
    thread.reports_the_need()
    thread.adds_evidence(
        "leader_n1", "Lokal evaluering", "Institutionens leder", "Evalueringen af foråret"
    )
    thread.qualifies_the_need()
    thread.makes_the_initiative("leader_n1", course=course)

    leader = thread.who("leader_n1")
    leader.reads("Grænsen på 2 på én gang er nået i:")
    leader.follows("Start indsats")
    leader.presses("Start indsats")
    leader.reads("Intet blev ændret.")
    area = thread.opens_the_initiative("area_north")
    area.follows("Start over grænsen")
    area.fills("Begrundelse for at gå over grænsen", "Børnene kan ikke vente til efter sommer")
    area.presses("Start over grænsen")
    area.reads("Indsatsen er i gang.")
    area.menu("Portefølje")
    area.reads("Børnene kan ikke vente til efter sommer")
    area.looks("traad-glostrup-portefoelje", wide_table=True)
    admin = thread.who("admin")
    admin.menu("Log")
    admin.reads("Børnene kan ikke vente til efter sommer")

    thread.asks_for_the_course("leader_n1", course, "ped_n1_1")
    leader.reads("Svag økonomi")
    thread.answers("area_north", "ped_n1_1")
    total = sum(thread.school.money("root")) + sum(thread.school.money("n1"))
    assert sum(thread.school.money("root")) * 5 == total * 4
    thread.completes("leader_n1", "ped_n1_1")
    thread.anchors("ped_n1", "leader_n1", "ped_n1_1", place="På stuen")
    thread.reads_the_indicator("admin")
    thread.follows_it_back("admin", person="ped_n1_1", course=course)


def test_rudersdal_ects_is_central_and_a_survey_comes_first(sign_in: Enter, town: Town) -> None:
    """Area leaders coordinate, consultants ask before the course, and the fee is all central."""
    thread = Thread(town, sign_in, "ects_central")
    thread.sets_the_goal()
    course = thread.offers_the_course()
    thread.reports_the_need()
    thread.adds_evidence(
        "consultant", "Pædagogisk tilsyn", "Pædagogisk konsulent", "Set ved tilsynet i marts"
    )
    thread.qualifies_the_need()
    thread.makes_the_initiative("area_north", course=course, unit="north")

    thread.asks_for_the_course("leader_n1", course, "ped_n1_1")
    thread.answers("area_north", "ped_n1_1")
    thread.answers("admin", "ped_n1_1")
    assert thread.school.money("root") == (0, kroner(20_900), 0)
    assert thread.school.money("n1") == (0, kroner(8_900), 0)

    consultant = thread.opens_the_initiative("consultant")
    consultant.reads("Forundersøgelsen er ikke åbnet.")
    thread.does(consultant, "Åbn forundersøgelsen", "Forundersøgelsen er åben.")
    me = thread.who("ped_n1", width=PHONE)
    me.menu("Forundersøgelser")
    me.row(INITIATIVE).get_by_role("link").click()
    me.page.get_by_label("2", exact=True).check()
    me.fills("Hvad forventer du at lære?", "Lege, hvor alle kan være med")
    me.looks("traad-rudersdal-forundersoegelse")
    me.presses("Besvar forundersøgelsen")
    me.reads("Tak. Dit svar er gemt.")
    consultant = thread.opens_the_initiative("consultant")
    consultant.reads("Færre end 5 har svaret.")
    thread.does(consultant, "Start indsats", "Indsatsen er i gang.")

    thread.completes("leader_n1", "ped_n1_1")
    thread.anchors("ped_n1", "leader_n1", "ped_n1_1", place="Teammøde")
    thread.reads_the_indicator("consultant")
    thread.follows_it_back("admin", person="ped_n1_1", course=course)


def screened(thread: Thread) -> None:
    """The administration screens by KIDS, and reads the results in from a file."""
    town = thread.town
    with town.as_user("consultant") as ctx:
        supervision.create_tool(
            ctx,
            name="KIDS",
            scale=supervision.Scale(Decimal(1), Decimal(5), Decimal("0.5"), Decimal("3.5")),
            areas=[supervision.AreaDraft("Leg og aktivitet", thread.area_id)],
        )
        number = ctx.session.get_one(Unit, town.units["n1"]).number
    lines = (
        "enhedsnummer;redskab;dato;område;score;observationer\n"
        f"{number};KIDS;{thread.day};Leg og aktivitet;2,5;12\n"
    )
    admin = thread.who("admin")
    admin.menu("Importér")
    admin.page.locator("[name=kind]").select_option("screenings")
    admin.page.locator("[name=file]").set_input_files(
        {"name": "kids.csv", "mimeType": "text/csv", "buffer": lines.encode()}
    )
    admin.presses("Tjek filen")
    admin.presses("Importér")


def test_frederiksberg_screening_supervision_and_a_free_house(sign_in: Enter, town: Town) -> None:
    """What was screened and seen becomes the need; the leader decides alone, and shares at the
    staff meeting."""
    thread = Thread(town, sign_in, "decentral")
    thread.sets_the_goal()
    course = thread.offers_the_course(**SHORT)
    screened(thread)
    consultant = thread.who("consultant")
    consultant.menu("Screeninger")
    consultant.row(f"n1 {town.slug}").get_by_role("link").first.click()
    consultant.page.get_by_role("link", name=re.compile("^Brug som belæg")).click()
    consultant.fills("Det nye behov i én sætning", NEED)
    consultant.presses("Brug som belæg")
    consultant.sees_heading(NEED)
    consultant.reads("Screening", "Indeks 1")

    with town.as_user("consultant") as ctx:
        visit = supervision.plan(
            ctx,
            unit_id=town.units["n1"],
            visit_on=ctx.today,
            notice=Notice.UNANNOUNCED,
            by_whom="Pædagogisk konsulent",
        )
        supervision.hold(ctx, visit.id, visit_on=ctx.today, heightened=False)
    consultant.menu("Tilsynsbesøg")
    consultant.row(f"n1 {town.slug}").get_by_role("link").first.click()
    consultant.follows("Skriv et fund ned")
    consultant.page.get_by_label("Opmærksomhedspunkt").check()
    consultant.chooses("Kompetenceområde", AREA)
    consultant.fills("Hvad blev der set?", "Fire børn søgte voksne og ikke hinanden")
    consultant.presses("Skriv et fund ned")
    consultant.reads("Fundet er skrevet ned.")
    leader = thread.who("leader_n1")
    leader.menu("Tilsynsbesøg")
    leader.row(f"n1 {town.slug}").get_by_role("link").first.click()
    leader.page.get_by_role("link", name=re.compile("^Brug som belæg")).click()
    leader.chooses("Hvis blik er det?", "Institutionens leder")
    thread.chooses_like(leader, "Hvilket behov er det belæg for?", NEED)
    leader.presses("Brug som belæg")
    leader.sees_heading(NEED)
    leader.reads("Indeks 2", "Fire børn søgte voksne og ikke hinanden")

    thread.qualifies_the_need()
    thread.makes_the_initiative("leader_n1", course=course)
    thread.does(leader, "Start indsats", "Indsatsen er i gang.")
    thread.asks_for_the_course("leader_n1", course, "ped_n1_1")
    assert thread.school.money("root") == (0, 0, 0)
    assert thread.school.money("n1")[1] > 0  # the leader decides alone, with the house's own money
    thread.completes("leader_n1", "ped_n1_1")
    thread.anchors("ped_n1", "leader_n1", "ped_n1_1", place="Personalemøde")
    thread.reads_the_indicator("consultant")
    thread.follows_it_back("admin", person="ped_n1_1", course=course)
