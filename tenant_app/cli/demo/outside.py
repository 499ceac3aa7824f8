"""Money that is applied for: application rounds on the central pool, the Kompetencefond, and a
state pool with strings.

Told by the number of each house, without dice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time
from uuid import UUID

from sqlalchemy import select

from tenant_app.accounts.models import User
from tenant_app.budgets.models import BudgetYear, Pool, PoolKind
from tenant_app.cli.demo import plan
from tenant_app.cli.demo.founding import Session, Town
from tenant_app.cli.demo.stage import Stage
from tenant_app.core.context import Context
from tenant_app.core.money import Money, kroner
from tenant_app.funds import service as funds
from tenant_app.initiatives import service as initiatives
from tenant_app.rounds import service as rounds

Scene = tuple[datetime, Callable[[datetime], None]]
CRITERIA = (
    "Vi lægger vægt på, at mindst to fra huset deltager, at leder er med, og at det er aftalt, "
    "hvad der prøves af bagefter."
)
ASKED = (
    (1, 100, "To medarbejdere skal på forløb om leg og deltagelse; resten af stuen følger med."),
    (2, 60, "Vi vil have vejledning i dialogisk læsning på alle tre stuer."),
    (4, 0, "Teamet ønsker et fælles oplæg om overgange."),
    (5, 80, "Huset er nyt sammenlagt, og vi vil have et fælles fagligt sprog."),
)
"""House (from 0), how many per cent of it is awarded, why."""
ANSWERS = {
    100: "Imødekommet: hele huset er med, og det hænger sammen med jeres indsats.",
    80: "Imødekommet delvist; forplejning er ikke med.",
    60: "Imødekommet for to stuer. Den tredje kan søge igen i næste runde.",
    0: "Oplægget kan holdes af vores egne vejledere. Kontakt konsulenten.",
}
NEXT_ASKED = (
    (3, "Vi vil sende to på diplommodul og holde læringscirkel for resten."),
    (6, "Sparring om børn i udsatte positioner."),
    (8, "Videovejledning i rutinesituationer."),
)
TERMS = (
    "Fonden dækker kursusgebyr, materialer og transport, men ikke vikar. Tilskud skal betales "
    "tilbage, hvis deltageren ikke optages eller falder fra."
)
STRINGS = [
    {
        "name": "Uformel opkvalificering",
        "when": {"form_in": ["network", "side_by_side", "supervision"]},
        "most_bp": 1000,
    }
]


class Outside:
    """What one municipality and its houses apply for."""

    def __init__(self, stage: Stage, town: Town) -> None:
        self.stage, self.town = stage, town
        self.told: Counter[str] = Counter()
        self._ids: dict[str, UUID] = {}

    def scenes(self) -> Iterator[Scene]:
        """What happens, and when."""
        yield _at("2026-01-08", 9), self._set_terms
        yield from self._rounds()
        yield from self._applications()
        yield _at("2026-02-03", 9), self._state_money
        yield _at("2026-03-16", 9), self._state_answers
        yield _at("2026-11-17", 14), self._next_state_money

    # -- rounds

    def _rounds(self) -> Iterator[Scene]:
        yield (
            _at("2026-04-07", 10),
            lambda at: self._announce(
                at, "spring", "Forårsrunde: fælles læring i huset", "2026-04-08", "2026-05-01"
            ),
        )
        for house, _percent, why in ASKED:
            yield _at("2026-04-20", 9 + house % 5), self._applying("spring", house, why)
        yield _at("2026-05-20", 13), self._decide
        yield (
            _at("2026-11-06", 10),
            lambda at: self._announce(
                at, "winter", "Vinterrunde: fra kursus til stue", "2026-11-09", "2026-12-04", 1
            ),
        )
        for house, why in NEXT_ASKED:
            yield _at("2026-11-16", 8 + house % 5), self._applying("winter", house, why)

    def _announce(
        self, at: datetime, key: str, title: str, opens: str, closes: str, later: int = 0
    ) -> None:
        ctx = self.stage.enter(at, self.town.admin_id)
        made = rounds.create(
            ctx,
            pool_id=self._central(ctx, plan.YEAR + later),
            title=title,
            purpose="Til forløb, hvor flere fra samme hus lærer sammen.",
            criteria=CRITERIA,
            amount=self._to_give(),
            opens_on=date.fromisoformat(opens),
            closes_on=date.fromisoformat(closes),
        )
        rounds.open_round(ctx, made.id)
        self._ids[key] = made.id
        self.told["rounds"] += 1

    def _applying(self, key: str, house: int, why: str) -> Callable[[datetime], None]:
        def apply(at: datetime) -> None:
            ctx = self.stage.enter(at, self.town.leaders[house])
            unit_id = self.town.institution(house)
            part_of = initiatives.choices(ctx, unit_id=unit_id)
            rounds.apply(
                ctx,
                self._ids[key],
                unit_id=unit_id,
                amount=self._share(house),
                reason=why,
                initiative_id=part_of[0][0] if part_of else None,
            )
            self.told["applications in rounds"] += 1

        return apply

    def _decide(self, at: datetime) -> None:
        ctx = self.stage.enter(at, self.town.admin_id)
        percents = {self.town.institution(house): percent for house, percent, _why in ASKED}
        awards = []
        for each in rounds.one(ctx, self._ids["spring"]).compared:
            row = each.application
            percent = percents[row.unit_id]
            amount = row.amount * percent // 100
            awards.append(rounds.Award(row.id, amount, ANSWERS[percent]))
        where = "Ledergruppen for dagtilbud 19-05-2026"
        rounds.decide(ctx, self._ids["spring"], awards, decided_where=where)

    def _to_give(self) -> Money:
        """About two per cent of the frame, in whole thousands."""
        return kroner(self.town.place.frame // 50_000 * 1000)

    def _share(self, house: int) -> Money:
        """Roughly a third of it, in whole hundreds."""
        most = self.town.place.frame // 50_000 * 1000
        return kroner((most // 3 - 700 * (house % 3)) // 100 * 100)

    def _central(self, ctx: Context, year: int) -> UUID:
        return ctx.session.scalars(
            select(Pool.id)
            .join(BudgetYear, BudgetYear.id == Pool.year_id)
            .where(BudgetYear.year == year, Pool.kind == PoolKind.CENTRAL)
        ).one()

    # -- the Kompetencefond

    def _set_terms(self, at: datetime) -> None:
        ctx = self.stage.enter(at, self.town.admin_id)
        made = funds.set_scheme(
            ctx,
            code="KOMPETENCEFOND",
            name="Den Kommunale Kompetencefond",
            terms=TERMS,
            **funds.KOMPETENCEFOND,
        )
        self._ids["scheme"] = made.id

    def _applications(self) -> Iterator[Scene]:
        autumn = self._session(date(2026, 8, 15), date(2026, 11, 10))
        coming = self._session(date(2026, 12, 5), date(2027, 6, 30))
        yield from self._story("paid", 1, 2, autumn, "2026-05-20", until="pay")
        yield from self._story("back", 3, 1, autumn, "2026-06-02", until="refund")
        yield from self._story("awarded", 2, 1, coming, "2026-10-12", until="award")
        yield from self._story("union", 0, 1, coming, "2026-11-12", until="sign")
        yield from self._story("leader", 0, 1, coming, "2026-11-19", until="apply")

    def _story(
        self, key: str, house: int, people: int, session: Session, day: str, *, until: str
    ) -> Iterator[Scene]:
        """Drafted on the day, and taken on to the step."""
        first = date.fromisoformat(day)
        steps: list[tuple[str, int, Callable[[datetime], None]]] = [
            ("apply", 0, lambda at: self._apply(at, key, house, people, session)),
            ("sign", 1, lambda at: self._act(at, "sign", key, self.town.leaders[house])),
            ("second", 3, lambda at: self._act(at, "sign", key, self._union(at))),
            ("send", 4, lambda at: self._act(at, "send", key, self.town.leaders[house])),
            ("award", 18, lambda at: self._award(at, key)),
            ("pay", 32, lambda at: self._act(at, "pay", key, self.town.admin_id)),
            ("refund", 60, lambda at: self._refund(at, key)),
        ]
        for name, after, step in steps:
            yield _at(date.fromordinal(first.toordinal() + after).isoformat(), 9), step
            if name == until:
                break

    def _apply(self, at: datetime, key: str, house: int, people: int, session: Session) -> None:
        ctx = self.stage.enter(at, self.town.leaders[house])
        # Each story has people of its own, from the end of the list.
        last = 1 if key != "leader" else 2
        staff = self.town.pedagogues[house]
        made = funds.apply(
            ctx,
            scheme_id=self._ids["scheme"],
            session_id=session.id,
            employee_ids=[staff[-last - n] for n in range(people)],
            purpose="Led i husets plan: den viden, der kommer hjem, deles på personalemødet.",
        )
        self._ids[key] = made.id
        self.told["applications to funds"] += 1

    def _act(self, at: datetime, verb: str, key: str, user_id: UUID) -> None:
        ctx = self.stage.enter(at, user_id)
        {"sign": funds.sign, "send": funds.send, "pay": funds.pay}[verb](ctx, self._ids[key])

    def _award(self, at: datetime, key: str) -> None:
        ctx = self.stage.enter(at, self.town.admin_id)
        asked = funds.one(ctx, self._ids[key]).sums.asked
        number = 4100 + int(self.town.place.code) % 100 + len(self._ids)
        funds.answer(ctx, self._ids[key], awarded=asked, reference=f"KF-2026-{number}")

    def _refund(self, at: datetime, key: str) -> None:
        ctx = self.stage.enter(at, self.town.admin_id)
        people = [each.employee_id for each in funds.one(ctx, self._ids[key]).people]
        funds.refund(
            ctx,
            self._ids[key],
            note="Deltageren blev ikke optaget på holdet.",
            employee_ids=people,
        )

    def _session(self, first: date, last: date) -> Session:
        """The first course with a fee that begins within the days; modules before others."""
        found = [
            session
            for session in self.town.sessions
            if first <= session.starts_on <= last and not session.offer.per_group
        ]
        return min(found, key=lambda each: (-each.offer.ects, each.starts_on, each.offer.code))

    def _union(self, at: datetime) -> UUID:
        """Who signs for the union."""
        ctx = self.stage.enter(at)
        email = f"tillidsrepraesentant@{self.town.place.domain}"
        return ctx.session.scalars(select(User.id).where(User.email == email)).one()

    # -- state money

    def _state_money(self, at: datetime) -> None:
        ctx = self.stage.enter(at, self.town.admin_id)
        made = funds.create_grant(
            ctx,
            title="Statspulje: Opkvalificering i dagtilbud",
            giver="Børne- og Undervisningsministeriet",
            code="OPKVALIFICERING",
            year=plan.YEAR,
            asked=kroner(self.town.place.frame // 10_000 * 1000),
            apply_by=date(2026, 2, 15),
            report_by=date(2027, 4, 1),
            purpose=(
                "Kursusudgifter og vikar til opkvalificering af pædagogisk personale. Højst 10 % "
                "må gå til uformel opkvalificering."
            ),
            strings=STRINGS,
        )
        funds.send_grant(ctx, made.id)
        self._ids["grant"] = made.id

    def _state_answers(self, at: datetime) -> None:
        ctx = self.stage.enter(at, self.town.admin_id)
        asked = funds.grant(ctx, self._ids["grant"]).asked
        funds.answer_grant(
            ctx,
            self._ids["grant"],
            awarded=asked * 8 // 10,
            reference="2026-1187",
            answer="Fordelt efter antal indskrevne børn.",
        )
        funds.receive_grant(ctx, self._ids["grant"])
        self.told["state grants"] += 1

    def _next_state_money(self, at: datetime) -> None:
        ctx = self.stage.enter(at, self.town.admin_id)
        funds.create_grant(
            ctx,
            title="Statspulje: 1.000 dage",
            giver="Social- og Boligstyrelsen",
            code="1000-DAGE",
            year=plan.YEAR + 1,
            asked=kroner(self.town.place.frame // 20_000 * 1000),
            apply_by=date(2026, 12, 10),
            report_by=date(2028, 3, 1),
            purpose="Diplommodul til pædagoger og fem dages kursus til medhjælpere i vuggestuer.",
        )
        self.told["state grants"] += 1


def _at(day: str, hour: int) -> datetime:
    return datetime.combine(date.fromisoformat(day), time(hour, 10), tzinfo=UTC)
