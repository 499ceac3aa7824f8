"""Forums of the demo: a year's wheel, meetings with packs, rankings and decisions. Told without
dice. Titles and texts are assumed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import select

from tenant_app.cli.demo.founding import AREA, Town
from tenant_app.cli.demo.matters import (
    ALONE,
    BILINGUAL,
    FILM,
    INTRODUCTION,
    RAISED,
    WHEEL,
    Raised,
)
from tenant_app.cli.demo.stage import Stage
from tenant_app.competences.models import CompetenceArea
from tenant_app.core.context import Context
from tenant_app.forums import service as forums
from tenant_app.forums.models import ForumKind, MeetingState, Outcome
from tenant_app.needs import service as needs
from tenant_app.needs.models import ActorRole, SourceType

Scene = Callable[[datetime], None]


class Councils:
    """What the forums of one municipality do."""

    def __init__(self, stage: Stage, town: Town) -> None:
        self.stage, self.town = stage, town
        self.told: Counter[str] = Counter()
        self._needs: dict[str, UUID] = {}
        self._forums: dict[str, UUID] = {}
        self._meetings: dict[str, UUID] = {}
        self._decisions: dict[str, UUID] = {}

    @property
    def _consultant(self) -> UUID:
        assert self.town.consultant_id is not None
        return self.town.consultant_id

    def scenes(self) -> Iterator[tuple[datetime, Scene]]:
        """What happens, and when."""
        yield _at("2026-01-06"), self._found
        yield _at("2026-01-08"), self._plan
        for each in RAISED:
            yield _at("2026-03-04"), lambda at, each=each: self._raise(each, at)
        yield _at("2026-05-12"), self._prepare_spring
        for number in range(7):
            yield _at("2026-05-13", 8 + number), lambda at, n=number: self._rank_spring(n, at)
        yield _at("2026-05-19", 12), self._spring
        yield _at("2026-08-28"), self._done
        yield _at("2026-09-15", 12), self._autumn
        if self.town.area_leaders and self.town.place.areas:
            yield _at("2026-09-22", 12), self._area
        yield _at("2026-10-06", 14), self._med
        yield _at("2026-11-18", 10), self._prepare_winter
        for number in range(1, 6):
            yield _at("2026-11-19", 8 + number), lambda at, n=number: self._rank_winter(n, at)
        yield _at("2026-11-20"), self._prepare_med

    def _found(self, at: datetime) -> None:
        town, leaders = self.town, self.town.leaders
        ctx = self.stage.enter(at, town.admin_id)
        for month, week, kind, text in WHEEL:
            forums.add_point(ctx, month=month, week=week, kind=kind, text=text)
        self._forum(
            ctx,
            "leaders",
            town.root_id,
            ForumKind.LEADER_GROUP,
            "Ledergruppen for dagtilbud",
            "Ser på tværs af husene: hvad fylder, hvad kan vi sammen, og hvad må vente.",
            [self._consultant, *town.area_leaders, *leaders[:9]],
        )
        self._forum(
            ctx,
            "med",
            town.root_id,
            ForumKind.MED,
            "MED-udvalget for dagtilbud",
            "Ledere og medarbejdere drøfter rammerne for kompetenceudviklingen.",
            [town.admin_id, *leaders[:2], *list(town.staff_logins.values())[:4]],
        )
        self._forum(
            ctx,
            "consultants",
            town.root_id,
            ForumKind.CONSULTANTS,
            "De pædagogiske konsulenter",
            "",
            [self._consultant, town.admin_id],
        )
        if town.place.areas:
            own = [i for i, area in enumerate(town.area_of) if area == 0]
            self._forum(
                self.stage.enter(at, town.area_leaders[0]),
                "area",
                town.units[AREA.format(1)],
                ForumKind.AREA_MEETING,
                f"Områdemødet i {town.place.areas[0]}",
                "Vi taler om hinandens behov, og hvem der har overskud til hvad.",
                [town.area_leaders[0], *(leaders[i] for i in own)],
            )

    def _forum(
        self,
        ctx: Context,
        name: str,
        unit_id: UUID,
        kind: ForumKind,
        title: str,
        purpose: str,
        people: Sequence[UUID],
    ) -> None:
        self._forums[name] = forums.create(
            ctx, unit_id=unit_id, kind=kind, name=title, purpose=purpose, member_ids=people
        ).id
        self.told["forums"] += 1

    def _plan(self, at: datetime) -> None:
        """The year's meetings are planned at once; the area plans its own."""
        for name, forum, day, begins in (
            ("spring", "leaders", "2026-05-19", 9),
            ("autumn", "leaders", "2026-09-15", 9),
            ("winter", "leaders", "2026-12-09", 9),
            ("next", "leaders", "2027-02-10", 9),
            ("med", "med", "2026-10-06", 13),
            ("med winter", "med", "2026-12-15", 13),
            ("consultants", "consultants", "2026-12-03", 10),
            ("area", "area", "2026-09-22", 9),
            ("area winter", "area", "2026-12-02", 9),
        ):
            if forum not in self._forums:
                continue
            who = self.town.area_leaders[0] if forum == "area" else self._consultant
            self._meetings[name] = forums.plan(
                self.stage.enter(at, who),
                self._forums[forum],
                day=date.fromisoformat(day),
                begins=time(begins),
                ends=time(begins + 2),
                place="Rådhuset, mødelokale 2" if forum != "area" else "Områdekontoret",
            ).id

    def _raise(self, each: Raised, at: datetime) -> None:
        leader = self.town.leaders[each.house]
        ctx = self.stage.enter(at, leader)
        made = needs.report(
            ctx,
            unit_id=self.town.institution(each.house),
            area_id=ctx.session.scalars(
                select(CompetenceArea.id).where(CompetenceArea.name == each.area)
            ).one(),
            title=each.title,
            urgency=each.urgency,
            staff=each.staff,
        ).id
        self._needs[each.title] = made
        for source, role, text in (
            (SourceType.GROUP_DIALOGUE, ActorRole.PEDAGOGUE, each.seen),
            (SourceType.EVALUATION, ActorRole.LEADER, each.by_leader),
        ):
            needs.add_evidence(ctx, made, source=source, role=role, text=text)
        needs.analyse(ctx, made)
        needs.qualify(ctx, made)
        self.told["needs"] += 1

    def _call(self, name: str, at: datetime) -> None:
        """The pack is made as the job makes it."""
        forums.make_pack(self.stage.enter(at), self._meetings[name], 1)
        self.told["packs"] += 1

    def _prepare_spring(self, at: datetime) -> None:
        ctx, meeting_id = self.stage.enter(at, self._consultant), self._meetings["spring"]
        forums.add_item(ctx, meeting_id, title="Siden sidst, og puljerne lige nu")
        for each in (INTRODUCTION, FILM, ALONE):
            forums.add_item(ctx, meeting_id, need_id=self._needs[each.title])
        forums.add_item(ctx, meeting_id, title="Eventuelt")
        self._call("spring", at)
        forums.open_ranking(self.stage.enter(at, self._consultant), meeting_id)

    def _rank(self, name: str, number: int, at: datetime) -> None:
        """Each in an order of their own; most put the first candidate high."""
        ctx = self.stage.enter(at, self.town.leaders[number])
        meeting_id = self._meetings[name]
        items = [
            each.id
            for each in forums.agenda(ctx, meeting_id)
            if forums.subject_of(each) is not None
        ]
        shift = number % len(items) if number % 3 else 0
        order = items[shift:] + items[:shift] if number % 2 else items
        forums.rank(ctx, meeting_id, order)
        self.told["ranked"] += 1

    def _rank_spring(self, number: int, at: datetime) -> None:
        self._rank("spring", number, at)

    def _rank_winter(self, number: int, at: datetime) -> None:
        """All but the documented leader, who finds it waiting."""
        self._rank("winter", number, at)

    def _spring(self, at: datetime) -> None:
        meeting_id, leaders = self._meetings["spring"], self.town.leaders
        ctx = self.stage.enter(at, self._consultant)
        forums.close_ranking(ctx, meeting_id)
        items = forums.agenda(ctx, meeting_id)
        by_need = {each.need_id: each.id for each in items if each.need_id is not None}
        for each, outcome, text, owner, due, title in (
            (
                *(INTRODUCTION, Outcome.START),
                "Vi laver en fælles introduktion på to formiddage for alle nyansatte.",
                *(leaders[2], "2026-09-01", "Fælles introduktion til evaluering for nye kolleger"),
            ),
            (
                *(FILM, Outcome.LATER),
                "Vi venter til efteråret, når sprogindsatsen er fulgt op.",
                *(self._consultant, "2026-09-15", ""),
            ),
            (
                *(ALONE, Outcome.NO),
                "Det løses i vagtplanen og ikke med et forløb. Husene deler deres planer.",
                *(leaders[5], "2026-10-30", ""),
            ),
        ):
            made = forums.decide(
                ctx,
                meeting_id,
                item_id=by_need[self._needs[each.title]],
                outcome=outcome,
                text=text,
                owner_id=owner,
                due_on=date.fromisoformat(due),
                new_title=title,
            )
            self._decisions[each.title] = made.id
            self.told["decisions"] += 1
        said = {
            items[0].id: "Puljerne følger planen. To huse har endnu ikke brugt noget.",
            items[1].id: "Flere huse vil være med. Konsulenten holder de to formiddage.",
        }
        forums.write_minutes(
            ctx, meeting_id, minutes="Næste møde begynder med en halv times opfølgning.", items=said
        )
        self._end(ctx, meeting_id)

    def _end(self, ctx: Context, meeting_id: UUID) -> None:
        for state in (MeetingState.HELD, MeetingState.CLOSED):
            forums.move(ctx, meeting_id, state)
        self.told["meetings"] += 1

    def _done(self, at: datetime) -> None:
        forums.finish(
            self.stage.enter(at, self.town.leaders[2]),
            self._decisions[INTRODUCTION.title],
            note="Holdt den 24. og 25. august med elleve nye kolleger.",
        )

    def _autumn(self, at: datetime) -> None:
        """What was put off in spring is taken up: a decision replaces another."""
        meeting_id = self._meetings["autumn"]
        ctx = self.stage.enter(at, self._consultant)
        item = forums.add_item(
            ctx, meeting_id, title="Film og billeder som afsæt: er tiden kommet?"
        )
        forums.decide(
            ctx,
            meeting_id,
            item_id=item.id,
            replaces_id=self._decisions[FILM.title],
            outcome=Outcome.START,
            text="Sprogindsatsen er fulgt op, og der er råd til et lille netværk om film.",
            owner_id=self.town.leaders[4],
            due_on=date(2027, 1, 29),
            new_title="Netværk om film som afsæt for refleksion",
        )
        self.told["decisions"] += 1
        forums.write_minutes(
            ctx, meeting_id, items={item.id: "Fire huse vil være med i netværket fra januar."}
        )
        self._end(ctx, meeting_id)

    def _area(self, at: datetime) -> None:
        meeting_id, leader = self._meetings["area"], self.town.area_leaders[0]
        self._call("area", at - timedelta(days=7))
        ctx = self.stage.enter(at, leader)
        item = forums.add_item(ctx, meeting_id, need_id=self._needs[BILINGUAL.title])
        forums.decide(
            ctx,
            meeting_id,
            item_id=item.id,
            outcome=Outcome.START,
            text="Husene i området prøver korte hjemmebesøg af, før de skriver til forældrene.",
            owner_id=self.town.leaders[0],
            due_on=date(2026, 11, 13),
        )
        self.told["decisions"] += 1
        forums.write_minutes(ctx, meeting_id, minutes="Lederne mødes to og to inden jul.")
        self._end(ctx, meeting_id)

    def _med(self, at: datetime) -> None:
        meeting_id = self._meetings["med"]
        ctx = self.stage.enter(at, self.town.admin_id)
        item = forums.add_item(ctx, meeting_id, title="Vikardækning, når to er afsted sammen")
        forums.decide(
            ctx,
            meeting_id,
            item_id=item.id,
            outcome=Outcome.START,
            text="Vikardækningen gøres op hus for hus og fremlægges på decembermødet.",
            owner_id=self.town.admin_id,
            due_on=date(2026, 11, 10),
        )
        self.told["decisions"] += 1
        said = {item.id: "Medarbejderne oplever, at dækningen falder på plads for sent."}
        forums.write_minutes(ctx, meeting_id, items=said)
        self._end(ctx, meeting_id)

    def _prepare_winter(self, at: datetime) -> None:
        """What waits to be prioritised goes on the agenda, whatever it is by then."""
        meeting_id = self._meetings["winter"]
        ctx = self.stage.enter(at, self._consultant)
        forum = forums.one(ctx, self._forums["leaders"])
        offered = forums.candidates_to_choose(ctx, forum)
        forums.add_item(ctx, meeting_id, title="Opfølgning på tidligere beslutninger")
        for kind, most in (("need", 3), ("cluster", 1), ("initiative", 1)):
            for key, _title in offered[kind][:most]:
                column = forums.Candidate(forums.Subject(kind), key).columns()
                forums.add_item(ctx, meeting_id, **column)
        self._call("winter", at)
        forums.open_ranking(self.stage.enter(at, self._consultant), meeting_id)

    def _prepare_med(self, at: datetime) -> None:
        ctx = self.stage.enter(at, self.town.admin_id)
        for title in ("Vikardækningen hus for hus", "Næste års indsatser"):
            forums.add_item(ctx, self._meetings["med winter"], title=title)
        self._call("med winter", at)


def _at(day: str, hour: int = 9) -> datetime:
    return datetime.combine(date.fromisoformat(day), time(hour), tzinfo=UTC)
