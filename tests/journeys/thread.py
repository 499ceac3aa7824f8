"""The red thread as people walk it: a problem in practice becomes a need, a need an initiative, an
initiative a course, and a course a changed practice that the goal's indicator shows.

Each step is a page that somebody opens and a button that somebody presses.
"""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

from playwright.sync_api import expect
from sqlalchemy import update

from tenant_app.competences import service as competences
from tenant_app.core.clock import danish_date
from tenant_app.goals import service as goals
from tenant_app.tenancy import profiles
from tenant_app.tenancy.models import TenantSettings
from tests.journeys.conftest import Enter, Offered
from tests.journeys.visitor import DESKTOP, PHONE, Visitor
from tests.town import Town

GOAL = "Alle børn er med i legen"
INDICATOR = "Børn, der leger hver dag"
AREA = "Leg og fællesskab"
NEED = "Vi mangler måder at få de stille børn med i legen"
INITIATIVE = "Leg med alle"
LINE = re.compile(r"\s+")


class Thread:
    """One municipality that works by a profile, and the people who walk the thread in it."""

    def __init__(self, town: Town, sign_in: Enter, profile: str) -> None:
        self.town = town
        self.start = profiles.load(profile)
        self.school = Offered(
            town,
            year=town.now.year,
            funding_rules=[dict(rule) for rule in self.start.funding_rules],
            approval_rules=[dict(rule) for rule in self.start.approval_rules],
        )
        with town.as_system() as ctx:
            limits = dict(self.start.limits)
            ctx.session.execute(update(TenantSettings).values(limits=limits))
            self.area_id = competences.create_area(ctx, name=AREA).id
        self._sign_in = sign_in
        self._visitors: dict[tuple[str, int], Visitor] = {}

    def who(self, name: str, *, width: int = DESKTOP) -> Visitor:
        """The person at their browser, signed in once."""
        if (name, width) not in self._visitors:
            self._visitors[name, width] = self._sign_in(name, width=width)
        return self._visitors[name, width]

    @property
    def day(self) -> str:
        return danish_date(self.town.now).strftime("%d-%m-%Y")

    def sets_the_goal(self) -> None:
        """The municipality has a goal that is followed by a number: 40 % at the start."""
        with self.town.as_user("admin") as ctx:
            today = ctx.today
            made = goals.create(ctx, unit_id=self.town.units["root"], title=GOAL, themes=["social"])
            self.goal_id = made.id
            goals.set_indicator(
                ctx,
                made.id,
                name=INDICATOR,
                measure="%",
                baseline=Decimal(40),
                baseline_on=today - timedelta(days=200),
                target=Decimal(90),
            )
            goals.adopt(ctx, made.id, note="Udvalget, møde 3")

    def offers_the_course(self, **facts: object) -> str:
        """A course that is held today; its title."""
        today = danish_date(self.town.now)
        session = self.school.session(starts_on=today, deadline=today, **facts)  # type: ignore[arg-type]  # passed on as given
        return self.school.title_of(session)

    def reports_the_need(self, name: str = "ped_n1") -> None:
        """A pedagogue with a phone says what is lacking, and what was seen."""
        me = self.who(name, width=PHONE)
        me.opens("/admin/needs/report/")
        me.fills("Hvad mangler I? Skriv én sætning", NEED)
        me.page.get_by_label(AREA).check()
        me.page.get_by_label("Inden for tre måneder").check()
        me.fills("Hvor mange af personalet gælder det?", "4")
        me.page.get_by_text("Tilføj, hvad du har set (ikke et krav)").click()
        me.chooses("Hvor ved du det fra?", "Løbende dialog")
        me.fills("Hvad blev der set?", "Fire børn sidder for sig selv ved formiddagslegen")
        me.presses("Send")
        me.reads("Tak. Behovet er meldt, og du kan følge det her.", "Indeks 1")

    def opens_the_need(self, name: str) -> Visitor:
        leader = self.who(name)
        leader.menu("Behov")
        leader.row(NEED).get_by_role("link").first.click()
        leader.sees_heading(NEED)
        return leader

    def adds_evidence(self, name: str, source: str, role: str, text: str) -> None:
        found = self.opens_the_need(name)
        found.follows("Tilføj belæg")
        found.chooses("Kilde", source)
        found.chooses("Hvis blik er det?", role)
        found.fills("Hvad blev der set?", text)
        found.presses("Tilføj belæg")
        found.reads("Belægget er tilføjet.", text)

    def does(self, who: Visitor, verb: str, said: str) -> None:
        """A verb that asks for nothing more."""
        who.page.get_by_role("link", name=verb, exact=True).first.click()
        who.presses(verb)
        who.reads(said)

    def qualifies_the_need(self, name: str = "leader_n1") -> None:
        """It serves the goal, and enough stands behind it."""
        leader = self.opens_the_need(name)
        leader.follows("Ret behovet")
        leader.field("Mål, det tjener").select_option(label=self._option(leader, GOAL))
        leader.presses("Ret behovet")
        leader.reads("Behovet er rettet.")
        self.does(leader, "Analysér behovet", "Behovet analyseres nu.")
        self.does(leader, "Kvalificér behovet", "Behovet er kvalificeret.")
        self.does(leader, "Prioritér behovet", "Behovet er prioriteret.")

    def _option(self, who: Visitor, text: str, label: str = "Mål, det tjener") -> str:
        """The whole label of the option that has the text."""
        expect(who.field(label)).to_be_attached()
        who.has_arrived()
        found = [
            each for each in who.field(label).locator("option").all_text_contents() if text in each
        ]
        assert len(found) == 1, found
        return found[0]

    def makes_the_initiative(self, name: str, *, course: str, unit: str = "n1") -> None:
        """It answers the need, serves the goal and has the course in it."""
        leader = self.who(name)
        leader.menu("Indsatser")
        leader.page.get_by_role("link", name="Ny indsats", exact=True).first.click()
        leader.fills("Titel", INITIATIVE)
        leader.has_arrived()
        if leader.field("Hvis indsats det er").locator("option").count() > 1:
            self.chooses_like(leader, "Hvis indsats det er", f"{unit} {self.town.slug}")
        self.chooses_like(leader, "Behov, den svarer på", NEED)
        self.chooses_like(leader, "Mål, det tjener", GOAL)
        leader.fills("Antal personer", "4")
        self.chooses_like(leader, "Institutioner, der deltager", f"n1 {self.town.slug}")
        self.chooses_like(leader, "Forløb i den", course)
        leader.fills("Begynder", self.day)
        leader.fills(
            "Slutter", (danish_date(self.town.now) + timedelta(days=90)).strftime("%d-%m-%Y")
        )
        leader.fills("Overslag (kr.)", "50.000")
        leader.presses("Ny indsats")
        leader.sees_heading(INITIATIVE)
        self.does(leader, "Kvalificér indsats", "Indsatsen er kvalificeret.")
        self.does(leader, "Prioritér indsats", "Indsatsen er prioriteret.")
        self.does(leader, "Planlæg indsats", "Indsatsen er planlagt")

    def chooses_like(self, who: Visitor, label: str, text: str) -> None:
        who.field(label).select_option(label=self._option(who, text, label))

    def opens_the_initiative(self, name: str) -> Visitor:
        found = self.who(name)
        found.menu("Indsatser")
        found.row(INITIATIVE).get_by_role("link").first.click()
        found.sees_heading(INITIATIVE)
        return found

    def asks_for_the_course(self, name: str, course: str, *people: str) -> None:
        """People are enrolled through the initiative, with the price on the table."""
        leader = self.opens_the_initiative(name)
        leader.row(course).get_by_role("link", name="Tilmeld").click()
        for person in people:
            leader.page.get_by_label(f"{person} {self.town.slug}").check()
        leader.presses("Se igennem og send")
        leader.fills("Hvorfor dette forløb", "For at flere børn kommer med i legen")
        leader.presses("Send tilmeldingen")

    def answers(self, name: str, *people: str) -> None:
        """One who decides says yes in the inbox."""
        decider = self.who(name)
        decider.menu("Indbakke")
        for person in people:
            decider.row(f"{person} {self.town.slug}").get_by_role("button").click()
            decider.reads("1 af 1 tilmelding har fået dit svar.", "Godkendt")

    def completes(self, name: str, person: str) -> None:
        leader = self.who(name)
        leader.menu("Tilmeldinger")
        leader.row(f"{person} {self.town.slug}").get_by_role("link").first.click()
        leader.reads("Bekræftet")
        leader.follows("Registrér som gennemført")
        leader.presses("Registrér som gennemført")
        leader.reads("Forløbet er registreret som gennemført.")

    def anchors(self, participant: str, leader: str, person: str, *, place: str) -> None:
        """Shared, tried, and seen by the leader in everyday practice."""
        me = self.who(participant, width=PHONE)
        me.menu("Min forankringsplan")
        me.follows("Registrér videndeling")
        me.fills("Hvor det blev delt", place)
        me.fills("Hvad der blev delt", "Tre lege, hvor ingen kan stå udenfor")
        me.presses("Registrér videndeling")
        me.reads("Videndelingen er registreret.")
        me.follows("Begynd en prøvehandling")
        me.fills("Det, vi prøver af, og det, vi forventer", "En voksen begynder legen hver dag")
        me.fills("Tegn på, at det virker", "De fire børn er med i en leg før kl. 10")
        me.presses("Begynd en prøvehandling")
        me.follows("Registrér prøvehandlingens resultat")
        me.chooses("Hvad der sker nu", "Vi fastholder det")
        me.fills("Det, vi så", "Tre af fire var med")
        me.presses("Registrér prøvehandlingens resultat")
        me.reads("Prøvehandlingens resultat er registreret.")
        me.looks(f"traad-min-plan-{self.start.name}")
        above = self.who(leader)
        above.menu("Forankringsplaner")
        above.row(f"{person} {self.town.slug}").get_by_role("link").first.click()
        above.follows("Registrér observation")
        above.chooses("Ses den nye praksis i hverdagen", "Ja, den bruges")
        above.fills("Det, der blev set", "Legen begynder af sig selv om formiddagen")
        above.presses("Registrér observation")
        above.reads("Observationen er registreret.")

    def reads_the_indicator(self, name: str = "consultant", value: str = "65") -> None:
        """The goal's number is read again: the effect."""
        keeper = self.who("admin" if name == "admin" else name)
        keeper.menu("Mål")
        keeper.row(GOAL).get_by_role("link").first.click()
        keeper.follows("Notér måling")
        keeper.chooses("Indikator", self._option(keeper, INDICATOR, "Indikator"))
        keeper.fills("Målt den", self.day)
        keeper.fills("Værdi", value)
        keeper.presses("Notér måling")
        keeper.reads("Målingen er noteret.", "50 % af vejen")

    def follows_it_back(self, name: str, *, person: str, course: str) -> None:
        """From the goal to the effect, link by link, by its page of the thread."""
        reader = self.who(name)
        reader.menu("Mål")
        reader.row(GOAL).get_by_role("link").first.click()
        reader.follows("Følg den røde tråd herfra")
        plan = f"{person} {self.town.slug}: {course}"
        for text, kind in (
            (NEED, "Behov"),
            (INITIATIVE, "Indsats"),
            (plan, "Tilmelding"),
            (plan, "Forankringsplan"),
            (INDICATOR, "Effekt"),
        ):
            row = reader.main.get_by_role("row").filter(has_text=text).filter(has_text=kind)
            row.get_by_role("link", name="Følg").first.click()
            reader.sees_heading(text)
            reader.looks(f"traad-{self.start.name}-{kind.lower()}", wide_table=True)
        reader.reads("65 %")
        # And from the effect the way leads to the goal again.
        expect(reader.row(GOAL).filter(has_text="Mål").first).to_be_visible()
